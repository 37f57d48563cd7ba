import CCrypto
import CTLS

/// The server's half of one TLS connection, apart from any socket: bytes of the line in and out, bytes of the application in
/// and out.
///
/// Confined to whoever owns it; not to be used by two threads at once.
public final class TLSSession {
    /// What a session can do at the moment.
    public enum State: Hashable, Sendable {
        /// The two sides do not agree yet.
        case shaking
        /// Bytes can travel.
        case open
        /// The client has said that it sends nothing more.
        case closed
        /// The client is none that can be spoken with; what ``takeOutgoing()`` has left tells it why.
        case failed
    }

    private let session: OpaquePointer
    // Owned by the session.
    private let incoming: OpaquePointer
    private let outgoing: OpaquePointer
    /// How far it has come.
    public private(set) var state = State.shaking

    init(owning session: OpaquePointer, incoming: OpaquePointer, outgoing: OpaquePointer) {
        self.session = session
        self.incoming = incoming
        self.outgoing = outgoing
    }

    deinit { drover_tls_session_free(session) }

    /// Takes bytes that came over the line, and goes on with the handshake where it is not done.
    public func receive(_ bytes: UnsafeRawBufferPointer) {
        // A BIO in memory takes everything.
        if !bytes.isEmpty { BIO_write(incoming, bytes.baseAddress, CInt(clamping: bytes.count)) }
        guard state == .shaking else { return }
        switch drover_tls_handshake(session) {
        case 1...: state = .open
        case CInt(DROVER_TLS_WAITS): break
        default: state = .failed
        }
    }

    /// Deciphers into a buffer; 0 when nothing more can be read now, for which ``state`` has the reason.
    public func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        guard state == .open else { return 0 }
        switch drover_tls_read(session, buffer.baseAddress, CInt(clamping: buffer.count)) {
        case let count where count > 0: return Int(count)
        case CInt(DROVER_TLS_WAITS): return 0
        case CInt(DROVER_TLS_CLOSED): state = .closed
        default: state = .failed
        }
        return 0
    }

    /// Enciphers bytes, for ``takeOutgoing()`` to have.
    public func write(_ bytes: UnsafeRawBufferPointer) {
        guard state == .open || state == .closed, !bytes.isEmpty else { return }
        // Memory is never full, so all of it is taken.
        if drover_tls_write(session, bytes.baseAddress, CInt(clamping: bytes.count)) <= 0 { state = .failed }
    }

    /// Says that nothing more is sent.
    public func end() {
        guard state == .open || state == .closed else { return }
        drover_tls_shutdown(session)
    }

    /// The bytes that are to be sent over the line.
    public func takeOutgoing() -> [UInt8] {
        let count = BIO_ctrl_pending(outgoing)
        guard count > 0 else { return [] }
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, written in
            written = max(0, Int(BIO_read(outgoing, buffer.baseAddress, CInt(clamping: count))))
        }
    }
}
