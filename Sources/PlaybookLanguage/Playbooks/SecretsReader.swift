public import Secrets
public import SourceText

/// A secret that a playbook or a farm file declares: its name, and where it comes from.
public struct SecretDeclaration: Hashable, Sendable {
    /// Its name, as in `secret.NAME`.
    public let name: String
    /// Where it comes from; the path of a file is complete, or begins with `~/`.
    public let source: SecretSource
    /// Where it is declared.
    public let span: SourceSpan
}

/// Reads what stands under `secrets:`.
package enum SecretsReader {
    /// What a secret can be read from.
    package static let kinds = ["env", "file", "command"]

    static func read(_ node: Node?, _ diagnostics: inout Diagnostics) -> [SecretDeclaration] {
        guard let node else { return [] }
        guard let entries = node.mapping, !entries.isEmpty else {
            let isEmpty = node.isNull || node.mapping != nil
            diagnostics.error(
                isEmpty ? "empty" : "wrong-type",
                isEmpty ? "`secrets` declares nothing" : "`secrets` is a mapping of names, this is \(node.phrase)",
                at: node.span, help: "leave the key out, or write `NAME: env VARIABLE` below it")
            return []
        }
        reportRepeatedKeys(node, &diagnostics)
        var secrets: [SecretDeclaration] = []
        for entry in entries {
            PlaybookKeys.checkIdentifier(entry.name, "the name of a secret", at: entry.key.span, &diagnostics)
            guard !secrets.contains(where: { $0.name == entry.name }) else { continue }
            guard let (kind, value, span) = words(of: entry, &diagnostics) else { continue }
            guard let source = source(kind, value, at: span, &diagnostics) else { continue }
            secrets.append(SecretDeclaration(name: entry.name, source: source, span: entry.key.span))
        }
        return secrets
    }

    /// `env TOKEN`, or `{ env: TOKEN }`.
    private static func words(
        of entry: Node.Entry, _ diagnostics: inout Diagnostics
    ) -> (kind: String, value: String, span: SourceSpan)? {
        let node = entry.value
        if let text = node.text, !node.isNull {
            let parts = text.split(separator: " ", maxSplits: 1).map(String.init)
            if let kind = parts.first, kinds.contains(kind) {
                return (kind, parts.count > 1 ? parts[1] : "", node.span)
            }
            let kind = parts.first ?? ""
            let help = suggestion(for: kind, among: kinds) ?? "write `env VARIABLE`, `file PATH` or `command LINE`"
            diagnostics.error("bad-secret", "a secret does not stand in the file itself", at: node.span, help: help)
            return nil
        }
        guard let entries = node.mapping, entries.count == 1, let only = entries.first else {
            diagnostics.error(
                "bad-secret", "a secret says where it comes from, this is \(node.phrase)", at: node.span,
                help: "write one of `env`, `file` and `command`: { env: VARIABLE }")
            return nil
        }
        guard kinds.contains(only.name) else {
            diagnostics.error(
                "unknown-key", "a secret has no key `\(only.name)`", at: only.key.span,
                help: suggestion(for: only.name, among: kinds) ?? "it has \(kinds.joined(separator: ", "))")
            return nil
        }
        guard let value = only.value.text, !only.value.isNull else {
            diagnostics.error(
                "wrong-type", "`\(only.name)` is a text, this is \(only.value.phrase)", at: only.value.span)
            return nil
        }
        return (only.name, value, only.value.span)
    }

    private static func source(
        _ kind: String, _ value: String, at span: SourceSpan, _ diagnostics: inout Diagnostics
    ) -> SecretSource? {
        let isBlank = value.allSatisfy(\.isWhitespace)
        guard !isBlank, !value.utf8.contains(0) else {
            diagnostics.error("bad-secret", "`\(kind)` names nothing", at: span)
            return nil
        }
        guard !value.contains("${{") else {
            diagnostics.error("bad-secret", "where a secret comes from is a plain text", at: span)
            return nil
        }
        switch kind {
        case "env":
            guard !value.contains(where: { $0 == "=" || $0.isWhitespace }) else {
                diagnostics.error("bad-secret", "`\(value)` is no name of a variable", at: span)
                return nil
            }
            return .environment(value)
        case "file": return .file(value.hasPrefix("~/") ? value : joinedPath(value, below: folder(of: span.file.name)))
        default: return .command(value)
        }
    }
}
