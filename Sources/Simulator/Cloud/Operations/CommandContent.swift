/// The rules of `content` (Cloud Phone API, what `content` may hold).
enum CommandContent {
    /// What install and install-multiple are told: options, and the objects.
    struct Install: Sendable {
        let options: InstallOptions
        let places: [ObjectPlace]
    }

    /// Checks length and characters.
    static func check(_ content: String, of command: String) throws(CloudRefusal) {
        let limits = ["install-multiple": 8100, "shell": 2048]
        guard (1...(limits[command] ?? 1024)).contains(content.utf8.count) else { throw .cps(118) }
        let marks = command == "shell" ? "_./:- ?=&|" : "_./:- "
        let isRight = content.utf8.allSatisfy { byte in
            (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                || marks.utf8.contains(byte)
        }
        guard isRight else { throw .cps(118) }
    }

    /// Reads what is to be installed: options first, then one APK, or up to 50 parts of one app.
    static func install(_ content: String, of command: String) throws(CloudRefusal) -> Install {
        let words = content.split(separator: " ").map(String.init)
        let addresses = words.drop { $0.hasPrefix("-") }
        let most = command == "install" ? 1 : 50
        guard (1...most).contains(addresses.count) else { throw .cps(118) }
        var places: [ObjectPlace] = []
        for address in addresses {
            guard let place = ObjectPlace(address: address) else { throw .cps(118) }
            guard place.key.hasSuffix(".apk") else { throw .cps(119) }
            places.append(place)
        }
        do throws(InstallOptions.Mistake) {
            return Install(
                options: try InstallOptions.parse(Array(words.prefix { $0.hasPrefix("-") })).options, places: places)
        } catch { throw .cps(118) }
    }

    /// Reads what is to be unpacked: one archive and nothing else.
    static func push(_ content: String) throws(CloudRefusal) -> ObjectPlace {
        guard let place = ObjectPlace(address: content), !content.contains(" "), place.key.hasSuffix(".tar") else {
            throw .cps(118)
        }
        return place
    }

    /// Reads the name of a package: letters, digits and `_`, with a dot.
    static func package(_ content: String) throws(CloudRefusal) -> String {
        let parts = content.split(separator: ".", omittingEmptySubsequences: false)
        let isRight =
            parts.count > 1
            && parts.allSatisfy { part in
                !part.isEmpty && part.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
            }
        guard isRight, let first = content.first, first.isLetter else { throw .cps(118) }
        return content
    }
}
