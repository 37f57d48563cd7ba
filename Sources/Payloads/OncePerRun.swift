import Farm
import Lanes
import Packing
import Synchronization

/// What was opened, and how the files looked when it was.
struct Opened<Value: Sendable>: Sendable {
    let value: Value
    let stamps: StampedPaths
}

/// One payload of a run: opened by whoever asks first, looked after for all others.
final class OncePerRun<Value: Sendable>: Sendable {
    private enum State {
        case unopened
        case opened(Opened<Value>, checked: LaneInstant)
        /// A refusal is kept as long as the source stays as it is, or each of a thousand phones would read it again.
        case refused(PayloadError, source: FileStamp?)
        case changed(PayloadError)
    }

    /// How long a look at the files is good for; a folder may hold many thousands of them.
    private static var checkInterval: Duration { .seconds(1) }

    // Held while opening, so that nobody opens the same thing twice. Only callers of this path wait.
    private let state = Mutex(State.unopened)

    func value(
        at now: LaneInstant, path: String, open: () throws(PayloadError) -> Opened<Value>
    ) throws(PayloadError) -> Value {
        try state.withLock { (state) throws(PayloadError) in
            switch state {
            case .unopened: break
            case .changed(let error): throw error
            case .refused(let error, let source):
                if source != nil, FileStamp(of: path) == source { throw error }
            case .opened(let opened, let checked):
                guard now.since(checked) >= Self.checkInterval else { return opened.value }
                if let error = opened.stamps.change(in: path) {
                    state = .changed(error)
                    throw error
                }
                state = .opened(opened, checked: now)
                return opened.value
            }
            do throws(PayloadError) {
                let opened = try open()
                state = .opened(opened, checked: now)
                return opened.value
            } catch {
                state = .refused(error, source: FileStamp(of: path))
                throw error
            }
        }
    }
}
