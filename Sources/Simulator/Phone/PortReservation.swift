import CLinux
import Glibc
import Lanes

/// Keeps a port closed and ours: connections are refused, and nobody else, no outgoing connection either, gets it.
final class PortReservation {
    private let descriptor: CInt
    let address: SocketAddress

    /// Binds without listening; port 0 lets the system choose.
    ///
    /// - Parameter isShared: Whether a listener can take the port over while it is still reserved.
    init(at address: SocketAddress, isShared: Bool = true) throws(SystemError) {
        descriptor = drover_stream_socket(AF_INET)
        guard descriptor >= 0 else { throw SystemError("socket") }
        var on: CInt = isShared ? 1 : 0
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<CInt>.size))
        var storage = sockaddr_in()
        storage.sin_family = sa_family_t(AF_INET)
        storage.sin_port = address.port.bigEndian
        storage.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let isBound = withUnsafeMutableBytes(of: &storage) { bytes in
            bytes.withMemoryRebound(to: sockaddr.self) { buffer in
                var length = size
                return bind(descriptor, buffer.baseAddress, size) == 0
                    && getsockname(descriptor, buffer.baseAddress, &length) == 0
            }
        }
        guard isBound else {
            let error = SystemError("bind")
            close(descriptor)
            throw error
        }
        self.address = .loopback(port: UInt16(bigEndian: storage.sin_port))
    }

    /// Whether nobody listens there or has it reserved.
    static func isFree(_ address: SocketAddress) -> Bool { (try? Self(at: address, isShared: false)) != nil }

    deinit { close(descriptor) }
}
