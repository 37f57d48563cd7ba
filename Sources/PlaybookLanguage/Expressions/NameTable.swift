import SourceText

/// The names that may stand in expressions at one place of a playbook, with what is known of their types.
struct NameTable: Sendable {
    var inputs: [String: ValueType] = [:]
    var variables: [String: ValueType] = [:]
    /// The steps before this place, with what each gives.
    var steps: [String: [String: ValueType]] = [:]
    /// The ids of this step and those after it.
    var laterSteps: Set<String> = []
    /// Whether results of steps can be asked for at all; not in inputs and vars.
    var hasSteps = true

    static let roots = ["inputs", "vars", "env", "phone", "steps"]

    /// What every step gives, whatever its kind.
    static let commonOutputs: [String: ValueType] = [
        "verdict": .text, "changed": .boolean, "ok": .boolean, "failed": .boolean, "skipped": .boolean,
        "exit": .any, "output": .text, "error": .text, "reason": .text,
    ]
}
