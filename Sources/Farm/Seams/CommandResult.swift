/// What a command on a phone answered.
public struct CommandResult: Hashable, Sendable {
    /// How the exit code was learned.
    public enum ExitSource: String, Hashable, Sendable {
        /// The shell protocol's exit packet.
        case protocolPacket = "protocol"
        /// A marker printed after the command, for phones without the shell protocol.
        case sentinel
        /// The stream ended without telling.
        case absent
        /// A service that ran the command told whether it went well, as 0 or 1, and not with which code.
        case service
        /// The command printed far more than is kept, as if it had no end, and was given up.
        case endless
    }

    /// The exit code, 0...255; nil when the stream ended without telling.
    ///
    /// A missing code is never taken for success.
    public let exit: Int?
    /// Where ``exit`` came from.
    public let exitSource: ExitSource
    /// Standard output, as it came, up to the limit that was asked for.
    public let output: [UInt8]
    /// Standard error; empty on phones that cannot keep it apart.
    public let error: [UInt8]
    /// Whether more came than the limit allowed; the rest was read and dropped.
    public let isTruncated: Bool

    /// Collects an answer.
    public init(exit: Int?, exitSource: ExitSource, output: [UInt8], error: [UInt8], isTruncated: Bool = false) {
        self.exit = exit
        self.exitSource = exitSource
        self.output = output
        self.error = error
        self.isTruncated = isTruncated
    }

    /// Standard output as text with one final newline stripped; bytes that are no UTF-8 are replaced.
    public var text: String { Self.text(of: output) }
    /// Standard error as text with one final newline stripped.
    public var errorText: String { Self.text(of: error) }

    private static func text(of bytes: [UInt8]) -> String {
        var end = bytes.endIndex
        if end > 0, bytes[end - 1] == UInt8(ascii: "\n") { end -= 1 }
        if end > 0, end < bytes.endIndex, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        return String(decoding: bytes[..<end], as: UTF8.self)
    }
}
