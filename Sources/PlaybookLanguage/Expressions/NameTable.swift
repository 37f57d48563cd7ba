import Farm
import SourceText

/// The names that may stand in expressions at one place of a playbook, with what is known of their types.
struct NameTable: Sendable {
    var inputs: [String: ValueType] = [:]
    var variables: [String: ValueType] = [:]
    /// The secrets that were declared, and those that the environment holds.
    var secrets: Set<String> = []
    /// The payloads that were declared, each with how it is packed.
    var payloads: [String: PayloadDefinition.Packing] = [:]
    /// All steps with an id: where each stands, and what it gives.
    ///
    /// Set once, so that a step's table is a cheap copy.
    var steps: [String: (index: Int, outputs: [String: ValueType])] = [:]
    /// The index of the step that is being read; only those before it have run.
    var position = 0
    /// Whether results of steps can be asked for at all, and what is known of payloads; not in inputs and vars.
    var hasSteps = true
    /// Whether a phone can be asked for; not where the phones are chosen.
    var hasPhone = true
    /// What the play is for: `encoder` is asked for in plays for encoders, `phone` in the others.
    var targetKind = TargetKind.phones

    /// What an earlier step gives; nil when there is none of that id.
    func outputs(ofStep id: String) -> [String: ValueType]? {
        steps[id].flatMap { $0.index < position ? $0.outputs : nil }
    }

    /// The ids of the steps that have run at this place.
    var earlierSteps: [String] { steps.filter { $0.value.index < position }.map(\.key) }

    /// Whether a loop's `item` and `index` can be asked for.
    var hasItem = false
    /// Whether the `result` of the attempt just made can be asked for: in `until`.
    var hasResult = false
    /// Whether the `failure` can be asked for: where something is done about one.
    var hasFailure = false
    /// Whether a wave's `counts` can be asked for, and nothing of any phone: in `gate`.
    var hasCounts = false

    /// The words that expressions may begin with at this place.
    var roots: [String] {
        var roots = ["inputs", "vars", "env"]
        if hasPhone { roots.append(targetKind == .encoders ? "encoder" : "phone") }
        if hasSteps { roots.append("steps") }
        if hasSteps, !payloads.isEmpty { roots.append("payloads") }
        if hasItem { roots += ["item", "index"] }
        if hasResult { roots.append("result") }
        if hasFailure { roots.append("failure") }
        if hasCounts { roots.append("counts") }
        if !secrets.isEmpty { roots.append("secret") }
        return roots
    }

    /// What `failure` gives where something is done about one.
    static let failureFields: [String: ValueType] = [
        "step": .text, "verdict": .text, "code": .text, "operation": .text, "reason": .text,
    ]

    /// What `counts` gives: how many targets of the wave came to what.
    static let countFields: [String: ValueType] = Dictionary(
        uniqueKeysWithValues: [
            "ok", "changed", "skipped", "failed", "lost", "timed_out", "cancelled", "not_started", "total",
        ].map { ($0, .integer) })

    /// Notes a variable that a step or a loop gives a value.
    mutating func declare(variable name: String, type: ValueType = .any) { variables[name] = type }

    /// Every word that expressions can begin with somewhere.
    static let allRoots = [
        "inputs", "vars", "env", "phone", "encoder", "steps", "item", "index", "result", "failure", "counts", "secret",
        "payloads",
    ]

    /// What every step gives, whatever its kind.
    static let commonOutputs: [String: ValueType] = [
        "verdict": .text, "changed": .boolean, "ok": .boolean, "failed": .boolean, "skipped": .boolean,
        "exit": .any, "output": .text, "error": .text, "reason": .text,
    ]
}
