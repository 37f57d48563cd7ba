/// The rules for names of phones, servers, groups and labels.
public enum FarmName {
    /// The words of selectors, which therefore cannot be names.
    public static let reservedWords: Set<String> = operators.union(PhoneState.allCases.map(\.rawValue))
    /// Those that stand between names.
    static let operators: Set<String> = ["all", "and", "not", "of", "or", "pick"]

    /// The longest part of a name between slashes, in bytes; some file systems take no more than 255.
    private static let maximumLength = 200

    /// Refuses a name that a selector could not spell.
    ///
    /// Letters and digits of any script and `- _ . : / @ # + ~` make a name; it does not begin with a hyphen, is no word
    /// of the selector language, and is a plain relative path, because folders are called by it.
    ///
    /// - Throws: ``FarmError/Code/badName`` with the place of the first wrong character.
    public static func validate(_ text: String) throws(FarmError) {
        guard let first = text.unicodeScalars.first else { throw FarmError(.badName, text, "a name is missing") }
        guard first != "-" else {
            throw FarmError(
                .badName, text, at: 0..<1, "a name cannot begin with a hyphen; it would look like an option")
        }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.allSatisfy({ $0.utf8.count <= maximumLength }), parts.count <= 4 else {
            throw FarmError(.badName, text, "a name has at most \(maximumLength) bytes between slashes, and 3 slashes")
        }
        guard !parts.contains(where: { $0.allSatisfy { $0 == "." } }) else {
            throw FarmError(.badName, text, "a name is also a folder's, and holds no empty, \".\" or \"..\" part")
        }
        if reservedWords.contains(text) {
            throw FarmError(.badName, text, "\"\(text)\" is a word of the selector language and cannot be a name")
        }
        var offset = 0
        for scalar in text.unicodeScalars {
            let length = scalar.utf8.count
            guard isAllowed(scalar) else {
                throw FarmError(
                    .badName, text, at: offset..<offset + length, "this character cannot stand in a name",
                    suggestion: "names consist of letters, digits and - _ . : / @ # + ~")
            }
            offset += length
        }
    }

    /// Makes a part of a name out of the words of a phone or a server, which may hold anything.
    public static func sanitized(_ text: String) -> String {
        var name = ""
        for scalar in text.unicodeScalars where name.utf8.count < maximumLength / 2 {
            name.unicodeScalars.append(isAllowed(scalar) && scalar != "/" ? scalar : "_")
        }
        return name.allSatisfy { $0 == "." } ? "_" + name : name
    }

    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "-", "_", ".", ":", "/", "@", "#", "+", "~": true
        case _ where scalar.isASCII: false
        default: scalar.properties.isAlphabetic || scalar.properties.numericType != nil
        }
    }
}
