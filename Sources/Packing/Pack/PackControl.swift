import Synchronization

/// A packing under way, seen from outside: how far it is, and a way to stop it.
public final class PackControl: Sendable {
    private let content = Atomic<UInt64>(0)
    private let stopped = Atomic<Bool>(false)

    /// A packing that has not begun.
    public init() {}

    /// Bytes of content that were packed so far.
    public var packedBytes: UInt64 { content.load(ordering: .relaxed) }

    /// Whether somebody asked to stop.
    public var isCancelled: Bool { stopped.load(ordering: .relaxed) }

    /// Asks the packing to stop, which it does within a piece of a file.
    public func cancel() { stopped.store(true, ordering: .relaxed) }

    func count(_ bytes: UInt64) { content.wrappingAdd(bytes, ordering: .relaxed) }
}

/// Runs something that blocks on a thread of its own, and waits for it without holding a thread of Swift's pool.
///
/// - Throws: What `body` throws; `unreadable` when the system has no thread left.
public func onOwnThread<Value: Sendable>(
    _ body: @escaping @Sendable () throws(PackingError) -> Value
) async throws(PackingError) -> Value {
    let result = await withCheckedContinuation {
        (continuation: CheckedContinuation<Result<Value, PackingError>, Never>) in
        let thread = WorkThread { continuation.resume(returning: Result { () throws(PackingError) in try body() }) }
        guard let thread else {
            continuation.resume(
                returning: .failure(PackingError(.unreadable, path: "a thread", reason: "cannot be started")))
            return
        }
        thread.detach()
    }
    return try result.get()
}
