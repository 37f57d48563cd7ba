import Farm
import Journal
import PlaybookLanguage
import SourceText

/// Sets what a cloud phone's service knows as its properties.
struct SetProperties: PhoneStepKind {
    static let manual = StepManual(
        "set-properties", "Set properties of a cloud phone by its service, which keeps them over a reset.",
        details: """
            Other than `property`, which asks the phone itself, this sets what the phone has at every start. `properties` are the service's, such as \
            `com.cph.mainkeys`; some count only after `power: restart`. `own` are pairs of yours. Both together have at most 7,800 bytes. Nothing \
            is asked before, since the service tells them one phone at a time.
            """,
        arguments: [
            .init("properties", "mapping of names to texts", standard: "none", "Properties that the service knows."),
            .init("own", "mapping of names to texts", standard: "none", "Pairs of your own."),
        ],
        class: .change, timeout: .seconds(900),
        examples: [
            "set-properties: { properties: { com.cph.mainkeys: 0, ro.permission.changed: 1 } }",
            "set-properties: { own: { studio.stage: canary } }",
        ])

    private let properties: PairsArgument
    private let own: PairsArgument

    init(reading arguments: inout StepArguments) {
        properties = PairsArgument(reading: &arguments, "properties")
        own = PairsArgument(reading: &arguments, "own")
        if properties.isEmpty, own.isEmpty, !arguments.diagnostics.hasErrors {
            arguments.mistake("`set-properties` needs something to set", help: "`properties`, `own`, or both")
        }
    }

    func summary(in scope: Scope?) -> String { "set \((properties.names + own.names).joined(separator: ", "))" }

    func refusal(by service: CloudAccount.Kind, among accounts: [CloudAccount]) -> ServiceRefusal? {
        ServiceRefusal(
            by: service, ifKooPhone: "keeps no properties of phones",
            instead: "use `property`, or `shell: setprop NAME VALUE`")
    }

    func need(on phone: any ConnectedPhone, context: StepContext) async throws -> Need {
        .unknown(because: "the service tells properties one phone at a time")
    }

    func perform(on phone: any ConnectedPhone, context: StepContext) async throws -> StepOutcome {
        let summary = summary(in: context.scope)
        guard let cloud = phone.cloud else { return .noCloud(phone, summary, instead: "use `property`") }
        try await cloud.set(try properties.values(in: context.scope), own: try own.values(in: context.scope))
        return .changed()
    }
}

/// A mapping of names to texts; one whose value is null is left out.
struct PairsArgument: Sendable {
    private let entries: [(name: String, value: Argument<String>)]

    /// Reads the mapping under `key`.
    init(reading arguments: inout StepArguments, _ key: String) {
        entries = arguments.group(key) { inner in inner.rest().map { (name: $0.key, value: $0.value) } } ?? []
    }

    var isEmpty: Bool { entries.isEmpty }
    var names: [String] { entries.map(\.name) }

    func values(in scope: Scope) throws(PlaybookError) -> [String: String] {
        var values: [String: String] = [:]
        for entry in entries { values[entry.name] = try entry.value.optionalValue(in: scope) }
        return values
    }
}
