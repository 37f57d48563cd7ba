import Lanes

/// Calls `body` for 0..<count on lanes in turn, at most `width` at once; the results are in order.
func eachOf<Result: Sendable>(
    _ count: Int, atMost width: Int, on lanes: [Lane], _ body: @escaping @Sendable (Int, Lane) async -> Result
) async -> [Result] {
    await withTaskGroup(of: (Int, Result).self) { group in
        var results: [(Int, Result)] = []
        results.reserveCapacity(count)
        var next = 0
        func startNext() {
            guard next < count else { return }
            let index = next
            let lane = lanes[index % lanes.count]
            next += 1
            group.addTask(executorPreference: lane) { (index, await body(index, lane)) }
        }
        for _ in 0..<max(1, width) { startNext() }
        for await result in group {
            results.append(result)
            startNext()
        }
        return results.sorted { $0.0 < $1.0 }.map(\.1)
    }
}
