import CLinux
import Glibc

/// A listening TCP socket of one lane; every accepted descriptor is non-blocking and handed to `accept`.
public final class TCPListener: ReadinessHandler {
    /// Where it listens; with the port that the system chose when 0 was asked for.
    public let address: SocketAddress
    private let lane: Lane
    private let descriptor: CInt
    private var token: UInt64 = 0
    private var accept: ((CInt) -> Void)?

    /// Listens.
    ///
    /// Call on the lane; `accept` is called there and owns the descriptor it gets.
    ///
    /// - Throws: ``SystemError`` of `socket`, `bind` or `listen`.
    public init(at address: SocketAddress, on lane: Lane, accept: @escaping (CInt) -> Void) throws(SystemError) {
        lane.preconditionOnLane()
        self.lane = lane
        self.accept = accept
        let made = drover_stream_socket(address.family)
        guard made >= 0 else { throw SystemError("socket") }
        do throws(SystemError) {
            var on: CInt = 1
            setsockopt(made, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<CInt>.size))
            guard address.withPointer({ bind(made, $0, $1) }) == 0 else { throw SystemError("bind") }
            guard listen(made, 128) == 0 else { throw SystemError("listen") }
            self.address = try Self.boundAddress(of: made, asked: address)
        } catch {
            Glibc.close(made)
            throw error
        }
        descriptor = made
        token = try lane.readiness.add(made, events: UInt32(DROVER_READABLE), handler: self)
    }

    private static func boundAddress(of descriptor: CInt, asked: SocketAddress) throws(SystemError) -> SocketAddress {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let status = withUnsafeMutableBytes(of: &storage) { bytes in
            bytes.withMemoryRebound(to: sockaddr.self) { getsockname(descriptor, $0.baseAddress, &length) }
        }
        guard status == 0 else { throw SystemError("getsockname") }
        // The port stands at the same place for both families.
        let port = withUnsafeBytes(of: storage) {
            UInt16(bigEndian: $0.loadUnaligned(fromByteOffset: 2, as: UInt16.self))
        }
        return SocketAddress(numeric: asked.host, port: port) ?? asked
    }

    /// Stops listening.
    ///
    /// Call on the lane.
    public func close() {
        guard accept != nil else { return }
        accept = nil
        lane.readiness.remove(descriptor, token: token)
        // A program that is being started holds a copy until it runs; without this the port would let people in as long.
        shutdown(descriptor, CInt(SHUT_RDWR))
        Glibc.close(descriptor)
    }

    func descriptorIsReady(readable: Bool, writable: Bool, failed: Bool) {
        // A few at a time; epoll tells again while more are waiting.
        for _ in 0..<64 {
            let accepted = drover_accept(descriptor)
            guard accepted >= 0, let accept else { return }
            accept(accepted)
        }
    }
}
