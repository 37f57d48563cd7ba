import SourceText

/// The keys of a playbook and of a step: those there are, and those that are planned and so get their own answer.
enum PlaybookKeys {
    static let top = ["name", "inputs", "vars", "phones", "steps"]

    static let plannedTop: Set<String> = [
        "plays", "servers", "encoders", "waves", "max-fail", "gate", "tolerate", "on-failure", "needs", "tags",
        "throttle",
        "handlers", "collect",
    ]

    static let step = [
        "name", "id", "when", "timeout", "stall", "retries", "delay", "expect", "changes", "unless",
        "continue-on-error", "vars",
    ]

    static let plannedStep: Set<String> = [
        "loop", "until", "retry-on", "throttle", "tags", "block", "rescue", "always", "sync", "set",
    ]

    static let plannedKinds: Set<String> = ["instrument", "power"]

    /// What people write who know other tools.
    static let slips = [
        "hosts": "phones", "targets": "phones", "devices": "phones", "on": "phones", "tasks": "steps", "jobs": "steps",
        "variables": "vars", "env": "vars", "parameters": "inputs", "params": "inputs",
        "if": "when", "register": "id", "ignore_errors": "continue-on-error", "ignore-errors": "continue-on-error",
        "timeout-minutes": "timeout", "changed_when": "changes", "failed_when": "expect", "creates": "unless",
        "command": "shell", "run": "shell", "cmd": "shell", "exec": "shell", "copy": "push", "upload": "push",
        "fetch": "pull", "download": "pull", "remove": "uninstall", "start": "launch", "stop": "force-stop",
        "clear": "clear-data", "sleep": "wait", "pause": "wait", "restart": "reboot",
    ]

    /// Notes unknown, planned and repeated keys at the top of a playbook.
    static func check(_ root: Node, _ diagnostics: inout Diagnostics) {
        reportRepeatedKeys(root, &diagnostics)
        for entry in root.mapping ?? [] where !top.contains(entry.name) {
            if plannedTop.contains(entry.name) {
                notAvailable(entry, &diagnostics)
            } else {
                let help = meant(entry.name).map { "did you mean `\($0)`?" }
                diagnostics.error(
                    "unknown-key", "a playbook has no key `\(entry.name)`", at: entry.key.span,
                    help: help ?? "it has \(top.joined(separator: ", "))")
            }
        }
    }

    /// Whether some unknown key was probably meant to be this one.
    static func isMisspelt(_ key: String, in root: Node) -> Bool {
        (root.mapping ?? []).contains { !top.contains($0.name) && meant($0.name) == key }
    }

    private static func meant(_ name: String) -> String? {
        let slip = slips[name.lowercased()].flatMap { top.contains($0) ? $0 : nil }
        return slip ?? closestMatch(to: name, among: top)
    }

    static func notAvailable(_ entry: Node.Entry, _ diagnostics: inout Diagnostics) {
        diagnostics.error("not-available", "`\(entry.name)` is not available yet", at: entry.key.span)
    }

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
