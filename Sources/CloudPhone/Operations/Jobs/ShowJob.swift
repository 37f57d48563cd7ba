/// Shows one job.
public struct ShowJobOperation: CloudOperation {
    /// What a success brings.
    public typealias Answer = CloudJob

    /// What it sends and gets (Cloud Phone API, ShowJob).
    public static let shape = OperationShape(
        "ShowJob", .get, "/v1/{project_id}/cloud-phone/jobs/{job_id}", answer: Self.answer, hazard: .read,
        permission: .action("cph:jobs:get"))

    /// The job.
    public var jobID: String

    /// Names what is wanted.
    public init(jobID: String) {
        self.jobID = jobID
    }

    /// The gaps of the path.
    public var pathValues: [String: String] { ["job_id": jobID] }

    /// Reads an answer; the old name of the server's id is only in lists.
    public static func answer(reading fields: AnswerFields) throws(AnswerFault) -> CloudJob {
        try CloudJob(reading: fields, isAlone: true)
    }
}
