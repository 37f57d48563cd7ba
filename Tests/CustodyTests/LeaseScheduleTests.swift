import DroverTesting
import Synchronization
import Testing

@testable import Custody

/// What two runs believe to hold while they take, renew, give back and die in any order.
@Suite struct LeaseScheduleTests {
    /// One run that lives on after a crash as another process.
    private struct Actor {
        var pid: Int32
        /// What the run may touch by its own knowledge, and until when.
        var held: [Int: Int64] = [:]
    }

    @Test(arguments: 0..<10)
    func `in a thousand random schedules of two runs no phone is ever held twice`(part: Int) throws {
        for seed in (part * 100)..<(part * 100 + 100) {
            let problem = try schedule(seed: UInt64(seed))
            #expect(problem == nil, "seed \(seed): \(problem ?? "")")
        }
    }

    /// - Returns: What went wrong.
    private func schedule(seed: UInt64) throws -> String? {
        let machine = try TwoRuns()
        var numbers = SeededNumbers(seed: seed)
        var actors = [Actor(pid: 100), Actor(pid: 200)]
        for _ in 0..<16 {
            let who = Int.random(in: 0..<2, using: &numbers)
            try act(&actors[who], machine, &numbers)
            let time = machine.state.withLock { $0.time }
            let both = actors.map { actor in Set(actor.held.filter { $0.value > time }.keys) }
            let twice = both[0].intersection(both[1])
            if !twice.isEmpty { return "phones \(twice.sorted()) are held twice" }
        }
        return try whoIsLeft(actors, machine)
    }

    private func act(_ actor: inout Actor, _ machine: TwoRuns, _ numbers: inout SeededNumbers) throws {
        var book = machine.book()
        let holder = TwoRuns.holder(actor.pid)
        let wish = (0..<6).filter { _ in Bool.random(using: &numbers) }
        let time = machine.state.withLock { $0.time }
        let mayDie = Int.random(in: 0..<4, using: &numbers) == 0
        if mayDie { book.willWrite = Crash.after(Int.random(in: 0..<8, using: &numbers)) }
        do {
            switch Int.random(in: 0..<8, using: &numbers) {
            case 0...3:
                guard case .taken = try book.take(TwoRuns.phones(wish), for: holder, life: TwoRuns.life) else { break }
                for number in wish { actor.held[number] = time + TwoRuns.life.milliseconds }
            case 4:
                let mine = actor.held.keys.sorted()
                let lost = try book.renew(TwoRuns.phones(mine), for: holder, life: TwoRuns.life)
                for number in mine { actor.held[number] = time + TwoRuns.life.milliseconds }
                for phone in lost { actor.held[Int(phone.name.dropFirst(3)) ?? -1] = nil }
            case 5:
                // A run forgets a phone before it gives it back.
                let done = actor.held.keys.filter { _ in Bool.random(using: &numbers) }
                for number in done { actor.held[number] = nil }
                try book.release(TwoRuns.phones(done), of: holder)
            case 6:
                machine.state.withLock { $0.time += Int64.random(in: 0..<90_000, using: &numbers) }
            default:
                die(&actor, machine)
            }
        } catch {
            die(&actor, machine)
        }
    }

    /// The process is gone, and with it what it knew; the run's owner starts another.
    private func die(_ actor: inout Actor, _ machine: TwoRuns) {
        machine.state.withLock { _ = $0.dead.insert(actor.pid) }
        actor = Actor(pid: actor.pid + 1)
    }

    /// When everybody is gone, everything is free.
    private func whoIsLeft(_ actors: [Actor], _ machine: TwoRuns) throws -> String? {
        machine.state.withLock { state in state.dead.formUnion(actors.map(\.pid)) }
        let answer = try machine.book().take(TwoRuns.phones(0..<6), for: TwoRuns.holder(999), life: TwoRuns.life)
        return answer == .taken ? nil : "the dead still hold \(answer)"
    }
}

/// A process that dies before a certain write.
private final class Crash: Sendable {
    private let left: Mutex<Int>

    private init(_ writes: Int) { left = Mutex(writes) }

    static func after(_ writes: Int) -> @Sendable () throws(CustodyError) -> Void {
        let crash = Crash(writes)
        return { () throws(CustodyError) in
            let isOver = crash.left.withLock { left in
                left -= 1
                return left < 0
            }
            if isOver { throw CustodyError(.notWritable, operation: "write", reason: "killed here") }
        }
    }
}
