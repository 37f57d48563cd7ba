/// Does pieces of work a few at a time, and hands over what they give in their order.
///
/// When a piece fails, those behind it are cancelled and those before it go on, so that the first mistake in order is the
/// one that is told, whoever was faster.
struct OrderedWork<Value: Sendable> {
    /// A piece that was begun.
    typealias Begun = Task<Value, any Error>

    /// How many pieces are done at a time.
    let width: Int

    /// Does as many pieces as `earlier` has elements.
    ///
    /// - Parameters:
    ///   - earlier: For each piece the one before it that it waits for; nil for none.
    ///   - piece: Does one, and gets the one that it waits for.
    ///   - take: Gets each result as soon as all before it are there.
    /// - Throws: What the first piece in order threw that failed; `CancellationError`.
    func run(
        after earlier: [Int?], piece: @escaping @Sendable (Int, Begun?) async throws -> Value, take: (Value) -> Void
    ) async throws {
        var begun: [Begun] = []
        var untold: [Int: Value] = [:]
        var told = 0
        var failure: (index: Int, error: any Error)?
        await withTaskGroup(of: (Int, Result<Value, any Error>).self) { group in
            func beginNext() {
                guard failure == nil, begun.count < earlier.count else { return }
                let index = begun.count
                let awaited = earlier[index].map { begun[$0] }
                // Children of a group end together only, so each piece is a task that can be cancelled alone.
                let task = Begun { try await piece(index, awaited) }
                begun.append(task)
                group.addTask {
                    await withTaskCancellationHandler {
                        (index, await task.result)
                    } onCancel: {
                        task.cancel()
                    }
                }
            }
            for _ in 0..<width { beginNext() }
            for await (index, result) in group {
                switch result {
                case .success(let value):
                    untold[index] = value
                    while let next = untold.removeValue(forKey: told) {
                        take(next)
                        told += 1
                    }
                case .failure(let error):
                    guard failure.map({ index < $0.index }) ?? true else { break }
                    failure = (index, error)
                    for task in begun[(index + 1)...] { task.cancel() }
                }
                beginNext()
            }
        }
        try Task.checkCancellation()
        if let failure { throw failure.error }
    }
}
