import SourceText

/// The names that may stand in expressions at one place of a playbook, with what is known of their types.
struct NameTable: Sendable {
    var inputs: [String: ValueType] = [:]
    var variables: [String: ValueType] = [:]
    /// All steps with an id: where each stands, and what it gives.
    ///
    /// Set once, so that a step's table is a cheap copy.
    var steps: [String: (index: Int, outputs: [String: ValueType])] = [:]
    /// The index of the step that is being read; only those before it have run.
    var position = 0
    /// Whether results of steps can be asked for at all; not in inputs and vars.
    var hasSteps = true
    /// Whether a phone can be asked for; not where the phones are chosen.
    var hasPhone = true

    /// What an earlier step gives; nil when there is none of that id.
    func outputs(ofStep id: String) -> [String: ValueType]? {
        steps[id].flatMap { $0.index < position ? $0.outputs : nil }
    }

    /// The ids of the steps that have run at this place.
    var earlierSteps: [String] { steps.filter { $0.value.index < position }.map(\.key) }

    static let roots = ["inputs", "vars", "env", "phone", "steps"]

    /// What every step gives, whatever its kind.
    static let commonOutputs: [String: ValueType] = [
        "verdict": .text, "changed": .boolean, "ok": .boolean, "failed": .boolean, "skipped": .boolean,
        "exit": .any, "output": .text, "error": .text, "reason": .text,
    ]
}
