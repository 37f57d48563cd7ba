import CloudPhone
import DroverTesting
import Lanes
import Synchronization
import Testing

@Suite("One writing call per server", .timeLimit(.minutes(1)))
struct ServerGateTests {
    @Test func `whoever wants a taken server waits, and others do not`() async throws {
        let gate = ServerGate(on: try Lane(name: "gate"))
        let first = try await gate.acquire(["a", "b"])
        let second = try await gate.acquire(["c"])
        let waiting = Task { try await gate.acquire(["b", "c"]) }
        await gate.release(second)
        // Part of a permit is enough for whoever needs no more.
        await gate.release(first, ["b"])
        let third = try await waiting.value
        #expect(third.servers == ["b", "c"])
        #expect(await gate.isTaken("a"))
        await gate.release(first)
        #expect(await !gate.isTaken("a"))
        // What was given back cannot take away from the next owner.
        await gate.release(first, ["b"])
        #expect(await gate.isTaken("b"))
    }

    @Test func `a later call for fewer servers does not overtake one that waits for them`() async throws {
        let lane = try Lane(name: "gate")
        let gate = ServerGate(on: lane)
        let log = NoteBook()
        let first = try await gate.acquire(["a"])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (name, servers) in [("wide", ["a", "b"]), ("narrow", ["b"]), ("other", ["c"])] {
                group.addTask {
                    let permit = try await gate.acquire(servers)
                    log.add(name)
                    await gate.release(permit)
                }
                // The next one comes only after this one stands in the line, or is through.
                while await gate.waitingCount == 0 { await Task.yield() }
                if name == "narrow" { while await gate.waitingCount < 2 { await Task.yield() } }
            }
            while log.lines != ["other"] { await Task.yield() }
            await gate.release(first)
            try await group.waitForAll()
        }
        #expect(log.lines == ["other", "wide", "narrow"])
    }

    @Test func `whoever is cancelled leaves the line and takes nothing`() async throws {
        let gate = ServerGate(on: try Lane(name: "gate"))
        let first = try await gate.acquire(["a"])
        let waiting = Task { try await gate.acquire(["a", "b"]) }
        while await gate.waitingCount == 0 { await Task.yield() }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        #expect(await !gate.isTaken("b"))
        let other = try await gate.acquire(["b"])
        await gate.release(first)
        await gate.release(other)
        #expect(await !gate.isTaken("a"))
    }

    @Test func `many callers in disorder all come through, one at a time per server`() async throws {
        let gate = ServerGate(on: try Lane(name: "gate"))
        let tally = Tally()
        var numbers = SeededNumbers(seed: 7)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<300 {
                let servers = (0..<Int.random(in: 1...4, using: &numbers)).map { _ in
                    "s\(Int.random(in: 0..<6, using: &numbers))"
                }
                group.addTask {
                    let permit = try await gate.acquire(servers)
                    #expect(tally.enter(permit.servers))
                    await Task.yield()
                    tally.leave(permit.servers)
                    await gate.release(permit)
                }
            }
            try await group.waitForAll()
        }
    }
}

/// Who is where.
private final class Tally: Sendable {
    private let present = Mutex<Set<String>>([])

    /// Whether nobody was there before.
    func enter(_ places: Set<String>) -> Bool {
        present.withLock { present in
            defer { present.formUnion(places) }
            return present.isDisjoint(with: places)
        }
    }

    func leave(_ places: Set<String>) { present.withLock { $0.subtract(places) } }
}
