import Dispatch
import Glibc

/// A numeric IPv4 or IPv6 address and port.
public struct SocketAddress: Hashable, Sendable, CustomStringConvertible {
    let storage: [UInt8]
    /// The numeric address, such as `10.0.4.11` or `::1`.
    public let host: String
    /// The port, 0...65535.
    public let port: UInt16

    var family: CInt { storage.count == MemoryLayout<sockaddr_in>.size ? AF_INET : AF_INET6 }

    /// Takes a numeric address; nil when it is a name.
    public init?(numeric host: String, port: UInt16) {
        var v4 = sockaddr_in()
        var v6 = sockaddr_in6()
        if inet_pton(AF_INET, host, &v4.sin_addr) == 1 {
            v4.sin_family = sa_family_t(AF_INET)
            v4.sin_port = port.bigEndian
            storage = withUnsafeBytes(of: v4) { Array($0) }
        } else if inet_pton(AF_INET6, host, &v6.sin6_addr) == 1 {
            v6.sin6_family = sa_family_t(AF_INET6)
            v6.sin6_port = port.bigEndian
            storage = withUnsafeBytes(of: v6) { Array($0) }
        } else {
            return nil
        }
        self.host = host
        self.port = port
    }

    /// Port `port` on 127.0.0.1; 0 lets the system choose when listening.
    public static func loopback(port: UInt16) -> Self {
        var v4 = sockaddr_in()
        v4.sin_family = sa_family_t(AF_INET)
        v4.sin_port = port.bigEndian
        v4.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return Self(storage: withUnsafeBytes(of: v4) { Array($0) }, host: "127.0.0.1", port: port)
    }

    private init(storage: [UInt8], host: String, port: UInt16) {
        self.storage = storage
        self.host = host
        self.port = port
    }

    /// Finds the address of a host; a numeric one at once, a name on a queue of its own, so that no lane waits.
    ///
    /// - Throws: ``NameNotFound``, or `CancellationError`.
    public static func resolve(_ host: String, port: UInt16) async throws -> Self {
        if let numeric = Self(numeric: host, port: port) { return numeric }
        let waiter = Waiter<Self>()
        resolver.async { waiter.resume(with: Result { try lookUp(host, port: port) }) }
        return try await waiter.value()
    }

    // getaddrinfo blocks; names are few, and one after another keeps the number of threads down.
    private static let resolver = DispatchQueue(label: "drover.resolver", target: .global())

    private static func lookUp(_ host: String, port: UInt16) throws -> Self {
        var hints = addrinfo()
        hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
        var results: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, nil, &hints, &results)
        defer { if let results { freeaddrinfo(results) } }
        guard status == 0, let first = results else {
            throw NameNotFound(host: host, reason: String(cString: gai_strerror(status)))
        }
        var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let length = socklen_t(text.count)
        guard getnameinfo(first.pointee.ai_addr, first.pointee.ai_addrlen, &text, length, nil, 0, NI_NUMERICHOST) == 0,
            let end = text.firstIndex(of: 0),
            let address = Self(
                numeric: String(decoding: text[..<end].map(UInt8.init(bitPattern:)), as: UTF8.self), port: port)
        else { throw NameNotFound(host: host, reason: "no usable address") }
        return address
    }

    func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        storage.withUnsafeBytes { bytes in
            bytes.withMemoryRebound(to: sockaddr.self) { buffer in
                guard let base = buffer.baseAddress else { preconditionFailure("an address is never empty") }
                return body(base, socklen_t(bytes.count))
            }
        }
    }

    /// `10.0.4.11:5555` or `[::1]:5555`.
    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

/// A host name that has no address.
public struct NameNotFound: Error, Hashable, Sendable, CustomStringConvertible {
    /// The name.
    public let host: String
    /// The resolver's own words.
    public let reason: String

    /// `rack-1.lab: Name or service not known`.
    public var description: String { "\(host): \(reason)" }
}
