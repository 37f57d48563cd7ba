import Lanes
import Synchronization
import Testing

@Suite("A lane", .timeLimit(.minutes(5)))
struct LaneTests {
    @Test func `an actor and a task that prefer the lane both run on it`() async throws {
        let lane = try Lane(name: "pinned")
        let pinned = Pinned(lane: lane)
        let seen = await Task(executorPreference: lane) {
            let before = lane.isCurrent
            let inside = await pinned.isOnLane
            let nested = await onCallersLane(lane)
            return [before, inside, nested, lane.isCurrent]
        }.value
        #expect(seen == [true, true, true, true])
        #expect(!lane.isCurrent)
    }

    @Test func `timers run in the order in which they are due, and cancelled ones do not`() async throws {
        let clock = ManualClock()
        let lane = try Lane(name: "timers", clock: clock)
        let fired = Mutex<[Int]>([])
        await Task(executorPreference: lane) {
            for delay in [30, 10, 20, 40] {
                lane.schedule(after: .seconds(delay)) { fired.withLock { $0.append(delay) } }
            }
            lane.schedule(after: .seconds(15)) { fired.withLock { $0.append(15) } }.cancel()
        }.value
        await clock.advance(by: .seconds(9))
        #expect(fired.withLock { $0 }.isEmpty)
        await clock.advance(by: .seconds(11))
        #expect(fired.withLock { $0 } == [10, 20])
        await clock.advance(by: .seconds(60))
        #expect(fired.withLock { $0 } == [10, 20, 30, 40])
    }

    @Test func `ten thousand timers keep their order when most are cancelled`() async throws {
        let clock = ManualClock()
        let lane = try Lane(name: "heap", clock: clock)
        let fired = Mutex<[Int]>([])
        await Task(executorPreference: lane) {
            for index in 0..<10_000 {
                let delay = index &* 7919 % 10_007 + 1
                let timer = lane.schedule(after: .seconds(delay)) { fired.withLock { $0.append(delay) } }
                if index % 10 != 0 { timer.cancel() }
            }
        }.value
        await clock.advance(by: .seconds(20_000))
        let order = fired.withLock { $0 }
        #expect(order.count == 1000)
        #expect(order == order.sorted())
    }

    @Test func `the system clock wakes a sleeper`() async throws {
        let lane = try Lane(name: "alarm")
        let slept = try await Task(executorPreference: lane) {
            let start = lane.now
            try await lane.sleep(for: .milliseconds(5))
            return lane.now.since(start)
        }.value
        #expect(slept >= .milliseconds(5))
    }

    @Test func `jobs that keep making jobs do not starve a timer`() async throws {
        let lane = try Lane(name: "busy")
        let isOver = Atomic<Bool>(false)
        let turns = await Task(executorPreference: lane) {
            lane.schedule(after: .milliseconds(1)) { isOver.store(true, ordering: .relaxed) }
            var turns = 0
            while !isOver.load(ordering: .relaxed) {
                await Task.yield()
                turns += 1
            }
            return turns
        }.value
        #expect(turns > 0)
    }
}

private actor Pinned {
    private let lane: Lane
    nonisolated var unownedExecutor: UnownedSerialExecutor { lane.asUnownedSerialExecutor() }
    init(lane: Lane) { self.lane = lane }
    var isOnLane: Bool { lane.isCurrent }
}

private func onCallersLane(_ lane: Lane) async -> Bool { lane.isCurrent }
