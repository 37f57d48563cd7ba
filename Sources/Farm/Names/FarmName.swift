/// The rules for names of phones, servers, groups and labels.
public enum FarmName {
    /// The words of selectors, which therefore cannot be names.
    public static let reservedWords: Set<String> = ["all", "and", "not", "of", "or", "pick"]

    /// Refuses a name that a selector could not spell.
    ///
    /// Letters and digits of any script and `- _ . : / @ # + ~` make a name; it does not begin with a hyphen and is no
    /// word of the selector language.
    ///
    /// - Throws: ``FarmError/Code/badName`` with the place of the first wrong character.
    public static func validate(_ text: String) throws(FarmError) {
        guard let first = text.unicodeScalars.first else { throw FarmError(.badName, text, "a name is missing") }
        guard first != "-" else {
            throw FarmError(
                .badName, text, at: 0..<1, "a name cannot begin with a hyphen; it would look like an option")
        }
        guard text.utf8.count <= 200 else { throw FarmError(.badName, text, "a name has at most 200 bytes") }
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

    /// Makes a name out of the words of a phone or a server, which may hold anything.
    static func sanitized(_ text: String) -> String {
        var name = ""
        for scalar in text.unicodeScalars.prefix(100) {
            name.unicodeScalars.append(isAllowed(scalar) ? scalar : "_")
        }
        return name
    }

    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "-", "_", ".", ":", "/", "@", "#", "+", "~": true
        case _ where scalar.isASCII: false
        default: scalar.properties.isAlphabetic || scalar.properties.numericType != nil
        }
    }
}
