import DroverTesting
import Farm
import Lanes
import Synchronization
import Testing

@testable import Custody

@Suite struct LeaseKeeperTests {
    private let machine: TwoRuns
    private let clock = ManualClock()
    init() throws { machine = try TwoRuns() }

    @Test func `who waits gets the phones as soon as they are free, and is told once for whom`() async throws {
        let anna = try await LeaseKeeper.take(TwoRuns.phones(1...3), from: machine.book(), for: TwoRuns.holder(1))
        var told: [String] = []
        var looks = 0
        let ben = try await LeaseKeeper.take(
            TwoRuns.phones(2...5), from: machine.book(), for: TwoRuns.holder(2), wait: .seconds(600), clock: clock,
            pause: { duration in
                looks += 1
                if looks == 7 { anna.release() }
                await clock.advance(by: duration)
            },
            tell: { told.append($0.description) })
        #expect(looks == 7)
        #expect(told.count == 1)
        ben.release()
        ben.release()
        #expect(try machine.book().take(TwoRuns.phones(1...5), for: TwoRuns.holder(3), life: .seconds(9)) == .taken)
    }

    @Test func `who waits too long, and who does not wait, hear who is in the way`() async throws {
        let anna = try await LeaseKeeper.take(TwoRuns.phones(1...3), from: machine.book(), for: TwoRuns.holder(4711))
        let ben = try await LeaseKeeper.take(
            TwoRuns.phones(7...7), from: machine.book(), for: TwoRuns.holder(815, owner: "ben\u{1B}[2J"))
        machine.state.withLock { $0.time += 119_000 }
        anna.renew()
        ben.renew()
        machine.state.withLock { $0.time += 7_000 }
        var text = ""
        for (wish, wait) in [(1...9, 0), (2...3, 0), (7...7, 5), (3...4, 7_500)] {
            do {
                _ = try await LeaseKeeper.take(
                    TwoRuns.phones(wish), from: machine.book(), for: TwoRuns.holder(1), wait: .seconds(wait),
                    clock: clock, pause: { await clock.advance(by: $0) })
                Issue.record("\(wish) was free")
            } catch {
                text += "\(error)\n"
            }
        }
        expectGolden(text, "golden/custody/held.txt")
        withExtendedLifetime((anna, ben)) {}
    }

    @Test func `a run that was stopped too long hears which phones it lost`() async throws {
        let lost = Mutex<[String]>([])
        let keeper = try await LeaseKeeper.take(
            TwoRuns.phones(1...3), from: machine.book(), for: TwoRuns.holder(1),
            onLoss: { phones, why in lost.withLock { $0 += phones.map(\.name) + [why] } })
        machine.state.withLock { $0.time += 121_000 }
        #expect(try machine.book().take(TwoRuns.phones(2...2), for: TwoRuns.holder(2), life: .seconds(60)) == .taken)
        keeper.renew()
        keeper.renew()
        #expect(lost.withLock { $0 } == ["px-2", "drover was stopped for longer than 2m"])
        keeper.release()
        #expect(try machine.book().take(TwoRuns.phones(2...2), for: TwoRuns.holder(3), life: .seconds(60)) != .taken)
    }

    @Test func `a phone that is done early can be taken by others`() async throws {
        let keeper = try await LeaseKeeper.take(TwoRuns.phones(1...3), from: machine.book(), for: TwoRuns.holder(1))
        keeper.release(["px-2", "px-9"])
        // Given back with the next look at the book, which a run's other phones have to wait for no longer than that.
        keeper.renew()
        #expect(try machine.book().take(TwoRuns.phones(2...2), for: TwoRuns.holder(2), life: .seconds(60)) == .taken)
        #expect(try machine.book().take(TwoRuns.phones(1...1), for: TwoRuns.holder(2), life: .seconds(60)) != .taken)
    }

    @Test(arguments: [(0, "0s"), (59, "59s"), (60, "1m"), (7_500, "2h5m"), (86_400, "1d"), (90_061, "1d1h")])
    func `durations read as they are typed`(seconds: Int, text: String) {
        #expect(LeaseRefusal.words(.seconds(seconds)) == text)
    }
}
