import CloudPhone
import Lanes
import Synchronization
import Testing

@Suite("The limiter", .timeLimit(.minutes(2)))
struct LimiterTests {
    private let clock = ManualClock()

    /// Sends calls and notes when each was let go.
    private func sendAll(_ count: Int, _ load: CallLoad, _ limiter: CallLimiter, _ log: TimeLog) -> [Task<
        Void, any Error
    >] {
        (0..<count).map { number in
            Task {
                try await limiter.admit(load)
                log.add(number, clock.now)
            }
        }
    }

    /// Waits until every call stands in the line or has noted its time, so that the clock moves for all or for none.
    private func settle(_ count: Int, _ load: CallLoad, _ limiter: CallLimiter, _ log: TimeLog) async {
        while await limiter.waitingCount(load) + log.entries.count < count { await Task.yield() }
    }

    @Test("no more than so many calls in any 60 seconds", arguments: [(CallLoad.sync, 6), (.write, 10)])
    func window(load: CallLoad, most: Int) async throws {
        let limiter = CallLimiter(on: try Lane(name: "limiter", clock: clock))
        let log = TimeLog()
        let count = 4 * most + 3
        let tasks = sendAll(count, load, limiter, log)
        await advance(clock, by: .milliseconds(500)) {
            await settle(count, load, limiter, log)
            return log.entries.count == count
        }
        for task in tasks { try await task.value }
        let times = log.entries.map(\.time).sorted()
        for place in most..<count {
            #expect(times[place].since(times[place - most]) >= .seconds(60))
        }
        // And not much slower than it must be.
        let last = try #require(times.last).since(times[0])
        #expect(last <= .seconds(4 * 61 + 4))
    }

    @Test func `reading calls have a window of a second`() async throws {
        let limiter = CallLimiter(on: try Lane(name: "limiter", clock: clock))
        let log = TimeLog()
        let tasks = sendAll(12, .read, limiter, log)
        await advance(clock, by: .milliseconds(50)) {
            await settle(12, .read, limiter, log)
            return log.entries.count == 12
        }
        for task in tasks { try await task.value }
        let times = log.entries.map(\.time).sorted()
        for place in 5..<12 { #expect(times[place].since(times[place - 5]) >= .seconds(1)) }
    }

    @Test func `calls go in the order in which they came, and one that was cancelled is not counted`() async throws {
        let limiter = CallLimiter(CloudLimits(writesPerMinute: 1), on: try Lane(name: "limiter", clock: clock))
        try await limiter.admit(.write)
        let log = TimeLog()
        var tasks: [Task<Void, any Error>] = []
        for number in 0..<4 {
            tasks.append(
                Task {
                    try await limiter.admit(.write)
                    log.add(number, clock.now)
                })
            while await limiter.waitingCount(.write) <= number { await Task.yield() }
        }
        tasks[1].cancel()
        await #expect(throws: CancellationError.self) { try await tasks[1].value }
        for number in 1...3 {
            await clock.advance(by: .seconds(61))
            while log.entries.count < number { await Task.yield() }
        }
        #expect(log.entries.map(\.number) == [0, 2, 3])
    }

    @Test func `a hold stops everything that changes something, or everything that looks`() async throws {
        let limiter = CallLimiter(on: try Lane(name: "limiter", clock: clock))
        await limiter.hold(.sync, for: .seconds(60))
        try await limiter.admit(.read)
        let log = TimeLog()
        let start = clock.now
        let tasks = sendAll(1, .write, limiter, log) + sendAll(1, .sync, limiter, log)
        await advance(clock, by: .milliseconds(500)) { log.entries.count == 2 }
        for task in tasks { try await task.value }
        #expect(log.entries.allSatisfy { $0.time.since(start) >= .seconds(60) })
        await limiter.hold(.read, for: .seconds(3))
        try await limiter.admit(.write)
        let reading = Task { try await limiter.admit(.read) }
        while await limiter.waitingCount(.read) == 0 { await Task.yield() }
        await clock.advance(by: .seconds(3))
        try await reading.value
    }

    @Test func `a shorter hold does not end a longer one`() async throws {
        let limiter = CallLimiter(on: try Lane(name: "limiter", clock: clock))
        await limiter.hold(.write, for: .seconds(60))
        await limiter.hold(.write, for: .seconds(5))
        let task = Task { try await limiter.admit(.write) }
        while await limiter.waitingCount(.write) == 0 { await Task.yield() }
        await clock.advance(by: .seconds(59))
        #expect(await limiter.waitingCount(.write) == 1)
        await clock.advance(by: .seconds(1))
        try await task.value
    }
}

/// When what happened.
final class TimeLog: Sendable {
    struct Entry: Sendable {
        let number: Int
        let time: LaneInstant
    }
    private let taken = Mutex<[Entry]>([])

    var entries: [Entry] { taken.withLock { $0 } }
    func add(_ number: Int, _ time: LaneInstant) { taken.withLock { $0.append(Entry(number: number, time: time)) } }
}
