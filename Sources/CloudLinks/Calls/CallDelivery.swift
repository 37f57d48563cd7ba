import CloudPhone
import Farm
import Lanes
import Synchronization

/// Sends one request for several phones or servers, writes down what it started, and gives each its own answer.
struct CallDelivery: Sendable {
    let client: CloudClient
    let jobs: JobWatch

    /// Sends a request; the servers are given back one by one as their jobs end.
    func deliver(_ call: BatchCall, to members: [CallMember], holding permit: ServerGate.Permit) async {
        let hooks = CallHooks(
            willSend: { try await note(members) { ServiceJob(call: $0.subject.mark(of: call)) } },
            didAnswer: { started in
                let outcomes = started.matched(to: members.map(\.subject.id)).outcomes
                try await note(members) { member in
                    let mark = member.subject.mark(of: call)
                    switch outcomes[member.subject.id] {
                    case .started(let job): return ServiceJob(call: mark, request: started.requestID, job: job)
                    // It was answered and has no job: nothing is left to wait for.
                    case .refused, .accepted: return ServiceJob(call: mark, request: started.requestID)
                    case nil: return nil
                    }
                }
            })
        let started: StartedCall
        do {
            started = try await call.send(to: members.map(\.subject.id), by: client, hooks: hooks)
        } catch {
            for member in members { member.resume(.failure(error)) }
            return await client.gate.release(permit)
        }
        await jobs.watch(WatchedCall(started, kind: call.kind))
        let outcomes = started.matched(to: members.map(\.subject.id)).outcomes
        var waiting: [String: [(CallMember, String)]] = [:]
        for member in members {
            switch outcomes[member.subject.id] {
            case .started(let job): waiting[member.subject.server, default: []].append((member, job))
            case .refused(let fault): member.resume(.success(.failed(fault, nil)))
            case .accepted: member.resume(.success(.done(nil)))
            case nil:
                let error = ServiceError(
                    "unknown", operation: call.words, reason: "the service's answer does not name it",
                    outcome: .unknown)
                member.resume(.failure(error))
            }
        }
        await client.gate.release(permit, permit.servers.subtracting(waiting.keys))
        await withTaskGroup { group in
            for (server, members) in waiting {
                group.addTask(executorPreference: client.lane) {
                    await wait(for: members, call) { await client.gate.release(permit, [server]) }
                }
            }
        }
    }

    /// Waits for the jobs of one server, and gives it back when the last one has ended.
    ///
    /// It is given back before the last member goes on, so that what that one asks for next does not wait for its own call.
    private func wait(
        for members: [(CallMember, String)], _ call: BatchCall, release: @escaping @Sendable () async -> Void
    ) async {
        let left = Mutex(members.count)
        let isLast = { @Sendable () -> Bool in
            left.withLock { left in
                left -= 1
                return left == 0
            }
        }
        await withTaskGroup { group in
            for (member, job) in members {
                group.addTask(executorPreference: client.lane) {
                    do {
                        let answer = try await outcome(of: job, call.words, member.attempt.limit)
                        if isLast() { await release() }
                        member.resume(.success(answer))
                    } catch {
                        member.resume(.failure(error))
                        // The service works on, so the server is not free yet.
                        _ = try? await jobs.result(of: job)
                        if isLast() { await release() }
                    }
                }
            }
        }
    }

    /// Goes on with what an earlier process had asked for.
    func goOn(
        with pending: ServiceJob, _ call: BatchCall, on subject: CallSubject, _ attempt: BatchedAttempt
    ) async throws -> BatchAnswer {
        guard let request = pending.request, let job = pending.job else {
            throw ServiceError.unseen(call.words)
        }
        await jobs.watch(WatchedCall(requestID: request, kind: call.kind, jobIDs: [job]))
        let permit = try await client.gate.acquire([subject.server])
        do {
            let answer = try await outcome(of: job, call.words, attempt.limit)
            await client.gate.release(permit)
            return answer
        } catch {
            await client.gate.release(permit)
            throw error
        }
    }

    /// What became of a job; one whose outcome nobody knows is thrown.
    func outcome(of job: String, _ operation: String, _ limit: Duration?) async throws -> BatchAnswer {
        let result = try await withDeadline(total: limit, on: client.lane) { try await jobs.result(of: job) }
        switch result.outcome {
        case .success(let output): return .done(output)
        case .failed(let fault, let output): return .failed(fault, output)
        case .unknown(let reason):
            throw ServiceError("unknown", operation: operation, reason: reason, outcome: .unknown)
        }
    }

    /// Writes something down for each member; all at the same time, as each waits for the disk.
    private func note(
        _ members: [CallMember], _ job: @escaping @Sendable (CallMember) -> ServiceJob?
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for member in members {
                guard let job = job(member) else { continue }
                group.addTask(executorPreference: client.lane) { try await member.attempt.note(job) }
            }
            try await group.waitForAll()
        }
    }
}
