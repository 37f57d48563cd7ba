public import Secrets

/// One header line of a request.
public struct HTTPField: Hashable, Sendable {
    private enum Value: Hashable {
        case plain(String)
        case secret(Secret)
    }

    /// The field's name; case does not matter.
    public let name: String
    private let value: Value

    /// A field that anybody may read.
    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = .plain(value)
    }

    /// A field whose value no description shows.
    public init(_ name: String, _ secret: Secret) {
        self.name = name
        value = .secret(secret)
    }

    /// Whether it may follow a redirection to another host.
    ///
    /// A list of those that may, since nobody knows every name under which services take passwords.
    var mayLeaveOrigin: Bool {
        [
            "accept", "accept-encoding", "accept-language", "content-type", "if-match", "if-modified-since",
            "if-none-match",
            "if-range", "if-unmodified-since", "range", "user-agent",
        ].contains(name.lowercased())
    }

    /// `Name: value` as libcurl takes it.
    ///
    /// - Throws: ``HTTPError`` when the name is no name, or the value would begin another line.
    func line(for operation: String) throws(HTTPError) -> String {
        let isName =
            !name.isEmpty
            && name.utf8.allSatisfy { byte in
                (byte >= 0x30 && byte <= 0x39) || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A)
                    || [0x21, 0x23, 0x24, 0x25, 0x26, 0x27, 0x2A, 0x2B, 0x2D, 0x2E, 0x5E, 0x5F, 0x60, 0x7C, 0x7E]
                        .contains(byte)
            }
        guard isName else {
            throw HTTPError(
                .invalidRequest, operation, "the name of a header field has a character that is not allowed")
        }
        let text =
            switch value {
            case .plain(let text): text
            case .secret(let secret): secret.reveal { $0 }
            }
        guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
            throw HTTPError(.invalidRequest, operation, "the header field \(name) has a control character in its value")
        }
        // With a colon libcurl would take an empty value as the wish to leave the field out.
        return text.isEmpty ? "\(name);" : "\(name): \(text)"
    }
}

extension HTTPField: CustomStringConvertible {
    /// `Name: value`, with a mask in the place of a secret.
    public var description: String {
        switch value {
        case .plain(let text): "\(name): \(text)"
        case .secret(let secret): "\(name): \(secret.mask)"
        }
    }
}
