import SourceText

/// The keys of a playbook, a play and a step, and what people write instead who know other tools.
package enum PlaybookKeys {
    /// What a play has, whether it stands at the top or under `plays`.
    package static let anyPlay =
        TargetKind.allCases.map(\.rawValue)
        + ["waves", "max-fail", "on-stop", "preflight", "vars", "steps", "on-failure", "tags"]

    /// The top of a playbook that is one play.
    package static let onePlay = ["name", "inputs", "secrets", "payloads", "deadline", "tolerate"] + anyPlay

    /// The top of a playbook with several plays.
    package static let manyPlays = [
        "name", "inputs", "secrets", "vars", "payloads", "deadline", "max-fail", "tolerate", "plays",
    ]

    /// One of several plays.
    package static let play = ["name", "id", "needs"] + anyPlay

    /// The top of a file that others include.
    static let included = ["name", "inputs", "vars", "steps"]

    /// What every step has that does something to a phone.
    package static let step = [
        "name", "id", "when", "loop", "timeout", "stall", "retries", "delay", "until", "retry-on", "throttle", "tags",
        "background", "expect", "changes", "unless", "continue-on-error", "vars",
    ]

    /// Everything that may stand beside some kind of step.
    package static let anyStep = step + ["rescue", "always"]

    /// What can be done in the run itself, and the keys that each takes beside its own.
    package static let ownKinds: [(keyword: String, keys: [String])] = [
        ("assert", ["name", "id", "when", "loop", "tags", "continue-on-error", "vars"]),
        (
            "block",
            ["name", "when", "loop", "throttle", "tags", "continue-on-error", "vars", "rescue", "always"]
        ),
        ("include", ["name", "when", "loop", "throttle", "tags", "continue-on-error", "vars"]),
        ("pause", ["name", "id", "when", "loop", "tags", "vars"]),
        ("set", ["name", "id", "when", "loop", "tags", "vars"]),
        ("sync", ["name", "tags"]),
    ]

    /// The words of ``ownKinds``.
    static let ownKeywords = Set(ownKinds.map(\.keyword))

    /// The keys beside a step kind's own word.
    static func keys(of keyword: String) -> [String] {
        ownKinds.first { $0.keyword == keyword }?.keys ?? step
    }

    /// Keys that stand somewhere else.
    private static let elsewhere = [
        "gate": "`gate` belongs into `waves`", "pause": "`pause` is a step, or belongs into `waves`",
        "needs": "`needs` belongs to one of several plays, under `plays`",
        "handlers": "there are no handlers; a step's `when` can ask for `steps.ID.changed`",
        "rescue": "`rescue` belongs to a `block`", "always": "`always` belongs to a `block`",
        "waves": "`waves` belongs to each play", "preflight": "`preflight` belongs to each play",
        "on-failure": "`on-failure` belongs to each play", "on-stop": "`on-stop` belongs to each play",
        "phones": "`phones` belongs to each play", "servers": "`servers` belongs to each play",
        "encoders": "`encoders` belongs to each play", "steps": "`steps` belongs to each play",
        "tags": "`tags` belongs to each play", "inputs": "`inputs` belongs to the top of the playbook",
        "secrets": "`secrets` belongs to the top of the playbook",
        "payloads": "`payloads` belongs to the top of the playbook",
        "deadline": "`deadline` belongs to the top of the playbook",
        "tolerate": "`tolerate` belongs to the top of the playbook",
        "plays": "`plays` belongs to the top of the playbook", "throttle": "`throttle` belongs to a step or a block",
    ]

    /// What people write who know other tools.
    static let slips = [
        "hosts": "phones", "targets": "phones", "devices": "phones", "on": "phones", "tasks": "steps", "jobs": "plays",
        "variables": "vars", "env": "vars", "parameters": "inputs", "params": "inputs",
        "payload": "payloads", "artifacts": "payloads", "artefacts": "payloads", "assets": "payloads",
        "secret": "secrets", "vault": "secrets", "credentials": "secrets",
        "serial": "waves", "batches": "waves", "max_fail_percentage": "max-fail", "depends-on": "needs",
        "any_errors_fatal": "max-fail", "strategy": "waves", "set_fact": "set", "set-fact": "set",
        "include_tasks": "include", "import_tasks": "include", "import": "include", "uses": "include",
        "with_items": "loop", "for-each": "loop", "foreach": "loop", "async": "background", "barrier": "sync",
        "if": "when", "register": "id", "ignore_errors": "continue-on-error", "ignore-errors": "continue-on-error",
        "timeout-minutes": "timeout", "changed_when": "changes", "failed_when": "expect", "creates": "unless",
        "command": "shell", "run": "shell", "cmd": "shell", "exec": "shell", "copy": "push", "upload": "push",
        "fetch": "pull", "download": "pull", "remove": "uninstall", "start": "launch", "stop": "force-stop",
        "clear": "clear-data", "sleep": "pause", "restart": "reboot", "fail": "assert",
        "try": "block", "catch": "rescue", "finally": "always", "post": "always", "group": "block",
    ]

    /// Notes unknown and repeated keys.
    ///
    /// - Parameter what: What the mapping is, in a sentence: `a playbook`.
    static func check(_ node: Node, _ keys: [String], _ what: String, _ diagnostics: inout Diagnostics) {
        reportRepeatedKeys(node, &diagnostics)
        // To look for what was meant takes its time, and nobody reads more than this.
        let unknown = (node.mapping ?? []).lazy.filter { !keys.contains($0.name) }
        for entry in unknown.prefix(Diagnostics.limit) {
            let near = meant(entry.name, among: keys).map { "did you mean `\($0)`?" }
            diagnostics.error(
                "unknown-key", "\(what) has no key `\(entry.name)`", at: entry.key.span,
                help: elsewhere[entry.name] ?? near ?? "it has \(keys.joined(separator: ", "))")
        }
    }

    /// Whether some unknown key was probably meant to be this one.
    static func isMisspelt(_ key: String, in node: Node, _ keys: [String]) -> Bool {
        (node.mapping ?? []).contains { !keys.contains($0.name) && meant($0.name, among: keys) == key }
    }

    /// What stands behind a key, or behind an unknown one that was probably meant to be it.
    static func value(of key: String, in node: Node, _ keys: [String]) -> Node? {
        node[key]
            ?? (node.mapping ?? []).first { !keys.contains($0.name) && meant($0.name, among: keys) == key }?.value
    }

    private static func meant(_ name: String, among keys: [String]) -> String? {
        let slip = slips[name.lowercased()].flatMap { keys.contains($0) ? $0 : nil }
        return slip ?? closestMatch(to: name, among: keys)
    }

    /// Where a key belongs that stands in the wrong place.
    static func place(of key: String) -> String? { elsewhere[key] }

    /// The suggestion for a word of another tool, when what it means is possible here.
    static func slip(_ word: String, among possible: [String]) -> String? {
        guard let meant = slips[word.lowercased()], possible.contains(meant) else { return nil }
        return "did you mean `\(meant)`?"
    }

    /// Names of inputs, variables and steps are words that expressions can spell.
    static func isIdentifier(_ name: String) -> Bool {
        guard let first = name.utf8.first, !(0x30...0x39).contains(first) else { return false }
        return name.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x5F
        }
    }

    /// Notes a name that expressions could not spell.
    static func checkIdentifier(_ name: String, _ what: String, at span: SourceSpan, _ diagnostics: inout Diagnostics) {
        guard !isIdentifier(name) else { return }
        var cured = String(
            name.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
        if cured.first?.isNumber == true { cured = "_" + cured }
        let help = cured.contains { $0 != "_" } ? "for example `\(cured)`" : nil
        diagnostics.error(
            "bad-name", "\(what) consists of letters, digits and _, and begins with no digit", at: span, help: help)
    }
}
