import Crypto
import Curl
import Farm
import Reports

/// An address that a command fetches from.
enum FetchAddress {
    case web(HTTPURL)
    case object(ObjectAddress)

    var isObject: Bool { if case .object = self { true } else { false } }

    /// Whether it is a folder of objects.
    var isFolder: Bool { if case .object(let address) = self { address.isFolder } else { false } }

    /// Whether what comes from there is known by its checksum alone, as anybody on the way could have changed it.
    var needsChecksum: Bool { if case .web(let url) = self { !url.isSecure } else { false } }

    /// The address as it is asked for; it may hold a password, or a signature in its query.
    var text: String {
        switch self {
        case .web(let url): url.text
        case .object(let address): "\(address)"
        }
    }

    /// Reads an address that a word of the command line must be.
    ///
    /// - Throws: ``CommandFailure`` for one that is mistaken.
    init(_ text: String) throws(CommandFailure) {
        if let address = try ObjectAddress.named(text) {
            self = .object(address)
        } else {
            self = .web(try Self.url(text))
        }
    }

    /// The address that a word of the command line is; nil when it is a path of this machine.
    ///
    /// - Throws: ``CommandFailure`` for one that is mistaken.
    static func named(_ text: String) throws(CommandFailure) -> Self? {
        switch PayloadDefinition.scheme(of: text) {
        case ObjectAddress.scheme, "http", "https": try Self(text)
        default: nil
        }
    }

    /// The name under which what is fetched can be kept; nil when the address has none that is safe to write anywhere.
    var fileName: String? {
        switch self {
        case .web(let url): url.fileName
        case .object(let address): address.fileName
        }
    }

    private static func url(_ text: String) throws(CommandFailure) -> HTTPURL {
        do throws(HTTPError) {
            return try HTTPURL(text)
        } catch {
            throw CommandFailure("\(error)")
        }
    }
}

extension FetchAddress: CustomStringConvertible {
    /// What people read: without passwords and without a query.
    var description: String {
        switch self {
        case .web(let url): "\(url)"
        case .object(let address): "\(address)"
        }
    }
}

extension HTTPURL {
    /// The name under which what is fetched can be kept; nil when the address has none that is a file's name anywhere.
    var fileName: String? {
        guard let name = lastComponent, name.utf8.count <= 200, !name.hasPrefix("."), !name.hasPrefix("-"),
            name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "%") })
        else { return nil }
        return name
    }
}

extension ObjectAddress {
    /// The address that a word of the command line is; nil when it has another scheme, or none.
    ///
    /// - Throws: ``CommandFailure`` for one that is mistaken.
    static func named(_ text: String) throws(CommandFailure) -> Self? {
        guard PayloadDefinition.scheme(of: text) == scheme else { return nil }
        if let mistake = mistake(in: text) {
            throw CommandFailure("\(Escaping.line(text)): \(mistake.message); \(mistake.help)")
        }
        return Self(text)
    }

    /// The name under which what is fetched can be kept; nil when the object has none that is safe to write anywhere.
    var fileName: String? {
        guard let name = lastComponent, name.utf8.count <= 200, !name.hasPrefix("."), !name.hasPrefix("-") else {
            return nil
        }
        return name
    }
}

extension SHA256Digest {
    /// The checksum that a word of the command line is.
    ///
    /// - Throws: ``CommandFailure`` for anything else.
    init(word: String) throws(CommandFailure) {
        guard let digest = Self(hex: word) else { throw CommandFailure("--sha256 takes 64 hexadecimal digits") }
        self = digest
    }
}
