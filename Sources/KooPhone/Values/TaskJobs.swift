public import CloudPhone

/// The jobs of a task.
public struct TaskJobs: AnswerValue {
    /// The jobs, each of one instance, which only the answer that started the task names.
    public let jobs: [CloudJob]

    /// Reads them.
    public init(reading fields: AnswerFields) throws(AnswerFault) {
        jobs = try fields.list("jobs", CloudJob.init(reading:))
    }
}

extension JobQuestion {
    /// The jobs of one task at a time, as KooPhone has them.
    public static let tasks = JobQuestion(mostCalls: 1) { client, tasks, _ in
        var jobs: [CloudJob] = []
        for task in tasks { jobs += try await client.send(ExecuteJobOperation(taskID: task)).jobs }
        return jobs
    }
}
