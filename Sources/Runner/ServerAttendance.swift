import Farm
import Synchronization

/// Of which servers all phones take part in a play by now.
///
/// What goes to a server as a whole reaches all its phones at once, also those whose wave has not come, and those that nobody
/// chose. So it waits until each of them has been let in.
final class ServerAttendance: Sendable {
    /// The server of each target, as a place in the counts; nil for targets without one to share with.
    private let servers: [Int?]
    /// How many phones each server carries.
    private let sizes: [Int]
    private let present: Mutex<State>

    private struct State {
        var isIn: [Bool]
        var counts: [Int]
    }

    /// Looks at the phones of a play; nil for a target that is none.
    init(of phones: [Phone?]) {
        var places: [String: Int] = [:]
        var sizes: [Int] = []
        servers = phones.map { phone in
            guard let phone, let storage = phone.sharedStorage, let id = phone.cloud?.server else { return nil }
            if let known = places[id] { return known }
            places[id] = sizes.count
            sizes.append(storage.phones)
            return sizes.count - 1
        }
        self.sizes = sizes
        present = Mutex(
            State(
                isIn: Array(repeating: false, count: phones.count), counts: Array(repeating: 0, count: sizes.count)))
    }

    /// Notes that targets may begin, by their positions in the play.
    func letIn(_ positions: [Int]) {
        guard !sizes.isEmpty else { return }
        present.withLock { state in
            for position in positions where !state.isIn[position] {
                state.isIn[position] = true
                if let server = servers[position] { state.counts[server] += 1 }
            }
        }
    }

    /// Whether all phones of a target's server have been let in.
    func isWhole(_ position: Int) -> Bool {
        guard let server = servers[position] else { return false }
        return present.withLock { $0.counts[server] } >= sizes[server]
    }
}
