import JSON

/// ShowJob and ListJobs.
extension SimulatedCloud {
    func showJob(_ call: CloudCall) throws(CloudRefusal) -> CloudAnswer {
        guard let id = call.path["job_id"], let job = jobs[id] else { throw .cps(11) }
        return CloudAnswer(job.json)
    }

    func listJobs(_ call: CloudCall) throws(CloudRefusal) -> CloudAnswer {
        let ids: [String]
        if let several = call.head.parameter("request_ids") {
            ids = several.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        } else if let one = call.head.parameter("request_id") {
            ids = [one]
        } else {
            throw .parameter(49, "request_id")
        }
        guard ids.count <= 20 else { throw .cps(161) }
        var found: [CloudJob] = []
        for id in ids {
            guard Self.isID(id), let jobs = jobsOfRequests[id] else { throw .cps(50) }
            found += jobs
        }
        return CloudAnswer(["jobs": .array(try call.page(found, most: 100).map { .object($0.json) })])
    }
}
