import Farm
import Journal
import PlaybookLanguage
import SourceText

/// Lists the tags of a server, sets some, and takes others off.
struct ServerTags: ServerStepKind {
    static let manual = StepManual(
        "server-tags", "List the tags of a server in its cloud, set some, and take others off.",
        details: """
            The server is asked for its tags first, and what is as it should be is left alone. Tags are labels of the server's phones, as the \
            farm shows them from the next command on.
            """,
        targets: [.servers], scalar: "do",
        arguments: [
            .init("do", "list", standard: "sets and removes", "Only tells which there are."),
            .init("set", "mapping of keys to values", standard: "none", "Tags that the server has afterwards."),
            .init("remove", "list of keys", standard: "none", "Tags that it has no longer."),
        ],
        outputs: [.init("tags", "all tags that the server has afterwards, by their keys", .map)],
        class: .change, timeout: .seconds(120),
        examples: [
            "server-tags: list", "server-tags: { set: { stage: canary } }",
            "server-tags: { set: { team: qa }, remove: [stage] }",
        ])

    /// nil where tags are set or removed.
    private let listing: Argument<String>?
    private let set: PairsArgument
    private let remove: Argument<[String]>?

    init(reading arguments: inout StepArguments) {
        listing = arguments.optionalChoice("do", of: ["list"], bare: true)
        set = PairsArgument(reading: &arguments, "set")
        remove = arguments.optionalList("remove")
        for key in remove?.literal ?? [] where set.names.contains(key) {
            arguments.mistake("the tag `\(key)` is set and removed", at: remove?.span)
        }
        for key in set.names + (remove?.literal ?? []) where !(1...127).contains(key.count) {
            arguments.mistake("a tag's key has 1 to 127 characters, and this has \(key.count)")
        }
        guard !arguments.diagnostics.hasErrors else { return }
        if let listing, !set.isEmpty || remove != nil {
            arguments.contradiction("`list` changes nothing, and `set` and `remove` do", at: listing.span)
        } else if listing == nil, set.isEmpty, remove == nil {
            arguments.mistake("`server-tags` needs something to do", help: "`list`, or `set`, `remove` or both")
        }
    }

    func summary(in scope: Scope?) -> String {
        guard listing == nil else { return "list the tags" }
        let removed = remove.map { "remove \($0.literal?.joined(separator: ", ") ?? "tags")" }
        return [set.isEmpty ? nil : "set \(set.names.joined(separator: ", "))", removed].compactMap(\.self)
            .joined(separator: ", ")
    }

    var stepClass: StepClass { listing == nil ? .change : .read }

    /// What is to be done about the tags that a server has.
    private struct Difference {
        var setting: [String: String]
        var removing: [String: String]
    }

    private func difference(from present: [String: String], _ scope: Scope) throws -> Difference {
        let wanted = try set.values(in: scope).filter { present[$0.key] != $0.value }
        let keys = try remove?.optionalValue(in: scope) ?? []
        return Difference(setting: wanted, removing: present.filter { keys.contains($0.key) })
    }

    func need(on server: any ConnectedServer, context: StepContext) async throws -> Need {
        guard listing == nil else { return .work(because: "the server is always asked") }
        let present = try await server.tags()
        context.notes.leave(present)
        let due = try difference(from: present, context.scope)
        let count = due.setting.count + due.removing.count
        return count == 0
            ? .nothing(because: "its tags are as they should be")
            : .work(because: count == 1 ? "1 tag differs" : "\(count) tags differ")
    }

    func perform(on server: any ConnectedServer, context: StepContext) async throws -> StepOutcome {
        var tags = if let known = context.notes.take([String: String].self) { known } else { try await server.tags() }
        guard listing == nil else {
            return .ok("\(tags.count) tags", ["tags": .map(tags.mapValues(OutputValue.text))])
        }
        let due = try difference(from: tags, context.scope)
        try await server.change(tags: due.setting, removing: due.removing)
        for key in due.removing.keys { tags[key] = nil }
        tags.merge(due.setting) { $1 }
        return .changed(nil, ["tags": .map(tags.mapValues(OutputValue.text))])
    }
}
