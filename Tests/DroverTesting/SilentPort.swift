import Foundation
import Glibc

/// A port of this machine at which connections are neither taken nor refused, as behind a firewall that drops them.
///
/// It is one that listens and whose queue is full: the kernel then drops what asks for a connection.
public final class SilentPort: Sendable {
    /// Its number.
    public let port: UInt16
    private let descriptors: [CInt]

    /// Fills the queue.
    ///
    /// - Throws: `POSIXError`.
    public init() throws {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        func call(_ function: (CInt, UnsafeMutablePointer<sockaddr>) -> CInt, on descriptor: CInt) -> CInt {
            withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { function(descriptor, $0) }
            }
        }
        guard listener >= 0, call({ bind($0, $1, length) }, on: listener) == 0, listen(listener, 0) == 0,
            call({ getsockname($0, $1, &length) }, on: listener) == 0
        else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        port = UInt16(bigEndian: address.sin_port)
        // One that waits to be accepted fills it; the others make sure, and hang.
        let kind = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue) | CInt(SOCK_NONBLOCK.rawValue)
        let clients = (0..<3).map { _ in socket(AF_INET, kind, 0) }
        for client in clients { _ = call({ connect($0, $1, length) }, on: client) }
        descriptors = [listener] + clients
    }

    deinit { for descriptor in descriptors { close(descriptor) } }
}
