import Glibc
import Lanes
import Testing

@Suite("Watching descriptors that belong to others", .timeLimit(.minutes(5)))
struct DescriptorWatchTests {
    // Sendable: touched only on the lane.
    private final class Pipe: @unchecked Sendable {
        private(set) var reports: [[Bool]] = []
        private var ends: [CInt] = [-1, -1]
        private var watch: DescriptorWatch?
        private var waiter: Waiter<Void>?

        init(on lane: Lane, end: Int, readable: Bool, writable: Bool) throws {
            guard pipe(&ends) == 0 else { throw SystemError("pipe") }
            watch = try DescriptorWatch(ends[end], on: lane, readable: readable, writable: writable) {
                [unowned self] readable, writable, failed in
                reports.append([readable, writable, failed])
                watch?.change(readable: false, writable: false)
                waiter?.resume(with: .success(()))
            }
        }

        func write() { _ = Glibc.write(ends[1], "x", 1) }
        func closeWriter() { close(ends[1]) }
        func listen() { watch?.change(readable: true, writable: false) }

        func next() async throws {
            let waiter = Waiter<Void>()
            self.waiter = waiter
            try await waiter.value()
        }

        func end() {
            watch?.cancel()
            watch?.cancel()
            watch?.change(readable: true, writable: true)
        }
    }

    private func onLane(_ body: @escaping @Sendable (Lane) async throws -> Void) async throws {
        let lane = try Lane(name: "watch")
        try await Task(executorPreference: lane) { try await body(lane) }.value
    }

    @Test func `what was asked for is told, and nothing else`() async throws {
        try await onLane { lane in
            let reader = try Pipe(on: lane, end: 0, readable: true, writable: false)
            reader.write()
            try await reader.next()
            #expect(reader.reports == [[true, false, false]])
            reader.listen()
            try await reader.next()
            #expect(reader.reports.count == 2)
            let writer = try Pipe(on: lane, end: 1, readable: false, writable: true)
            try await writer.next()
            #expect(writer.reports == [[false, true, false]])
            reader.end()
            writer.end()
        }
    }

    @Test func `a hang-up is told to those who wait for nothing`() async throws {
        try await onLane { lane in
            let reader = try Pipe(on: lane, end: 0, readable: false, writable: false)
            reader.closeWriter()
            try await reader.next()
            #expect(reader.reports.first == [true, true, true] || reader.reports.first == [true, false, true])
            reader.end()
        }
    }

    @Test func `after its end nothing is told, not even what was pending`() async throws {
        try await onLane { lane in
            let ended = try Pipe(on: lane, end: 0, readable: true, writable: false)
            let other = try Pipe(on: lane, end: 0, readable: true, writable: false)
            ended.write()
            ended.end()
            other.write()
            try await other.next()
            #expect(ended.reports.isEmpty)
            other.end()
        }
    }

    @Test func `a descriptor that cannot be watched is an error`() async throws {
        try await onLane { lane in
            #expect(throws: SystemError.self) {
                _ = try DescriptorWatch(-1, on: lane, readable: true, writable: true) { _, _, _ in }
            }
        }
    }
}
