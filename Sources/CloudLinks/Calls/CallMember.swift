import CloudPhone
import Farm
import Lanes
import Synchronization

/// One phone or server that waits for a call.
final class CallMember: Sendable {
    let subject: CallSubject
    let attempt: BatchedAttempt
    private let answer = Waiter<BatchAnswer>()
    private let gone = Atomic(false)

    init(_ subject: CallSubject, _ attempt: BatchedAttempt) {
        self.subject = subject
        self.attempt = attempt
    }

    /// Whether nobody waits any more.
    var isGone: Bool { gone.load(ordering: .relaxed) }

    /// Waits for what becomes of the call; who is cancelled stops waiting, and a call that was sent goes on.
    func value() async throws -> BatchAnswer {
        try await withTaskCancellationHandler {
            try await answer.value()
        } onCancel: {
            gone.store(true, ordering: .relaxed)
        }
    }

    func resume(_ result: Result<BatchAnswer, any Error>) { answer.resume(with: result) }
}
