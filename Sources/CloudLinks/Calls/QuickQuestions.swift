import CloudPhone
import Farm
import Lanes

/// Asks few phones short questions in the way that answers at once, which the service bears only a few times a minute.
actor QuickQuestions {
    /// Asks some phones and gives what each has answered, by their ids, and the id of the call.
    typealias Asking =
        @Sendable (CloudClient, String, [String]) async throws -> (answers: [String: Quick], request: String)

    /// What one phone answered.
    struct Quick: Sendable {
        let isDone: Bool
        let fault: ServiceFault?
        let output: CommandOutput?
    }

    private nonisolated let client: CloudClient
    private nonisolated let most: Int
    private nonisolated let asking: Asking
    private nonisolated let lane: Lane
    private var batches: [String: [CallMember]] = [:]
    /// When calls were sent, within the last minute.
    private var sent: [LaneInstant] = []

    nonisolated var unownedExecutor: UnownedSerialExecutor { lane.asUnownedSerialExecutor() }

    /// - Parameter most: The most phones of one call.
    init(
        _ client: CloudClient, most: Int = RunSyncCommandOperation.mostPhones,
        asking: @escaping Asking = QuickQuestions.askPhones
    ) {
        self.client = client
        self.most = most
        self.asking = asking
        lane = client.lane
    }

    /// Asks one phone; nil when too many ask, or the answer says too little: then a job is due.
    ///
    /// - Throws: `CloudError`, `CancellationError`.
    func answer(to line: String, of place: CloudPlace) async throws -> BatchAnswer? {
        let member = CallMember(CallSubject(place), BatchedAttempt())
        let isFirst = batches[line] == nil
        batches[line, default: []].append(member)
        if isFirst { Task(executorPreference: lane) { await self.ask(line) } }
        do {
            return try await member.value()
        } catch is TooMany {
            return nil
        }
    }

    /// The question has to be asked in another way.
    private struct TooMany: Error {}

    private func ask(_ line: String) async {
        // Nobody cancels this task.
        try? await lane.sleep(for: Coalescer.quiet)
        let members = (batches.removeValue(forKey: line) ?? []).filter { !$0.isGone }
        guard !members.isEmpty else { return }
        guard members.count <= most, hasRoom() else {
            for member in members { member.resume(.failure(TooMany())) }
            return
        }
        sent.append(lane.now)
        do {
            let phones = members.map(\.subject.id)
            let permit = try await client.gate.acquire(Set(members.map(\.subject.server)).sorted())
            let answer: (answers: [String: Quick], request: String)
            do {
                answer = try await asking(client, line, phones)
                await client.gate.release(permit)
            } catch {
                await client.gate.release(permit)
                throw error
            }
            for member in members {
                member.resume(Self.answer(in: answer.answers[member.subject.id], answer.request))
            }
        } catch {
            for member in members { member.resume(.failure(error)) }
        }
    }

    /// Whether the limit of a minute leaves room for one more call without waiting.
    private func hasRoom() -> Bool {
        let minuteAgo = lane.now
        sent.removeAll { minuteAgo.since($0) >= .seconds(60) }
        return sent.count < client.account.limits.syncPerMinute
    }

    /// A line that failed without a word may have run out of the few seconds that such calls have.
    private static func answer(in result: Quick?, _ request: String) -> Result<BatchAnswer, any Error> {
        guard let result else { return .failure(TooMany()) }
        if result.isDone { return .success(.done(result.output)) }
        guard let fault = result.fault, fault.code != nil || result.output?.text.isEmpty == false else {
            return .failure(TooMany())
        }
        let named = ServiceFault(code: fault.code, message: fault.message, requestID: request)
        return .success(.failed(named, result.output))
    }

    /// Asks phones of servers.
    static let askPhones: Asking = { client, line, phones in
        let answer = try await client.send(RunSyncCommandOperation(line: line, targets: .phones(phones)))
        let quick = answer.results.map {
            ($0.phoneID, Quick(isDone: $0.status == .success, fault: $0.fault, output: $0.output))
        }
        return (Dictionary(quick) { first, _ in first }, answer.requestID)
    }
}
