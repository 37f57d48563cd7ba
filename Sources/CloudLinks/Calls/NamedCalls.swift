import CloudPhone
public import Farm
import JSON
import KooPhone

/// Calls an account's service by name, during one attempt.
struct NamedCalls: Sendable {
    let session: AccountSession
    /// Whoever asks: a phone and its server, a server, or nobody.
    var phone: String?
    var server: String?
    var attempt = BatchedAttempt()

    func run(_ call: NamedCall) async throws -> NamedCallEnd {
        if let name = call.account, name != session.name {
            // Another account does not know whoever asks.
            return try await NamedCalls(session: try session.kin.session(name), attempt: attempt).run(call)
        }
        let operation = try operation(of: call)
        let given = operation.completed(call.arguments, phone: phone, server: server)
        if let fault = operation.faults(in: given).first {
            throw ServiceError(
                "content", operation: call.name, reason: "\(fault)")
        }
        return try await inFarmWords(call.name) {
            if operation.shape.hazard == .read, operation.jobs == nil { return try await look(operation, given) }
            return try await work(operation, given)
        }
    }

    /// The operation of that name that the account's service has.
    private func operation(of call: NamedCall) throws(ServiceError) -> CatalogedOperation {
        let name = "call \(call.name)"
        let found: [CatalogedOperation]
        do throws(CheckFault) {
            found = try ServiceCatalog.operations(named: call.name)
        } catch {
            throw ServiceError("content", operation: name, reason: error.reason, advice: error.advice)
        }
        if let operation = found.first(where: { $0.accountKind == session.kind }) { return operation }
        let kind = found[0].accountKind
        throw ServiceError(
            "unsupported", operation: name,
            reason:
                "it is an operation of \(kind.service), and \(session.name) is an account of \(session.kind.service)",
            advice: session.kin.accounts.words(of: kind))
    }

    private func look(_ operation: CatalogedOperation, _ given: [String: JSONValue]) async throws -> NamedCallEnd {
        let client = session.client
        let ofOnePage = ["offset", "marker", "limit", "page_no", "page_size"]
        if let paging = operation.paging, ofOnePage.allSatisfy({ given[$0] == nil }),
            let all = try await client.callAll(operation, given)
        {
            let answer: JSONValue = .object([paging.listName: .array(all)])
            return NamedCallEnd(answer: operation.hidingSecrets(in: answer))
        }
        let answer = try await client.call(operation, given)
        return NamedCallEnd(answer: operation.hidingSecrets(in: answer.json))
    }

    // MARK: Work

    private func work(_ operation: CatalogedOperation, _ given: [String: JSONValue]) async throws -> NamedCallEnd {
        let mark = BatchCall.mark(operation.name, [String(decoding: JSONValue.object(given).bytes, as: UTF8.self)])
        let pending = attempt.pending.filter { $0.call == mark }
        if let end = try await goneOn(with: pending, operation, given) { return end }
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
        let answer = try await session.client.call(operation, given, hooks: hooks)
        let shown = operation.hidingSecrets(in: answer.json)
        if let ending = InstanceEnding(of: operation) {
            return NamedCallEnd(answer: shown, parts: try await ends(ending, operation, given))
        }
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

    /// Waits for what no job tells the end of.
    private func ends(
        _ ending: InstanceEnding, _ operation: CatalogedOperation, _ given: [String: JSONValue]
    ) async throws -> [NamedCallEnd.Part] {
        let ids = (given[ending.idsName]?.elements ?? []).compactMap(\.text)
        return try await session.instances.ends(ending, of: ids, within: attempt.limit, operation.name)
    }

    /// Goes on with what an earlier process had asked for.
    private func goneOn(
        with pending: [ServiceJob], _ operation: CatalogedOperation, _ given: [String: JSONValue]
    ) async throws -> NamedCallEnd? {
        guard let last = pending.last else { return nil }
        guard let request = last.request else {
            throw ServiceError.unseen(operation.name)
        }
        if let ending = InstanceEnding(of: operation) {
            return NamedCallEnd(answer: .null, parts: try await ends(ending, operation, given))
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

extension KooPhoneLink {
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
