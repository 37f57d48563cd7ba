public import Crypto
import Glibc
import Synchronization

/// A key of this host and where it came from.
public struct HostKey: Sendable {
    /// The private key.
    public let key: RSAPrivateKey
    /// The file.
    public let path: String

    /// Names a key.
    public init(key: RSAPrivateKey, path: String) {
        self.key = key
        self.path = path
    }

    /// The public key as phones and `adbkey.pub` know it: base64, a space, `user@host`.
    ///
    /// - Throws: `CryptoError` when the library cannot.
    public func publicText() throws(CryptoError) -> String { try key.publicKey.adbText(comment: HostKey.comment) }

    /// `user@host` of this machine.
    static let comment: String = {
        var name = [CChar](repeating: 0, count: 256)
        let isKnown = gethostname(&name, name.count - 1) == 0
        let letters = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        let host = isKnown ? String(decoding: letters, as: UTF8.self) : "unknown"
        let user = getenv("USER").map { String(cString: $0) } ?? "drover"
        return "\(user)@\(host)"
    }()
}

/// The keys of a run: read once, shared by all phones, with a memory of which key which phone accepts.
public final class KeyRing: Sendable, CustomStringConvertible {
    /// The keys, in the order in which they were found; the first is the user's own when there is one.
    public let keys: [HostKey]
    /// The files and folders that were searched, in order.
    public let searched: [String]
    /// What could not be used, as sentences.
    public let complaints: [String]
    /// The key that is shown to a person: the user's own.
    public let keyToShow: HostKey?

    private struct Memory {
        var byPhone: [String: Int] = [:]
        var last: Int?
    }
    private let memory = Mutex(Memory())

    /// A ring without keys, for phones that do not ask.
    public static let none = KeyRing([])

    /// Makes a ring from keys.
    public init(_ keys: [HostKey], searched: [String] = [], complaints: [String] = [], keyToShow: HostKey? = nil) {
        self.keys = keys
        self.searched = searched
        self.complaints = complaints
        self.keyToShow = keyToShow ?? keys.last
    }

    /// The keys in the order that most likely needs one signature only.
    func candidates(for phone: String) -> [HostKey] {
        guard keys.count > 1 else { return keys }
        guard let first = memory.withLock({ $0.byPhone[phone] ?? $0.last }) else { return keys }
        return [keys[first]] + keys.enumerated().filter { $0.offset != first }.map(\.element)
    }

    /// Notes which key a phone took, so that it is tried first next time.
    func accepted(_ key: HostKey, by phone: String) {
        guard keys.count > 1, let index = keys.firstIndex(where: { $0.path == key.path }) else { return }
        memory.withLock {
            $0.byPhone[phone] = index
            $0.last = index
        }
    }

    /// Why there is no key.
    var whyEmpty: String {
        let places = searched.isEmpty ? "nothing was searched" : "searched \(searched.joined(separator: ", "))"
        let troubles = complaints.isEmpty ? "" : "; " + complaints.joined(separator: "; ")
        return "the phone asks for a key and there is none (\(places)\(troubles))"
    }

    /// The files of the keys.
    public var description: String { keys.map(\.path).joined(separator: ", ") }
}
