/// Takes secrets out of every text on its way into a journal, a report or a message.
///
/// They are found as they are and as base64, hexadecimal, in a URL, in JSON and quoted for a shell. Without secrets it
/// costs one look at a flag.
public struct Redactor: Sendable {
    private let vault: SecretVault?

    /// A redactor that hides nothing.
    public init() { vault = nil }

    /// A redactor that hides whatever the vault holds when a text passes.
    public init(_ vault: SecretVault) { self.vault = vault }

    /// Whether there is nothing to hide at the moment.
    public var isIdle: Bool { vault?.isEmpty ?? true }

    /// The text with every secret replaced by `‹secret NAME›`.
    ///
    /// The beginning of a secret at the end of the text, or before `…`, is one as well: texts are cut to lengths.
    public func redacting(_ text: String) -> String {
        guard let vault, !vault.isEmpty else { return text }
        let matcher = vault.matcher
        var copy = text
        return copy.withUTF8 { bytes in
            let finds = matcher.finds(in: bytes, isWhole: true)
            guard !finds.isEmpty else { return text }
            return String(decoding: Self.hiding(finds, in: bytes, upTo: bytes.count), as: UTF8.self)
        }
    }

    /// The bytes with every secret replaced.
    public func redacting(_ bytes: [UInt8]) -> [UInt8] {
        guard let vault, !vault.isEmpty else { return bytes }
        let matcher = vault.matcher
        return bytes.withUnsafeBufferPointer { buffer in
            let finds = matcher.finds(in: buffer, isWhole: true)
            return finds.isEmpty ? bytes : Self.hiding(finds, in: buffer, upTo: buffer.count)
        }
    }

    static func hiding(
        _ finds: [SecretMatcher.Find], in bytes: UnsafeBufferPointer<UInt8>, upTo end: Int
    ) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(end)
        var place = 0
        for find in finds where find.range.upperBound <= end {
            result.append(contentsOf: bytes[place..<find.range.lowerBound])
            result.append(contentsOf: "‹secret \(find.name)›".utf8)
            place = find.range.upperBound
        }
        result.append(contentsOf: bytes[place..<max(place, end)])
        return result
    }

    /// Starts to redact bytes that come piece by piece.
    public func stream() -> RedactingStream { RedactingStream(vault) }
}

/// Redacts bytes that come piece by piece; a secret may begin in one piece and end in another.
public struct RedactingStream: Sendable {
    private let vault: SecretVault?
    private var held: [UInt8] = []

    init(_ vault: SecretVault?) { self.vault = vault }

    /// Takes a piece; gives what can be told already, and holds back what may be the beginning of a secret.
    public mutating func add(_ piece: some Sequence<UInt8>) -> [UInt8] {
        guard let vault, !vault.isEmpty else {
            defer { held = [] }
            return held + Array(piece)
        }
        held.append(contentsOf: piece)
        let matcher = vault.matcher
        let keep = matcher.longestFind
        guard held.count > keep else { return [] }
        let (result, end) = held.withUnsafeBufferPointer { bytes -> ([UInt8], Int) in
            let finds = matcher.finds(in: bytes, isWhole: false)
            var end = bytes.count - keep
            // A secret is not cut in two.
            for find in finds where find.range.lowerBound < end && find.range.upperBound > end {
                end = find.range.lowerBound
            }
            return (Redactor.hiding(finds.filter { $0.range.upperBound <= end }, in: bytes, upTo: end), end)
        }
        held.removeFirst(end)
        return result
    }

    /// The rest, once no piece will follow.
    public mutating func finish() -> [UInt8] {
        defer { held = [] }
        guard let vault else { return held }
        return Redactor(vault).redacting(held)
    }
}
