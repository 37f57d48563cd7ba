import Lanes

/// Something that a session as a whole is doing: it may do one thing at a time, and each is tried until it is over.
struct SessionTask {
    /// Goes on with it; true when it is over.
    let attempt: () -> Bool
    /// Hears that the connection is gone.
    let fail: (SSHError) -> Void

    /// Something whose end nobody waits for.
    init(_ attempt: @escaping () -> Bool) {
        self.attempt = attempt
        fail = { _ in }
    }

    /// Something whose outcome somebody waits for.
    ///
    /// - Parameter attempt: One call of the library; nil when it has to wait for the server.
    init<Value: Sendable>(telling waiter: Waiter<Value>, _ attempt: @escaping () throws -> Value?) {
        self.attempt = {
            do {
                guard let value = try attempt() else { return false }
                waiter.resume(with: .success(value))
            } catch {
                waiter.resume(with: .failure(error))
            }
            return true
        }
        fail = { waiter.resume(with: .failure($0)) }
    }
}
