import Glibc

/// A system call that failed.
public struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The call: `connect`, `read`.
    public let call: String
    /// Its `errno`.
    public let errno: CInt

    /// Notes a failure by its number.
    public init(_ call: String, errno: CInt) {
        self.call = call
        self.errno = errno
    }

    /// Notes a failure that has just happened, by the thread's `errno`.
    public init(_ call: String) {
        self.init(call, errno: Glibc.errno)
    }

    /// The system's own words, such as `Connection refused`.
    public var reason: String {
        var buffer = [CChar](repeating: 0, count: 128)
        guard strerror_r(errno, &buffer, buffer.count) == 0, let end = buffer.firstIndex(of: 0) else {
            return "error \(errno)"
        }
        return String(decoding: buffer[..<end].map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// `connect: Connection refused`.
    public var description: String { "\(call): \(reason)" }
}
