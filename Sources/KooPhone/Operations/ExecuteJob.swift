public import CloudPhone

/// Asks for the jobs of a task; in spite of its name it only looks.
public struct ExecuteJobOperation: CloudOperation {
    /// What a success brings.
    public typealias Answer = TaskJobs

    /// What it sends and gets (Cloud Phone API, KooPhone).
    public static let shape = OperationShape(
        "ExecuteJob", .get, "/v1/instances/tasks/{task_id}",
        answer: Self.answer, hazard: .read, permission: .action("koophone:cloudphoneResource:queryExecuteJob"),
        service: .koophone())

    /// The task.
    public var taskID: String

    /// Names what is wanted.
    public init(taskID: String) {
        self.taskID = taskID
    }

    /// The gaps of the path.
    public var pathValues: [String: String] { ["task_id": taskID] }
}
