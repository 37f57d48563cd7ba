import Lanes
import Synchronization
import Testing

@testable import Commands

@Suite("Asking many at once", .timeLimit(.minutes(5)))
struct FanOutTests {
    @Test("answers come in order, whatever the width", arguments: [0, 1, 3, 1000])
    func order(width: Int) async throws {
        let lanes = try Lane.pool(2)
        let answers = await eachOf(100, atMost: width, on: lanes) { index, _ in index * 2 }
        #expect(answers == (0..<100).map { $0 * 2 })
    }

    @Test func `never more than the width are under way`() async throws {
        struct Load {
            var now = 0
            var most = 0
        }
        let load = Mutex(Load())
        let lanes = try Lane.pool(2)
        _ = await eachOf(50, atMost: 4, on: lanes) { _, _ in
            load.withLock {
                $0.now += 1
                $0.most = max($0.most, $0.now)
            }
            await Task.yield()
            load.withLock { $0.now -= 1 }
        }
        let most = load.withLock { $0.most }
        #expect((1...4).contains(most))
    }

    @Test func `nobody is no work`() async throws {
        let lanes = try Lane.pool(1)
        let answers = await eachOf(0, atMost: 5, on: lanes) { index, _ in index }
        #expect(answers.isEmpty)
    }
}
