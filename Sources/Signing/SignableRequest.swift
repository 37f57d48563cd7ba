import Secrets

/// What signatures cover of a request: method, host, path, query and header fields.
///
/// Path and query are plain text here; ``target`` is how they must be sent, so that both sides sign the same bytes.
public struct SignableRequest: Hashable, Sendable {
    /// One part of the query.
    public struct Parameter: Hashable, Sendable {
        /// Its name.
        public let name: String
        /// Its value; nil for a name alone, such as `uploads`.
        public let value: String?

        /// Names a part.
        public init(_ name: String, _ value: String?) {
            self.name = name
            self.value = value
        }
    }

    /// One header field.
    public struct Field: Hashable, Sendable {
        /// Its name; case does not matter.
        public let name: String
        /// Its value, as it is sent.
        public let value: String

        /// Names a field.
        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// The method, in capitals.
    public var method: String
    /// The host as the `Host` field has it, with the port where it is not the usual one.
    public var host: String
    /// The path, not encoded, with its first slash.
    public var path: String
    /// The parts of the query, in any order.
    public var query: [Parameter]
    /// The fields that were set so far, without `Host`.
    public var fields: [Field]

    /// Describes a request.
    public init(
        _ method: String, host: String, path: String, query: [Parameter] = [], fields: [Field] = []
    ) {
        self.method = method
        self.host = host
        self.path = path
        self.query = query
        self.fields = fields
    }

    /// Path and query as they must be sent.
    public var target: String {
        let query = sortedQuery(emptyAs: "")
        return query.isEmpty ? encodedPath : "\(encodedPath)?\(query)"
    }

    /// The path with each of its parts percent-encoded.
    var encodedPath: String {
        path.split(separator: "/", omittingEmptySubsequences: false).map(PercentEncoding.encode).joined(separator: "/")
    }

    /// The query, sorted by names and then by values before they are encoded.
    ///
    /// - Parameter emptyAs: What stands behind a name without a value.
    func sortedQuery(emptyAs empty: String) -> String {
        query.sorted { first, second in
            first.name == second.name
                ? (first.value ?? "").isOrderedBefore(second.value ?? "") : first.name.isOrderedBefore(second.name)
        }.map { part in
            PercentEncoding.encode(part.name) + (part.value.map { "=" + PercentEncoding.encode($0) } ?? empty)
        }.joined(separator: "&")
    }

    /// The request with the fields of a signature.
    func adding(_ added: [SignedField]) -> Self {
        var request = self
        request.fields += added.map { Field($0.name, $0.value.reveal { $0 }) }
        return request
    }

    /// The value of a field; nil where there is none.
    func value(of name: String) -> String? {
        fields.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    /// The fields of the canonical forms of two of the three signatures: names in lower case and sorted, values trimmed,
    /// `Host` among them.
    var canonicalFields: [Field] {
        (fields + [Field("host", host)]).map { Field($0.name.lowercased(), $0.value.trimmedBlanks) }
            .sorted { $0.name.isOrderedBefore($1.name) }
    }
}

extension String {
    /// Whether it comes before another one by its bytes, as servers sort, and not by anybody's language.
    func isOrderedBefore(_ other: String) -> Bool { utf8.lexicographicallyPrecedes(other.utf8) }

    var trimmedBlanks: String {
        let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        return String(drop(while: isBlank).reversed().drop(while: isBlank).reversed())
    }
}

/// Percent-encoding of everything but `A-Z a-z 0-9 - _ . ~` (RFC 3986, 2.3).
enum PercentEncoding {
    static func encode(_ text: some StringProtocol) -> String {
        var encoded: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: encoded.append(byte)
            default: encoded += [0x25, digit(byte >> 4), digit(byte & 15)]
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x37 + value }
}
