/// The name of an Android package, such as `com.studio.game`.
public struct PackageName: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The name as Android spells it.
    public let description: String

    /// Accepts what Android's package parser accepts.
    ///
    /// Parts of letters, digits and underscores, joined by dots, each beginning with a letter; at least two of them,
    /// except for the system's own `android`.
    ///
    /// - Throws: ``FarmError/Code/badPackageName`` with the place of the mistake.
    public init(validating text: String) throws(FarmError) {
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty else { throw FarmError(.badPackageName, text, "a package name is missing") }
        guard bytes.count <= 223 else {
            throw FarmError(.badPackageName, text, "a package name has at most 223 characters")
        }
        var parts = 1
        var isStart = true
        for (offset, byte) in bytes.enumerated() {
            let isLetter = (0x61...0x7A).contains(byte | 0x20) && byte >= 0x41
            switch byte {
            case _ where isLetter: isStart = false
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                guard !isStart else {
                    throw FarmError(
                        .badPackageName, text, at: offset..<offset + 1,
                        "every part of a package name begins with a letter")
                }
            case UInt8(ascii: "."):
                guard !isStart, offset + 1 < bytes.count else {
                    throw FarmError(
                        .badPackageName, text, at: offset..<offset + 1, "a part of this package name is empty")
                }
                parts += 1
                isStart = true
            default:
                throw FarmError(
                    .badPackageName, text, at: offset..<offset + 1,
                    "a package name consists of letters, digits, underscores and dots")
            }
        }
        guard parts > 1 || text == "android" else {
            throw FarmError(
                .badPackageName, text, "a package name has at least one dot", suggestion: "such as com.studio.\(text)")
        }
        description = text
    }

    /// Whether the first comes before the second in byte order.
    public static func < (first: Self, second: Self) -> Bool { first.description < second.description }
}
