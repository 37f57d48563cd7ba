import Farm

/// What is wrong with the place that a payload comes from, as far as its text tells.
enum PayloadPlace {
    /// One mistake, with the rule that it breaks.
    struct Mistake {
        let rule: String
        let message: String
        let help: String?

        init(rule: String, _ message: String, help: String? = nil) {
            self.rule = rule
            self.message = message
            self.help = help
        }
    }

    /// What can be fetched by its address alone.
    private static let fetched = ["https", "http"]

    /// Characters that make a path mean several files.
    static func isGlob(_ path: String) -> Bool { path.contains { "*?[".contains($0) } }

    /// Everything that does not fit the place.
    static func mistakes(in definition: PayloadDefinition) -> [Mistake] {
        let scheme = PayloadDefinition.scheme(of: definition.from)
        if scheme == ObjectAddress.scheme { return object(definition) }
        var mistakes: [Mistake] = []
        if definition.account != nil {
            mistakes.append(
                Mistake(
                    rule: "contradiction", "`account` says who may read a bucket, and `from` names none",
                    help: "leave it out, or write `from: obs://BUCKET/KEY`"))
        }
        guard let scheme else { return mistakes + local(definition) }
        guard fetched.contains(scheme) else {
            return mistakes + [
                Mistake(
                    rule: "bad-payload", "nothing is fetched from \(scheme)://",
                    help: "an address begins with https:// or obs://, a path of this machine with no scheme at all")
            ]
        }
        return mistakes + address(definition, scheme)
    }

    private static func object(_ definition: PayloadDefinition) -> [Mistake] {
        if let mistake = ObjectAddress.mistake(in: definition.from) {
            return [Mistake(rule: "bad-payload", mistake.message, help: mistake.help)]
        }
        guard definition.object?.isFolder != true else {
            var mistakes = checksum(definition)
            if definition.unpacks {
                mistakes.append(
                    Mistake(
                        rule: "contradiction", "`unpack` opens an archive, and `\(definition.from)` is a folder",
                        help: "leave it out, or name the archive"))
            }
            return mistakes
        }
        return checksum(definition) + choice(definition)
    }

    private static func address(_ definition: PayloadDefinition, _ scheme: String) -> [Mistake] {
        var mistakes: [Mistake] = []
        let rest = definition.from.dropFirst(scheme.utf8.count + 3)
        let host = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        if host.contains("@") {
            mistakes.append(
                Mistake(
                    rule: "plain-secret", "an address with a user or a password in it would be shown to everybody",
                    help: "leave them out; what is fetched must be open to this machine"))
        }
        let isSpelled = definition.from.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F }
        if host.isEmpty || host.hasPrefix(":") || !isSpelled {
            let lack = isSpelled ? "an address names a host" : "an address holds no blanks and no control characters"
            mistakes.append(Mistake(rule: "bad-payload", lack, help: "for example https://builds.example/game.apk"))
        }
        if definition.sha256 == nil, scheme == "http" {
            mistakes.append(
                Mistake(
                    rule: "needs-checksum",
                    "what comes over http:// can be changed on its way, so its checksum is needed",
                    help: "add `sha256: ...`, or fetch it over https://"))
        } else {
            mistakes += checksum(definition)
        }
        return mistakes + choice(definition)
    }

    private static func checksum(_ definition: PayloadDefinition) -> [Mistake] {
        guard definition.sha256 == nil, !definition.recordsChecksum else { return [] }
        return [
            Mistake(
                rule: "needs-checksum", "what is fetched is known by its checksum, and there is none",
                help: "add `sha256: ...`, or `record: true` to keep the one that comes first")
        ]
    }

    private static func choice(_ definition: PayloadDefinition) -> [Mistake] {
        guard !definition.unpacks, !definition.include.isEmpty || !definition.exclude.isEmpty else { return [] }
        return [
            Mistake(
                rule: "contradiction", "an address gives one file, and nothing can be chosen from it",
                help: "with `unpack: true` the files of an archive are meant")
        ]
    }

    private static func local(_ definition: PayloadDefinition) -> [Mistake] {
        var mistakes: [Mistake] = []
        if definition.recordsChecksum {
            mistakes.append(
                Mistake(
                    rule: "contradiction", "`record` is for what is fetched, and this is a path of this machine",
                    help: "leave it out"))
        }
        if definition.unpacks, definition.from.hasSuffix("/") || isGlob(definition.from) {
            let what = definition.from.hasSuffix("/") ? "a folder" : "several files"
            mistakes.append(
                Mistake(
                    rule: "contradiction", "`unpack` opens an archive, and `\(definition.from)` is \(what)",
                    help: "leave it out, or name the archive"))
        }
        return mistakes
    }
}
