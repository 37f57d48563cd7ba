import CSSH2
import Glibc

// Sendable: touched only on the connection's lane, where every call of the library is made.

/// The bytes of a session on their way between the library and its stream.
///
/// The library sends and receives through this instead of a socket. It may always send: what it says gathers here, and
/// whoever gives it work looks first whether the stream has room. So the library never stops in the middle of a packet,
/// after which it would accept nothing but the very same call.
final class SessionBytes: @unchecked Sendable {
    /// What the library has said since it was last taken.
    private(set) var outgoing: [UInt8] = []
    /// The server's own reason for ending the connection.
    private(set) var farewell: String?
    /// The first bytes of the server, for explaining why no algorithm fits.
    private(set) var opening: [UInt8] = []
    /// Whether `opening` is still wanted.
    var keepsOpening = true
    /// Whether the stream has ended, so that there is nothing more to wait for.
    var isEnded = false

    private var lent = UnsafeRawBufferPointer(start: nil, count: 0)
    private var kept: [UInt8] = []
    private var keptFrom = 0

    /// Bytes that came and have not been read by the library.
    var unreadCount: Int { kept.count - keptFrom + lent.count }

    /// Lends bytes that came while `body` gives the library the chance to read them; the rest is kept.
    func lend(_ bytes: UnsafeRawBufferPointer, _ body: () -> Void) {
        if keepsOpening, opening.count < 16_384 { opening.append(contentsOf: bytes.prefix(16_384 - opening.count)) }
        lent = bytes
        body()
        if !lent.isEmpty { kept.append(contentsOf: lent) }
        lent = UnsafeRawBufferPointer(start: nil, count: 0)
    }

    /// Takes what the library has said.
    func takeOutgoing() -> [UInt8] {
        defer { outgoing = [] }
        return outgoing
    }

    fileprivate func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        // What was kept came before what is lent.
        if keptFrom < kept.count {
            let count = min(buffer.count, kept.count - keptFrom)
            kept.withUnsafeBytes {
                buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[keptFrom..<keptFrom + count]))
            }
            keptFrom += count
            if keptFrom == kept.count {
                kept.removeAll(keepingCapacity: kept.capacity <= 65_536)
                keptFrom = 0
            }
            return count
        }
        guard !lent.isEmpty else { return isEnded ? 0 : -Int(EAGAIN) }
        let count = min(buffer.count, lent.count)
        buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: lent[..<count]))
        lent = UnsafeRawBufferPointer(rebasing: lent[count...])
        return count
    }

    fileprivate func write(_ bytes: UnsafeRawBufferPointer) {
        guard !isEnded else { return }
        outgoing.append(contentsOf: bytes)
    }

    fileprivate func hear(farewell: String) { self.farewell = farewell }

    /// A session of the library whose bytes come and go here; nil when there is no memory.
    func makeSession() -> OpaquePointer? {
        drover_ssh2_session(
            Unmanaged.passUnretained(self).toOpaque(),
            { _, buffer, length, _, owner in
                SessionBytes.at(owner).read(into: UnsafeMutableRawBufferPointer(start: buffer, count: length))
            },
            { _, buffer, length, _, owner in
                SessionBytes.at(owner).write(UnsafeRawBufferPointer(start: buffer, count: length))
                return length
            },
            { _, _, message, length, _, _, owner in
                let bytes = UnsafeRawBufferPointer(start: message, count: max(0, Int(length)))
                SessionBytes.at(owner).hear(farewell: String(decoding: bytes.prefix(512), as: UTF8.self))
            })
    }

    private static func at(_ owner: UnsafeMutablePointer<UnsafeMutableRawPointer?>?) -> SessionBytes {
        guard let pointer = owner?.pointee else { preconditionFailure("a session has an owner") }
        return Unmanaged.fromOpaque(pointer).takeUnretainedValue()
    }
}
