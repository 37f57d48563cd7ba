import JSON

/// RunSyncCommand: the answer waits for the phones, each of which has little time.
extension SimulatedCloud {
    func runSyncCommand(_ call: CloudCall) async throws(CloudRefusal) -> CloudAnswer {
        guard call.body["command"]?.text == "shell" else { throw .parameter(117, "command") }
        let content = try call.text("content", orElse: 118)
        try CommandContent.check(content, of: "shell")
        let requests = try phones(of: call, most: 15)
        let ends = requests.map { request in
            if let refusal = request.refusal { return Task<JobOutcome, Never> { .failure(refusal) } }
            let id = request.target.id
            return Task(executorPreference: lane) { await self.runShortly(content, on: id) }
        }
        var elements: [JSONValue] = []
        for (request, end) in zip(requests, ends) {
            let job = CloudJob(id: makeID(), requestID: call.requestID, target: request.target)
            job.end(await end.value, at: seconds)
            jobs[job.id] = job
            jobsOfRequests[call.requestID, default: []].append(job)
            var fields = job.json.filter { !["begin_time", "end_time"].contains($0.key) }
            if case .success = job.outcome {
                fields["error_code"] = ""
                fields["error_msg"] = ""
            }
            elements.append(.object(fields))
        }
        return CloudAnswer(["jobs": .array(elements)])
    }

    private func runShortly(_ line: String, on id: String) async -> JobOutcome {
        guard let phone = phoneTable[id]?.phone else { return .failure(.cps(5)) }
        if case .fails(let code) = phoneTable[id]?.fault { return .failure(.code(code)) }
        log.count(id) { $0.shellLines += 1 }
        let end = await phone.runShell(line, limit: options.syncLimit)
        guard let status = end.status else { return .failure(.cps(191, "Run command timeout."), end.output) }
        return status == 0 ? .success(end.output) : .failure(.cps(191), end.output)
    }
}
