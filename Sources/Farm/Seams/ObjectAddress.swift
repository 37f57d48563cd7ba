/// Where objects of a cloud's store are: `obs://BUCKET/KEY`, or with a slash at the end a folder of them.
///
/// What stands behind the bucket is the object's name as it is, with nothing encoded.
public struct ObjectAddress: Hashable, Sendable {
    /// The bucket.
    public let bucket: String
    /// The object's name, or what the names of a folder begin with; empty for the whole bucket.
    public let key: String

    /// The scheme.
    public static let scheme = "obs"
    /// The longest name of an object, in bytes (Cloud Phone API, OBS).
    static let longestKey = 1024

    /// Whether several objects are meant.
    public var isFolder: Bool { key.isEmpty || key.utf8.last == UInt8(ascii: "/") }

    /// The last part of the name, a folder's too; nil for a whole bucket.
    public var lastComponent: String? {
        key.utf8.split(separator: UInt8(ascii: "/")).last.map { String(Substring($0)) }
    }

    /// Takes an address apart; nil when it is none, for which ``mistake(in:)`` has the reason.
    public init?(_ text: String) {
        guard Self.mistake(in: text) == nil else { return nil }
        (bucket, key) = Self.parts(of: text)
    }

    /// What is wrong with an address that begins with `obs://`; nil when nothing is.
    public static func mistake(in text: String) -> (message: String, help: String)? {
        let example = "for example obs://studio-farm/builds/game.apk"
        guard text.lowercased().hasPrefix("\(scheme)://") else { return ("this is no address of an object", example) }
        let (bucket, key) = parts(of: text)
        guard isBucket(bucket) else {
            return ("an address names a bucket: 3 to 63 lowercase letters, digits, `-` and `.`", example)
        }
        guard text.utf8.count > scheme.utf8.count + 3 + bucket.utf8.count else {
            return ("an address names an object behind the bucket", "write obs://\(bucket)/ for all that is in it")
        }
        guard key.utf8.count <= longestKey, key.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            return ("an object's name has up to \(longestKey) bytes and no control characters", example)
        }
        guard !key.contains("*") else {
            return (
                "an address is no pattern: it names an object, or with `/` at the end a folder of them",
                "choose from a folder with `include`"
            )
        }
        return nil
    }

    private static func parts(of text: String) -> (String, String) {
        // By bytes, as a slash with a mark over it would be another character.
        let rest = text.utf8.dropFirst(scheme.utf8.count + 3)
        let bucket = rest.prefix { $0 != UInt8(ascii: "/") }
        return (String(Substring(bucket)), String(Substring(rest.dropFirst(bucket.count + 1))))
    }

    private static func isBucket(_ name: String) -> Bool {
        (3...63).contains(name.utf8.count)
            && name.utf8.allSatisfy {
                (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || "-.".utf8.contains($0)
            }
    }

    /// The path of an object below a folder of them.
    ///
    /// - Returns: nil when its name is none for a file here: a part is empty, `.`, `..` or longer than 255 bytes, or it has
    ///   control characters. A store takes such names, and nothing that it says may lead out of the folder.
    public func path(of key: String) -> String? {
        guard isFolder, key.utf8.starts(with: self.key.utf8) else { return nil }
        let path = key.utf8.dropFirst(self.key.utf8.count)
        let parts = path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        let isSound = parts.allSatisfy { part in
            let isOnlyDots = part.count <= 2 && part.allSatisfy { $0 == UInt8(ascii: ".") }
            return !isOnlyDots && part.count <= 255 && part.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
        }
        return isSound ? String(Substring(path)) : nil
    }
}

extension ObjectAddress: CustomStringConvertible {
    /// `obs://BUCKET/KEY`.
    public var description: String { "\(Self.scheme)://\(bucket)/\(key)" }
}
