import Synchronization

/// Refuses everything that hosts would change on phones, while it is on, and notes what was refused.
///
/// Plans promise to look and not to touch; this is how that is held against them.
public final class WriteLock: Sendable {
    private let state: Atomic<Bool>

    /// Makes a lock that is on or off.
    public init(isOn: Bool) { state = Atomic(isOn) }

    /// Whether changes are refused; may be set from anywhere, at any time.
    public var isOn: Bool {
        get { state.load(ordering: .relaxed) }
        set { state.store(newValue, ordering: .relaxed) }
    }
}

/// One phone's side of the lock.
struct PhoneWriteLock: Sendable {
    let lock: WriteLock
    let record: PhoneRecord

    /// - Throws: `readOnly` while the lock is on; `deed` is noted as refused then.
    func pass(_ deed: @autoclosure () -> String) throws(FileError) {
        guard lock.isOn else { return }
        let deed = deed()
        record.count { deeds in
            deeds.refusedChanges += 1
            if deeds.refusals.count < 1000 { deeds.refusals.append(deed) }
        }
        throw .readOnly
    }
}
