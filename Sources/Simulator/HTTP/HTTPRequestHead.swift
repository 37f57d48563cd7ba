/// The first line and the fields of a request, as they came.
struct HTTPRequestHead: Sendable, Hashable {
    /// One header line.
    struct Field: Sendable, Hashable {
        /// The name as it was sent.
        let name: String
        /// The value without blanks around it.
        let value: String
    }

    /// One part of the query, both as it was sent and decoded.
    struct Parameter: Sendable, Hashable {
        /// The part as it was sent: `a=b%20c`, or `uploads` for a name alone.
        let raw: String
        /// The name, percent-decoded; `+` stays what it is.
        let name: String
        /// The value, percent-decoded; nil for a name alone.
        let value: String?
    }

    /// The method, as it was sent.
    let method: String
    /// What stood behind the method, as it was sent.
    let target: String
    /// `1` for HTTP/1.1, `0` for HTTP/1.0.
    let minorVersion: Int
    /// The path as it was sent, without host and query.
    let rawPath: String
    /// The path, percent-decoded; bytes that are no UTF-8 are replaced.
    let path: String
    /// The query as it was sent, without its question mark; nil for none.
    let rawQuery: String?
    /// The parts of the query, in their order.
    let query: [Parameter]
    /// The header lines in their order, several of one name included.
    let fields: [Field]

    init(method: String, target: String, minorVersion: Int, fields: [Field]) {
        self.method = method
        self.target = target
        self.minorVersion = minorVersion
        self.fields = fields
        let local = Self.withoutAuthority(target)
        let parts = local.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        rawPath = String(parts[0])
        path = Self.decoded(parts[0])
        rawQuery = parts.count > 1 ? String(parts[1]) : nil
        query = rawQuery.map(Self.parameters) ?? []
    }

    /// The value of the first field of that name, whatever its case; nil where there is none.
    func value(of name: String) -> String? { fields.first { $0.isNamed(name) }?.value }

    /// The values of all fields of that name, whatever their case.
    func values(of name: String) -> [String] { fields.filter { $0.isNamed(name) }.map(\.value) }

    /// The decoded value of the first part of the query with that name; empty for a name alone, nil where there is none.
    func parameter(_ name: String) -> String? { query.first { $0.name == name }.map { $0.value ?? "" } }

    /// Clients that ask a proxy send a whole address; here the path of it counts.
    private static func withoutAuthority(_ target: String) -> Substring {
        guard let scheme = target.firstRange(of: "://"), !target.hasPrefix("/") else { return target[...] }
        let rest = target[scheme.upperBound...]
        return rest.firstIndex(of: "/").map { rest[$0...] } ?? "/"
    }

    private static func parameters(_ text: String) -> [Parameter] {
        text.split(separator: "&").map { part in
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return Parameter(
                raw: String(part), name: decoded(sides[0]), value: sides.count > 1 ? decoded(sides[1]) : nil)
        }
    }

    /// Percent-decodes; a `%` without two hex digits behind it stays.
    static func decoded(_ text: some StringProtocol) -> String {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return String(text) }
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count > 1,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension HTTPRequestHead.Field {
    func isNamed(_ name: String) -> Bool {
        self.name.utf8.count == name.utf8.count && self.name.lowercased() == name.lowercased()
    }
}
