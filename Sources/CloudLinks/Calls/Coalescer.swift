import CloudPhone
import Farm
import Lanes

/// Makes few requests of the equal calls of many phones or servers, within the limits of the service.
///
/// Those that ask for the same within a moment share a request, up to ``BatchCall/most`` of them. On one server the
/// service works at one call after the other, so there is one call under way there at a time, and whoever comes meanwhile
/// goes with the next.
actor Coalescer {
    /// How long a batch waits for more phones after the last one came, unless somebody wants it otherwise.
    static let quiet = Duration.milliseconds(200)
    /// How long it waits at most, however many come.
    static let patience = Duration.seconds(3)

    /// How long it waits at most for those who have said that they will come: a request costs one of few per minute.
    static let fellowship = Duration.seconds(20)

    nonisolated let delivery: CallDelivery
    nonisolated let lane: Lane
    private let quiet: Duration
    private var batches: [BatchCall: Batch] = [:]
    /// How many have said that they will ask for something, and have not yet.
    private var expected: [BatchCall: Int] = [:]

    nonisolated var unownedExecutor: UnownedSerialExecutor { lane.asUnownedSerialExecutor() }

    /// Who waits for the same call and has not been asked for yet.
    private struct Batch {
        var waiting: [CallMember] = []
        /// The servers for which a request is on its way to its turn.
        var claimed: Set<String> = []
        var lastCame: LaneInstant
        var firstCame: LaneInstant
        var isGathering = false
    }

    init(_ delivery: CallDelivery, quiet: Duration) {
        self.delivery = delivery
        self.quiet = quiet
        lane = delivery.client.lane
    }

    /// Asks for something on one phone, server or encode service and waits for its end.
    ///
    /// - Throws: `CloudError` and `ServiceError` for what the service would not do or did not tell, `DeadlineExceeded`,
    ///   `CancellationError`.
    func answer(
        to call: BatchCall, for subject: CallSubject, during attempt: BatchedAttempt
    ) async throws -> BatchAnswer {
        let mark = subject.mark(of: call)
        // What has no job was taken when it was answered; how it ends shows elsewhere.
        if call.isDoneWhenTaken, attempt.pending.contains(where: { $0.call == mark && $0.request != nil }) {
            return .done(nil)
        }
        if let pending = attempt.pending.last(where: { $0.call == mark }),
            pending.request == nil || pending.job != nil
        {
            return try await delivery.goOn(with: pending, call, on: subject, attempt)
        }
        let member = CallMember(subject, attempt)
        let now = lane.now
        var batch = batches[call] ?? Batch(lastCame: now, firstCame: now)
        if batch.waiting.isEmpty { batch.firstCame = now }
        batch.waiting.append(member)
        batch.lastCame = now
        batches[call] = batch
        kick(call)
        return try await member.value()
    }

    /// Does work that leads to a call, which those who ask for the same meanwhile wait for a while.
    ///
    /// - Parameter work: What comes before the call; when it throws, nobody waits any more.
    func leading<Value: Sendable>(
        to call: BatchCall, _ work: @Sendable () async throws -> Value
    ) async throws -> Value {
        expected[call, default: 0] += 1
        defer { expected[call] = expected[call].flatMap { $0 > 1 ? $0 - 1 : nil } }
        return try await work()
    }

    // MARK: Gathering

    /// Has the batch looked at, unless somebody does already.
    private func kick(_ call: BatchCall) {
        guard batches[call]?.isGathering == false else { return }
        batches[call]?.isGathering = true
        Task(executorPreference: lane) {
            await self.gather(call)
            await self.deal(call)
        }
    }

    /// Waits until nobody has come for a moment.
    private func gather(_ call: BatchCall) async {
        while let batch = batches[call] {
            let now = lane.now
            var left = min(quiet - now.since(batch.lastCame), Self.patience - now.since(batch.firstCame))
            if left <= .zero, expected[call] != nil, now.since(batch.firstCame) < Self.fellowship { left = quiet }
            // Nobody cancels this task; and if somebody did, the batch would only be sent sooner.
            guard left > .zero, (try? await lane.sleep(for: left)) != nil else { return }
        }
    }

    /// Deals those who wait to requests: servers where nothing is under way share one as long as they fit, and each of
    /// the others waits for its turn by itself.
    private func deal(_ call: BatchCall) async {
        guard let claimed = batches[call]?.claimed else { return }
        var counts: [String: Int] = [:]
        var order: [String] = []
        for member in batches[call]?.waiting ?? [] where !claimed.contains(member.subject.server) {
            if counts.updateValue((counts[member.subject.server] ?? 0) + 1, forKey: member.subject.server) == nil {
                order.append(member.subject.server)
            }
        }
        var requests: [[String]] = []
        var alone: [[String]] = []
        var room = 0
        for server in order {
            let count = counts[server] ?? 0
            if await delivery.client.gate.isTaken(server) {
                alone.append([server])
            } else if count <= room, let last = requests.indices.last {
                requests[last].append(server)
                room -= count
            } else {
                requests.append([server])
                room = call.most - count
            }
        }
        batches[call]?.isGathering = false
        batches[call]?.claimed.formUnion(order)
        for servers in requests + alone {
            Task(executorPreference: lane) { await self.send(call, to: servers) }
        }
        forgetIfEmpty(call)
    }

    private func forgetIfEmpty(_ call: BatchCall) {
        guard let batch = batches[call], batch.waiting.isEmpty, batch.claimed.isEmpty, !batch.isGathering else {
            return
        }
        batches[call] = nil
    }

    /// Waits for the turn of some servers and sends one request for whoever waits for them by then.
    private func send(_ call: BatchCall, to servers: [String]) async {
        // Nobody cancels this task.
        guard let permit = try? await delivery.client.gate.acquire(servers) else { return }
        let members = take(call, on: servers)
        guard !members.isEmpty else { return await delivery.client.gate.release(permit) }
        await delivery.deliver(call, to: members, holding: permit)
    }

    /// Takes those who wait for servers out of the batch, as many as one request may have.
    private func take(_ call: BatchCall, on servers: [String]) -> [CallMember] {
        guard var batch = batches[call] else { return [] }
        batch.claimed.subtract(servers)
        var taken: [CallMember] = []
        var left: [CallMember] = []
        for member in batch.waiting where !member.isGone {
            if servers.contains(member.subject.server), taken.count < call.most {
                taken.append(member)
            } else {
                left.append(member)
            }
        }
        batch.waiting = left
        batches[call] = batch
        if left.contains(where: { !batch.claimed.contains($0.subject.server) }) {
            kick(call)
        } else {
            forgetIfEmpty(call)
        }
        return taken
    }
}
