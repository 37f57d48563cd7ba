/// A server's answer, whatever its status.
public struct HTTPResponse: Hashable, Sendable {
    /// The status: 200, 404.
    public let status: Int
    /// Its header lines.
    public let headers: HTTPHeaders
    /// The body; empty when a sink took it.
    public internal(set) var body: [UInt8]
    /// The address that answered, which redirections may have changed.
    public let url: HTTPURL
    /// The protocol's version: `1.1` or `2`.
    public let version: String

    /// Whether the status is one of success.
    public var isSuccess: Bool { (200..<300).contains(status) }

    /// The body as text, with bytes that are not UTF-8 replaced.
    public var text: String { String(decoding: body, as: UTF8.self) }
}

/// The header lines of an answer, in their order.
public struct HTTPHeaders: Hashable, Sendable {
    private var lines: [Line] = []

    private struct Line: Hashable {
        let name: String
        let value: String
    }

    /// No lines.
    public init() {}

    /// The value of the first line with that name in whatever case.
    public subscript(name: String) -> String? {
        let wanted = name.lowercased()
        return lines.first { $0.name == wanted }?.value
    }

    /// The values of all lines with that name in whatever case.
    public func all(_ name: String) -> [String] {
        let wanted = name.lowercased()
        return lines.filter { $0.name == wanted }.map(\.value)
    }

    /// How many lines there are.
    public var count: Int { lines.count }

    /// Takes one line without its end; a line without a colon is left out.
    mutating func append(line: some Collection<UInt8>) {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return }
        let name = String(decoding: line[..<colon], as: UTF8.self).lowercased()
        let value = line[line.index(after: colon)...]
        let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
        var text = Array(value.drop(while: isBlank))
        while let last = text.last, isBlank(last) { text.removeLast() }
        lines.append(Line(name: name, value: String(decoding: text, as: UTF8.self)))
    }
}
