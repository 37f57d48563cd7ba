import Lanes
import Testing

@Suite("Deadlines", .timeLimit(.minutes(5)))
struct DeadlineTests {
    @Test func `an operation that ends in time gives its value`() async throws {
        let lane = try Lane(name: "deadline", clock: ManualClock())
        let value = try await on(lane) { try await withDeadline(total: .seconds(1), on: lane) { 7 } }
        #expect(value == 7)
    }

    @Test func `a passed limit is a deadline and never a cancellation`() async throws {
        let clock = ManualClock()
        let lane = try Lane(name: "deadline", clock: clock)
        let started = Waiter<Void>()
        let task = Task(executorPreference: lane) {
            try await withDeadline(total: .seconds(30), on: lane) {
                started.resume(with: .success(()))
                try await lane.sleep(for: .seconds(3600))
            }
        }
        try await started.value()
        await clock.advance(by: .seconds(30))
        await #expect(throws: DeadlineExceeded(.total, .seconds(30))) { try await task.value }
    }

    @Test func `a cancelled caller gets a cancellation`() async throws {
        let lane = try Lane(name: "deadline", clock: ManualClock())
        let started = Waiter<Void>()
        let task = Task(executorPreference: lane) {
            try await withDeadline(total: .seconds(30), on: lane) {
                started.resume(with: .success(()))
                try await lane.sleep(for: .seconds(3600))
            }
        }
        try await started.value()
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test func `a stall counts from the last byte, and only while bytes are due`() async throws {
        let clock = ManualClock()
        let lane = try Lane(name: "stall", clock: clock)
        let meter = ProgressMeter(clock: clock)
        let started = Waiter<Void>()
        let task = Task(executorPreference: lane) {
            try await withDeadline(total: .seconds(3600), stall: .seconds(10), meter: meter, on: lane) {
                started.resume(with: .success(()))
                try await lane.sleep(for: .seconds(3000))
            }
        }
        try await started.value()
        await clock.advance(by: .seconds(100))
        meter.expectBytes(true)
        await clock.advance(by: .seconds(9))
        meter.move(1)
        await clock.advance(by: .seconds(9))
        await clock.advance(by: .seconds(1))
        await #expect(throws: DeadlineExceeded(.stall, .seconds(10))) { try await task.value }
        #expect(clock.now == LaneInstant(nanoseconds: 120_000_000_000))
    }

    private func on<Value: Sendable>(
        _ lane: Lane, _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await Task(executorPreference: lane) { try await body() }.value
    }
}
