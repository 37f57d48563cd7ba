/// How a service is asked what became of the jobs of calls.
public struct JobQuestion: Sendable {
    /// The most calls of one question.
    let mostCalls: Int
    /// Asks; given are the ids of calls, and those of the jobs that have not ended.
    let ask: @Sendable (CloudClient, [String], Set<String>) async throws -> [CloudJob]

    /// Describes a question.
    public init(
        mostCalls: Int, ask: @escaping @Sendable (CloudClient, [String], Set<String>) async throws -> [CloudJob]
    ) {
        self.mostCalls = mostCalls
        self.ask = ask
    }

    /// The jobs of several calls in one list, as Cloud Phone has them.
    public static let jobs = JobQuestion(mostCalls: ListJobsOperation.mostCalls) { client, requestIDs, wanted in
        try await client.all(ListJobsOperation(requestIDs: requestIDs)) { jobs in
            jobs.count >= wanted.count && wanted.isSubset(of: jobs.lazy.map(\.jobID))
        }
    }
}
