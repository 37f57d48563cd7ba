import Foundation
import Glibc
import Synchronization

/// Passes connections on to a server of this machine, and cuts the first ones after so many bytes towards it.
final class CuttingProxy: Sendable {
    let port: UInt16
    private let listener: CInt
    private let target: UInt16
    private let cuts: Mutex<[Int]>

    /// - Parameter cuts: For the first connection, the second, and so on; later ones are not cut.
    init(to target: UInt16, cuts: [Int]) throws {
        self.target = target
        self.cuts = Mutex(cuts)
        let listener = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        self.listener = listener
        var address = Self.address(0)
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        var bound = size
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, size) == 0 && listen(listener, 16) == 0 && getsockname(listener, $0, &bound) == 0
            }
        }
        guard isBound else { throw POSIXError(.EADDRNOTAVAIL) }
        port = UInt16(bigEndian: address.sin_port)
        Thread.detachNewThread { [self] in acceptAll() }
    }

    /// Takes no more connections.
    func stop() { shutdown(listener, CInt(SHUT_RDWR)) }

    deinit { close(listener) }

    private static func address(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    private func acceptAll() {
        while true {
            let client = accept(listener, nil, nil)
            guard client >= 0 else { return }
            let server = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
            var address = Self.address(target)
            let size = socklen_t(MemoryLayout<sockaddr_in>.size)
            let isConnected = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(server, $0, size) == 0 }
            }
            let limit = cuts.withLock { $0.isEmpty ? Int.max : $0.removeFirst() }
            guard isConnected else {
                close(client)
                close(server)
                continue
            }
            let done = Pair(client, server)
            Thread.detachNewThread { Self.pump(from: client, to: server, limit: limit, done) }
            Thread.detachNewThread { Self.pump(from: server, to: client, limit: .max, done) }
        }
    }

    /// Two ends that are closed when both directions are over.
    private final class Pair: Sendable {
        private let left = Mutex(2)
        private let ends: (CInt, CInt)
        init(_ client: CInt, _ server: CInt) { ends = (client, server) }
        func end() {
            shutdown(ends.0, CInt(SHUT_RDWR))
            shutdown(ends.1, CInt(SHUT_RDWR))
            let isLast = left.withLock { left in
                left -= 1
                return left == 0
            }
            if isLast {
                close(ends.0)
                close(ends.1)
            }
        }
    }

    private static func pump(from: CInt, to: CInt, limit: Int, _ pair: Pair) {
        var buffer = [UInt8](repeating: 0, count: 65536)
        var left = limit
        while left > 0 {
            let count = read(from, &buffer, min(buffer.count, left))
            guard count > 0 else { break }
            left -= count
            var sent = 0
            while sent < count {
                let written = buffer.withUnsafeBytes { bytes in
                    send(to, bytes.baseAddress.map { $0 + sent }, count - sent, CInt(MSG_NOSIGNAL))
                }
                guard written > 0 else { return pair.end() }
                sent += written
            }
        }
        pair.end()
    }
}
