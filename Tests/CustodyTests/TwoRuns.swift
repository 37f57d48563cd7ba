import DroverTesting
import Farm
import Synchronization

@testable import Custody

/// Two runs over one machine's phones, with the machine's clock and processes in the test's hands.
final class TwoRuns: Sendable {
    struct State {
        var time: Int64 = 1_000_000
        var dead: Set<Int32> = []
    }
    let folder: ScratchFolder
    let state = Mutex(State())
    static let life = Duration.seconds(60)

    init() throws { folder = try ScratchFolder() }

    /// A book of its own, as another process would have it.
    func book() -> LeaseBook {
        LeaseBook(
            folder: folder.path, now: { [self] in state.withLock { $0.time } },
            isRunning: { [self] mark in state.withLock { !$0.dead.contains(mark.pid) } })
    }

    static func holder(_ pid: Int32, owner: String = "anna") -> LeaseHolder {
        LeaseHolder(
            owner: owner, uid: 1000, run: "2026-11-20-brave-otter-\(pid)",
            process: ProcessMark(pid: pid, start: 1, boot: "b", space: "s", machine: ProcessTable.machine))
    }

    static func phones(_ numbers: some Sequence<Int>) -> [LeasedPhone] {
        numbers.map { LeasedPhone(name: "px-\($0)", keys: ["tcp:10.0.0.\($0):5555"]) }
    }
}
