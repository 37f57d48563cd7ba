import Foundation
import Glibc

/// Ports of 127.0.0.1 that nobody else gets as long as this lives, also while no server listens on them.
///
/// The sockets are bound and never listen: a server that allows reuse, as `sshd` does, can listen beside them, and the system
/// gives their ports to nobody who asks for any free one.
public final class HeldPorts: Sendable {
    /// The ports.
    public let ports: [UInt16]
    private let sockets: [CInt]

    /// Takes ports.
    ///
    /// - Throws: `POSIXError` when none is free.
    public init(_ count: Int) throws {
        var ports: [UInt16] = []
        var sockets: [CInt] = []
        for _ in 0..<count {
            let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
            sockets.append(descriptor)
            var on: CInt = 1
            setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<CInt>.size))
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let isBound = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
                }
            }
            guard isBound else {
                for socket in sockets { close(socket) }
                throw POSIXError(.EADDRNOTAVAIL)
            }
            ports.append(UInt16(bigEndian: address.sin_port))
        }
        self.ports = ports
        self.sockets = sockets
    }

    deinit { for socket in sockets { close(socket) } }
}
