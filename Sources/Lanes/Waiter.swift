import Synchronization

/// One value that one task waits for, given from anywhere; the first answer counts and later ones are dropped.
public final class Waiter<Value: Sendable>: Sendable {
    private enum State {
        case empty
        case waiting(CheckedContinuation<Value, any Error>)
        case answered(Result<Value, any Error>)
        case done
    }
    private let state = Mutex(State.empty)

    /// A waiter without an answer.
    public init() {}

    /// Gives the answer; false when one was given before.
    @discardableResult
    public func resume(with result: Result<Value, any Error>) -> Bool {
        let (waiting, isFirst) = state.withLock { state -> (CheckedContinuation<Value, any Error>?, Bool) in
            switch state {
            case .empty:
                state = .answered(result)
                return (nil, true)
            case .waiting(let continuation):
                state = .done
                return (continuation, true)
            case .answered, .done:
                return (nil, false)
            }
        }
        waiting?.resume(with: result)
        return isFirst
    }

    /// Waits for the answer; to be called once.
    ///
    /// - Parameter cancellable: Whether a cancelled task gets `CancellationError` at once.
    /// - Throws: The error that was given, or `CancellationError`.
    public func value(cancellable: Bool = true) async throws -> Value {
        guard cancellable else { return try await answer() }
        return try await withTaskCancellationHandler {
            try await answer()
        } onCancel: {
            resume(with: .failure(CancellationError()))
        }
    }

    private func answer() async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let ready = state.withLock { state -> Result<Value, any Error>? in
                switch state {
                case .empty, .waiting, .done:
                    state = .waiting(continuation)
                    return nil
                case .answered(let result):
                    state = .done
                    return result
                }
            }
            if let ready { continuation.resume(with: ready) }
        }
    }
}
