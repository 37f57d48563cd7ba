import Farm
import SourceText

/// Reads what stands under `payloads:`.
enum PayloadsReader {
    /// More payloads are refused.
    static let maximumCount = 200

    /// The names of all payloads, sound or not, for those who are read before them.
    static func names(_ node: Node?) -> [String: PayloadDefinition.Packing] {
        Dictionary((node?.mapping ?? []).map { ($0.name, .none) }) { first, _ in first }
    }

    /// The payloads that are sound, in the order declared; the table learns how each is packed.
    ///
    /// - Parameter variables: What stands under `vars`, for what of it is another on each phone.
    static func read(
        _ node: Node?, variables: Node?, _ names: inout NameTable, _ diagnostics: inout Diagnostics
    ) -> [PayloadDeclaration] {
        guard let node else { return [] }
        guard let entries = node.mapping, !entries.isEmpty else {
            let isEmpty = node.isNull || node.mapping != nil
            diagnostics.error(
                isEmpty ? "empty" : "wrong-type",
                isEmpty ? "`payloads` declares nothing" : "`payloads` is a mapping of names, this is \(node.phrase)",
                at: node.span, help: "leave the key out, or write `NAME: { from: PATH }` below it")
            return []
        }
        guard entries.count <= maximumCount else {
            diagnostics.error(
                "too-large", "a playbook has at most \(maximumCount) payloads", at: entries[maximumCount].key.span)
            return []
        }
        reportRepeatedKeys(node, &diagnostics)
        var ofRun = names
        ofRun.hasPhone = false
        let reader = PayloadReader(names: ofRun, ofPhones: PhoneVariables(in: variables))
        var payloads: [PayloadDeclaration] = []
        var seen: Set<String> = []
        for entry in entries where seen.insert(entry.name).inserted {
            PlaybookKeys.checkIdentifier(entry.name, "the name of a payload", at: entry.key.span, &diagnostics)
            guard let payload = reader.read(entry, &diagnostics) else { continue }
            names.payloads[entry.name] = payload.pack
            payloads.append(payload)
        }
        return payloads
    }
}

/// The variables of a playbook that are another on each phone, since they ask for the phone or for one that does.
struct PhoneVariables {
    private let names: Set<String>

    init(in node: Node?) {
        var used: [String: NamesInUse] = [:]
        for entry in node?.mapping ?? [] {
            var names = NamesInUse()
            names.add(entry.value)
            used[entry.name] = names
        }
        var found = Set(used.filter { !$0.value.phoneFields.isEmpty || $0.value.wholeRoots.contains("phone") }.keys)
        while true {
            let more = used.filter { !found.contains($0.key) && !$0.value.variables.isDisjoint(with: found) }.keys
            guard !more.isEmpty else { break }
            found.formUnion(more)
        }
        names = found
    }

    /// Those that a text asks for, sorted.
    func used(in node: Node) -> [String] {
        var used = NamesInUse()
        used.add(node)
        return used.variables.intersection(names).sorted()
    }
}
