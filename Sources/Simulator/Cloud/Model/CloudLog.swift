import Synchronization

/// Where the record of a cloud is written; read from any thread at any time.
final class CloudLog: Sendable {
    private let state = Mutex(CloudRecord())

    var record: CloudRecord { state.withLock { $0 } }

    func note(_ body: (inout CloudRecord) -> Void) { state.withLock { body(&$0) } }

    /// Counts something that happens on a phone.
    func count(_ phone: String, _ body: (inout CloudRecord.PhoneWork) -> Void) {
        note { body(&$0.phones[phone, default: .init()]) }
    }
}
