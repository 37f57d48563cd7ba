import PlaybookLanguage

/// The name of a systemd unit, in signs that no shell and no option parser misunderstands.
struct UnitName: Hashable, Sendable, CustomStringConvertible {
    let description: String

    init?(_ text: String) {
        let isPlain = text.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: ":"), UInt8(ascii: "-"), UInt8(ascii: "_"),
                UInt8(ascii: "."), UInt8(ascii: "@"), UInt8(ascii: "\\"):
                true
            default: false
            }
        }
        guard isPlain, !text.isEmpty, text.utf8.count <= 255, !text.hasPrefix("-") else { return nil }
        description = text
    }
}

extension ArgumentKind where Result == UnitName {
    /// `encoder`, `encoder.service` or `encoder@2.service`.
    static var unitName: Self {
        .parsed("the name of a systemd unit") { text throws(TextMistake) in
            guard let name = UnitName(text) else {
                throw TextMistake(
                    "`\(text)` cannot be the name of a unit",
                    help: "a name has letters, digits and `:-_.@\\`, for example encoder or encoder@2.service")
            }
            return name
        }
    }
}
