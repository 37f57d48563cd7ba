import Lanes

extension SFTPClient {
    /// Asks for something and waits for it; a handle that comes after nobody waits any more is closed.
    ///
    /// - Parameter read: Takes the value out of an answer; nil for an answer that says something else.
    /// - Throws: ``SFTPError``, `CancellationError`.
    func value<Value: Sendable>(
        _ request: SFTPRequest, _ path: SFTPPath? = nil, _ read: @escaping (SFTPAnswer) -> Value?
    ) async throws -> Value {
        let waiter = Waiter<Value>()
        ask(request, path) { [self] result in
            let isWanted = waiter.resume(with: reading(result, request, path, read))
            if !isWanted, case .success(.handle(let handle)) = result { forget(handle) }
        }
        return try await waiter.value()
    }

    /// Asks for something that is done or refused.
    ///
    /// - Throws: ``SFTPError``, `CancellationError`.
    func perform(_ request: SFTPRequest, _ path: SFTPPath? = nil) async throws {
        try await start(request, path).value()
    }

    /// Asks for something that is done or refused, and goes on; the answer is waited for later.
    func start(_ request: SFTPRequest, _ path: SFTPPath?) -> Waiter<Void> {
        let waiter = Waiter<Void>()
        ask(request, path) { [self] result in
            waiter.resume(
                with: reading(result, request, path) { answer in
                    if case .status(let status) = answer, status.isOK { () } else { nil }
                })
        }
        return waiter
    }

    /// Closes a handle whose fate interests nobody any more.
    func forget(_ handle: [UInt8]) { ask(.close(handle: handle)) { _ in } }

    private func reading<Value>(
        _ result: Result<SFTPAnswer, SFTPError>, _ request: SFTPRequest, _ path: SFTPPath?,
        _ read: (SFTPAnswer) -> Value?
    ) -> Result<Value, any Error> {
        switch result {
        case .failure(let failure): return .failure(failure)
        case .success(let answer):
            if let value = read(answer) { return .success(value) }
            return .failure(refusal(answer, SFTPOperation(request.verb, path, on: name)))
        }
    }

    /// What an answer other than the wished one says; one that makes no sense ends the conversation.
    func refusal(_ answer: SFTPAnswer, _ operation: SFTPOperation) -> SFTPError {
        if case .status(let status) = answer, !status.isOK { return status.error(operation.words) }
        let failure = violation("\(answer.words) as the answer", during: operation.words)
        end(failure)
        return failure
    }
}
