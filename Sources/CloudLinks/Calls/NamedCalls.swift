import CloudPhone
public import Farm
import JSON

/// Calls an account's service by name, during one attempt.
struct NamedCalls: Sendable {
    let session: AccountSession
    /// Whoever asks: a phone and its server, a server, or nobody.
    var phone: String?
    var server: String?
    var attempt = BatchedAttempt()

    func run(_ call: NamedCall) async throws -> NamedCallEnd {
        let operation: CatalogedOperation
        do throws(CheckFault) {
            operation = try OperationCatalog.operation(named: call.name)
        } catch {
            throw ServiceError("content", operation: "call \(call.name)", reason: error.reason, advice: error.advice)
        }
        let given = completed(call.arguments, of: operation)
        if let fault = operation.faults(in: given).first {
            throw ServiceError(
                "content", operation: call.name, reason: "\(fault)")
        }
        return try await inFarmWords(call.name) {
            if operation.shape.hazard == .read, operation.jobs == nil { return try await look(operation, given) }
            return try await work(operation, given)
        }
    }

    /// Whoever asks is meant where nobody else is named.
    private func completed(
        _ given: [String: JSONValue], of operation: CatalogedOperation
    ) -> [String: JSONValue] {
        var given = given
        let names = Set(operation.arguments.map(\.field.name))
        for (id, one, many) in [(phone, "phone_id", "phone_ids"), (server, "server_id", "server_ids")] {
            guard let id else { continue }
            if names.contains(one), given[one] == nil { given[one] = .text(id) }
            // A command takes phones or servers, and phones are meant more narrowly.
            let isMeant = many == "phone_ids" || phone == nil || !names.contains("phone_ids")
            if names.contains(many), given[many] == nil, given["phone_ids"] == nil, isMeant {
                given[many] = .array([.text(id)])
            }
        }
        return given
    }

    private func look(_ operation: CatalogedOperation, _ given: [String: JSONValue]) async throws -> NamedCallEnd {
        let client = session.client
        if let paging = operation.paging, given["offset"] == nil, given["marker"] == nil, given["limit"] == nil,
            let all = try await client.callAll(operation.name, given)
        {
            let answer: JSONValue = .object([paging.listName: .array(all)])
            return NamedCallEnd(answer: operation.hidingSecrets(in: answer))
        }
        let answer = try await client.call(operation.name, given)
        return NamedCallEnd(answer: operation.hidingSecrets(in: answer.json))
    }

    // MARK: Work

    private func work(_ operation: CatalogedOperation, _ given: [String: JSONValue]) async throws -> NamedCallEnd {
        let mark = BatchCall.mark(operation.name, [String(decoding: JSONValue.object(given).bytes, as: UTF8.self)])
        let pending = attempt.pending.filter { $0.call == mark }
        if let end = try await goneOn(with: pending, operation) { return end }
        let permit = try await session.client.gate.acquire(server.map { [$0] } ?? [])
        do {
            let end = try await sent(operation, given, mark)
            await session.client.gate.release(permit)
            return end
        } catch {
            await session.client.gate.release(permit)
            throw error
        }
    }

    private func sent(
        _ operation: CatalogedOperation, _ given: [String: JSONValue], _ mark: String
    ) async throws -> NamedCallEnd {
        let hooks = CallHooks(
            willSend: { [attempt] in try await attempt.note(ServiceJob(call: mark)) },
            didAnswer: { [attempt] started in
                if started.elements.isEmpty {
                    try await attempt.note(ServiceJob(call: mark, request: started.requestID))
                }
                for element in started.elements {
                    try await attempt.note(
                        ServiceJob(call: mark, request: started.requestID, job: element.jobID))
                }
            })
        let answer = try await session.client.call(operation.name, given, hooks: hooks)
        let shown = operation.hidingSecrets(in: answer.json)
        guard let started = answer.started, let jobs = operation.jobs else { return NamedCallEnd(answer: shown) }
        await session.jobs.watch(WatchedCall(started, kind: jobs.kind))
        var parts: [NamedCallEnd.Part] = []
        for element in started.elements {
            switch element.outcome {
            case .refused(let fault):
                parts.append(.init(id: element.subject.id, failure: ServiceError(fault, operation.name)))
            case .started(let job): parts.append(try await part(element.subject.id, job, operation))
            case .accepted: parts.append(.init(id: element.subject.id))
            }
        }
        return NamedCallEnd(answer: shown, parts: parts)
    }

    private func part(_ id: String, _ job: String, _ operation: CatalogedOperation) async throws -> NamedCallEnd.Part {
        do {
            let answer = try await session.calls.delivery.outcome(of: job, operation.name, attempt.limit)
            switch answer {
            case .done(let output): return .init(id: id, output: output?.text)
            case .failed(let fault, let output):
                return .init(
                    id: id, output: output?.text, failure: ServiceError(fault, saying: output, operation.name))
            }
        } catch let error as ServiceError {
            return .init(id: id, failure: error)
        }
    }

    /// Goes on with what an earlier process had asked for.
    private func goneOn(with pending: [ServiceJob], _ operation: CatalogedOperation) async throws -> NamedCallEnd? {
        guard let last = pending.last else { return nil }
        guard let request = last.request else {
            throw ServiceError.unseen(operation.name)
        }
        let jobs = pending.filter { $0.request == request }.compactMap(\.job)
        // It had nothing to wait for, or everything was refused: it is asked for again.
        guard !jobs.isEmpty, let kind = operation.jobs?.kind else {
            return operation.jobs == nil ? NamedCallEnd(answer: .null) : nil
        }
        await session.jobs.watch(WatchedCall(requestID: request, kind: kind, jobIDs: jobs))
        var parts: [NamedCallEnd.Part] = []
        for job in jobs { parts.append(try await part("", job, operation)) }
        return NamedCallEnd(answer: .null, parts: parts)
    }
}

extension CloudPhoneLink {
    func call(_ call: NamedCall) async throws -> NamedCallEnd {
        try await NamedCalls(session: session, phone: place.phone, server: place.server, attempt: attempt).run(call)
    }
}

extension CloudServerLink {
    func call(_ call: NamedCall) async throws -> NamedCallEnd {
        try await NamedCalls(session: session, server: server, attempt: attempt).run(call)
    }
}

extension CloudAccounts {
    /// Calls an account's service by name, for nobody in particular.
    ///
    /// - Throws: ``ServiceError``, `CancellationError`.
    public func call(_ call: NamedCall, of account: String) async throws -> NamedCallEnd {
        try await NamedCalls(session: try session(of: account)).run(call)
    }
}
