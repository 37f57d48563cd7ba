import Lanes

extension SFTPClient {
    /// Does something for every item, several at a time and each by tasks on the lane; the first error ends all.
    ///
    /// - Throws: What `body` throws, `CancellationError`.
    public func forEach<Item: Sendable>(
        of items: [Item], width: Int, _ body: @escaping @Sendable (Item) async throws -> Void
    ) async throws {
        let queue = ItemQueue(items)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<min(width, items.count) {
                group.addTask(executorPreference: lane) {
                    while let item = queue.next() {
                        try Task.checkCancellation()
                        try await body(item)
                    }
                }
            }
            // Not `waitForAll`, which hears every task out before it throws.
            while try await group.next() != nil {}
        }
    }
}

// Sendable: touched only by tasks of one lane.

/// Items that several tasks take one after another.
private final class ItemQueue<Item: Sendable>: @unchecked Sendable {
    private let items: [Item]
    private var position = 0

    init(_ items: [Item]) { self.items = items }

    func next() -> Item? {
        guard position < items.count else { return nil }
        defer { position += 1 }
        return items[position]
    }
}
