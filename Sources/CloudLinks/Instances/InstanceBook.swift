import CloudPhone
import Farm
import KooPhone
import Lanes

/// What phones do that are rented by themselves: those who ask within a moment share a call.
actor InstanceBook {
    nonisolated let client: CloudClient
    nonisolated let lane: Lane
    private nonisolated let scale: Double
    private var waiting: [String: [Waiter<InstanceStatus?>]] = [:]

    nonisolated var unownedExecutor: UnownedSerialExecutor { lane.asUnownedSerialExecutor() }

    /// - Parameter scale: Multiplies the pauses between looks.
    init(_ client: CloudClient, scale: Double) {
        self.client = client
        self.scale = scale
        lane = client.lane
    }

    /// What a phone does; nil when the answer does not say.
    ///
    /// - Throws: `CloudError`, `CancellationError`.
    func state(of id: String) async throws -> InstanceStatus? {
        let waiter = Waiter<InstanceStatus?>()
        let isFirst = waiting.isEmpty
        waiting[id, default: []].append(waiter)
        if isFirst { Task(executorPreference: lane) { await self.look() } }
        return try await waiter.value()
    }

    private func look() async {
        // Nobody cancels this task.
        try? await lane.sleep(for: Coalescer.quiet)
        let asked = waiting
        waiting = [:]
        var ids = asked.keys.sorted()[...]
        while !ids.isEmpty {
            let part = Array(ids.prefix(InstanceRules.most))
            ids = ids.dropFirst(part.count)
            do {
                let known = try await states(of: part)
                for id in part { for waiter in asked[id] ?? [] { waiter.resume(with: .success(known[id])) } }
            } catch {
                for id in part { for waiter in asked[id] ?? [] { waiter.resume(with: .failure(error)) } }
            }
        }
    }

    /// Asks for phones; of those that the account has no right to nothing is known, and they do not spoil the others.
    private func states(of ids: [String]) async throws -> [String: InstanceStatus] {
        do {
            let answer = try await client.send(BatchShowInstanceOperation(instanceIDs: ids))
            return Dictionary(answer.entries.compactMap { entry in entry.status.map { (entry.instanceID, $0) } }) { $1 }
        } catch let error as CloudError where error.code == Self.noRight && ids.count > 1 {
            let half = ids.count / 2
            let first = try await known(Array(ids[..<half]))
            return first.merging(try await known(Array(ids[half...]))) { $1 }
        }
    }

    private func known(_ ids: [String]) async throws -> [String: InstanceStatus] {
        do {
            return try await states(of: ids)
        } catch let error as CloudError where error.code == Self.noRight { return [:] }
    }

    private static let noRight = "KOOPHONE.API.1001"

    // MARK: Waiting

    /// The pause between two looks at a phone that restarts.
    nonisolated var pause: Duration { .seconds(3) * scale }
    /// When a wait that begins now is over; without a limit of its own as late as that of jobs of a kind.
    nonisolated func end(within limit: Duration?, _ kind: JobKind) -> LaneInstant {
        lane.now.advanced(by: limit ?? kind.deadline * scale)
    }
    /// How often a phone must be seen to be ready that was never seen on its way: a call may take a while to act.
    private static let mostReady = 3

    /// Waits until a phone can be used again, after the service has taken what takes it away for a while.
    ///
    /// - Throws: `CloudError`, `CancellationError`, and ``ServiceError`` when it takes longer than until `end`, or when the
    ///   phone cannot be used afterwards.
    func comeBack(_ id: String, until end: LaneInstant, _ operation: String) async throws {
        let status = try await settled(id, until: end, operation)
        guard status == .ready else {
            throw ServiceError(
                "broken", operation: operation, reason: "the phone is \(status.description) afterwards",
                advice: "look at it in the console of KooPhone")
        }
    }

    /// What a phone does when it is no more on its way.
    private func settled(
        _ id: String, until end: LaneInstant, _ operation: String
    ) async throws -> InstanceStatus {
        var wasAway = false
        var readyLooks = 0
        while true {
            try await lane.sleep(for: pause)
            switch try await state(of: id) {
            case .ready?, .toBeAssigned?:
                readyLooks += 1
                if wasAway || readyLooks >= Self.mostReady { return .ready }
            case .restoreFailed?: return .restoreFailed
            case .maintenance?: return .maintenance
            case nil: break
            case .some: wasAway = true
            }
            guard lane.now < end else {
                throw Self.late(operation, "the phone is not ready after a long time")
            }
        }
    }

    static func late(_ operation: String, _ reason: String) -> ServiceError {
        ServiceError(
            ServiceError.unknownOutcome, operation: operation, reason: reason,
            advice: "look at it in the console of KooPhone", outcome: .unknown)
    }
}
