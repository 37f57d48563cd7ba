import Farm
import SourceText

/// Reads one payload: where it comes from, which of it is meant, and how it arrives.
struct PayloadReader {
    /// The names that are the same on every phone.
    let names: NameTable
    let ofPhones: PhoneVariables

    /// The payload; nil, and every mistake noted, when it cannot be used.
    func read(_ entry: Node.Entry, _ diagnostics: inout Diagnostics) -> PayloadDeclaration? {
        // `assets: build/assets/` is short for `assets: { from: build/assets/ }`.
        var arguments = StepArguments(keyword: entry.name, at: entry.key.span, node: entry.value, names: names)
        var found = Diagnostics()
        let from = arguments.payloadPlace("from")
        let account = arguments.optionalText("account")
        let sha256 = arguments.optionalValue("sha256", .sha256)
        let record = arguments.optionalFlag("record")
        let pack = arguments.optionalChoice("pack", of: PayloadDefinition.Packing.allCases.map(\.rawValue))
        let unpack = arguments.optionalFlag("unpack")
        let include = arguments.optionalList("include")
        let exclude = arguments.optionalList("exclude")
        let prefix = arguments.optionalValue("prefix", .payloadPrefix)
        let modes = arguments.optionalValue("mode", .payloadModes)
        let owner = arguments.optionalValue("owner", .payloadOwner)
        let modified = arguments.optionalValue("mtime", .payloadTime)
        let layout = arguments.optionalChoice("layout", of: PayloadDefinition.Layout.allCases.map(\.rawValue))
        found.add(contentsOf: arguments.finish())
        fixed(record, "record", &found)
        fixed(unpack, "unpack", &found)
        var rest = PayloadDefinition(name: entry.name, from: from.literal ?? "")
        rest.account = fixed(account, "account", &found)
        rest.sha256 = sha256?.literal
        rest.recordsChecksum = record?.literal ?? false
        rest.unpacks = unpack?.literal ?? false
        rest.pack = fixed(pack, "pack", &found).flatMap(PayloadDefinition.Packing.init) ?? .none
        rest.include = patterns(include, entry.value["include"], "include", &found)
        rest.exclude = patterns(exclude, entry.value["exclude"], "exclude", &found)
        rest.prefix = fixed(prefix, "prefix", &found) ?? ""
        let bits = fixed(modes, "mode", &found)
        rest.fileMode = bits?.files
        rest.folderMode = bits?.folders ?? bits?.files.map(Self.searchable)
        rest.owner = fixed(owner, "owner", &found)
        rest.modified = fixed(modified, "mtime", &found) ?? (rest.pack == .none ? .keep : .fixed)
        rest.layout = fixed(layout, "layout", &found).flatMap(PayloadDefinition.Layout.init)
        phones(entry, &found)
        place(rest, from, hasChecksum: entry.value["sha256"] != nil, &found)
        contradictions(rest, entry, &found)
        diagnostics.add(contentsOf: found)
        guard !found.hasErrors else { return nil }
        return PayloadDeclaration(name: entry.name, span: entry.key.span, from: from, sha256: sha256, rest: rest)
    }

    /// Folders that can be entered by whom their files can be read by: 644 gives 755.
    private static func searchable(_ mode: UInt32) -> UInt32 { mode | (mode & 0o444) >> 2 }

    /// The value of a key that is the same in every run.
    @discardableResult
    private func fixed<Result>(
        _ argument: Argument<Result>?, _ key: String, _ diagnostics: inout Diagnostics
    ) -> Result? {
        guard let argument else { return nil }
        if argument.literal == nil {
            diagnostics.error(
                "bad-payload", "`\(key)` is written out: of a payload only `from` and `sha256` can be computed",
                at: argument.span)
        }
        return argument.literal
    }

    private func patterns(
        _ argument: Argument<[String]>?, _ node: Node?, _ key: String, _ diagnostics: inout Diagnostics
    ) -> [String] {
        guard let argument, let patterns = fixed(argument, key, &diagnostics) else { return [] }
        guard !patterns.isEmpty else {
            diagnostics.error("bad-payload", "`\(key)` is an empty list", at: argument.span, help: "leave the key out")
            return []
        }
        guard patterns.count <= PayloadPattern.maximumCount else {
            diagnostics.error(
                "bad-payload", "a list has at most \(PayloadPattern.maximumCount) patterns", at: argument.span)
            return []
        }
        let places = node?.sequence?.map(\.span) ?? [argument.span]
        for (pattern, place) in zip(patterns, places) {
            guard let mistake = PayloadPattern.mistake(in: pattern) else { continue }
            diagnostics.error("bad-payload", "`\(key)`: \(mistake.message)", at: place, help: mistake.help)
        }
        if patterns.allSatisfy({ $0.hasPrefix("!") }) {
            diagnostics.error(
                "bad-payload", "`\(key)`: every pattern takes away from those before it, and there are none",
                at: argument.span,
                help: key == "include" ? "put what is taken away under `exclude`, without the `!`" : "leave the `!` out"
            )
        }
        return patterns
    }

    /// A payload is one for all phones.
    private func phones(_ entry: Node.Entry, _ diagnostics: inout Diagnostics) {
        let nodes = entry.value.mapping == nil ? [entry.value] : ["from", "sha256"].compactMap { entry.value[$0] }
        for node in nodes {
            for name in ofPhones.used(in: node) {
                diagnostics.error(
                    "bad-payload",
                    "a payload is the same for all phones, and `vars.\(name)` is another on each of them",
                    at: node.span, help: "ask for an input, or for a variable that does not ask for the phone")
            }
        }
    }

    private func place(
        _ rest: PayloadDefinition, _ from: Argument<String>, hasChecksum: Bool, _ diagnostics: inout Diagnostics
    ) {
        guard from.literal != nil else { return }
        for mistake in PayloadPlace.mistakes(in: rest) {
            // One that is computed, or mistaken, is there all the same.
            if mistake.rule == "needs-checksum", hasChecksum { continue }
            diagnostics.error(mistake.rule, mistake.message, at: from.span, help: mistake.help)
        }
    }

    private func contradictions(
        _ rest: PayloadDefinition, _ entry: Node.Entry, _ diagnostics: inout Diagnostics
    ) {
        func contradiction(_ key: String, _ message: String, help: String) {
            let span = entry.value.mapping?.first { $0.name == key }?.key.span ?? entry.key.span
            diagnostics.error("contradiction", message, at: span, help: help)
        }
        if rest.pack != .none, rest.unpacks {
            contradiction("unpack", "`unpack` takes apart what `pack` puts together", help: "keep one of the two")
        }
        if rest.owner != nil, rest.pack != .tar, rest.pack != .tarZstd {
            let lack = rest.pack == .zip ? "a zip tells no owner" : "files that are pushed belong to the shell"
            contradiction(
                "owner", "\(lack), an owner is told by a tar only", help: "add `pack: tar`, or leave `owner` out")
        }
        if rest.recordsChecksum, rest.sha256 != nil {
            contradiction("record", "the checksum is given, so there is none to record", help: "keep one of the two")
        }
        if let layout = rest.layout, !rest.prefix.isEmpty, !layout.allows(rest.prefix) {
            let folders = PayloadDefinition.Layout.topFolders.sorted().joined(separator: ", ")
            contradiction(
                "prefix", "`\(rest.prefix)` is no folder of a phone's root, as `layout` wants it",
                help: "begin with one of \(folders)")
        }
    }
}
