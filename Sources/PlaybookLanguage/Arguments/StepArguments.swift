public import SourceText

/// What stands after a step's keyword, read by the step kind one key at a time.
///
/// Nothing is thrown: a mistake is noted and something harmless is given back, so that all mistakes of a playbook are
/// reported together. What was made from mistaken arguments is thrown away afterwards.
public struct StepArguments {
    /// How the arguments were written.
    public enum Form: Hashable, Sendable {
        /// One text: `uninstall: com.studio.game`.
        case bare
        /// Several values: `collect: [screenshot, logcat]`.
        case list
        /// Keys with values.
        case mapping
        /// Nothing: `reboot:`.
        case empty
    }

    /// The word that names the step kind, or what these arguments belong to.
    public let keyword: String
    /// Where that word stands.
    public let span: SourceSpan
    /// How the arguments were written.
    public let form: Form
    /// The mistakes noted so far.
    public internal(set) var diagnostics = Diagnostics()

    let node: Node
    let names: NameTable
    private let entries: [String: Node.Entry]
    private var known: [String] = []
    private var bareKey: String?
    private var missing: [String] = []
    /// Keys that stand in the place of another, and are left out where all keys are shown together.
    var alternatives: Set<String> = []

    init(keyword: String, at span: SourceSpan, node: Node, names: NameTable) {
        self.keyword = keyword
        self.span = span
        self.node = node
        self.names = names
        var entries: [String: Node.Entry] = [:]
        switch node.content {
        case .scalar: form = node.isNull ? .empty : .bare
        case .sequence: form = .list
        case .mapping(let list):
            form = .mapping
            for entry in list where entries[entry.name] == nil { entries[entry.name] = entry }
        }
        self.entries = entries
    }

    /// What the play is for in which the step stands.
    public var targetKind: TargetKind { names.targetKind }

    /// Whether the key was written; asking makes it a known key.
    public mutating func has(_ key: String) -> Bool {
        learn(key)
        return entries[key] != nil
    }

    /// Notes a mistake that only the step kind can see, at a place it got from an argument.
    public mutating func mistake(_ message: String, at span: SourceSpan? = nil, help: String? = nil) {
        diagnostics.error("wrong-arguments", message, at: span ?? self.span, help: help)
    }

    /// Notes that an argument excludes another one, or says nothing without it.
    public mutating func contradiction(_ message: String, at span: SourceSpan, help: String? = nil) {
        diagnostics.error("contradiction", message, at: span, help: help)
    }

    /// Notes a place on a phone where a step must not remove anything.
    public mutating func unsafeDelete(_ message: String, at span: SourceSpan, help: String? = nil) {
        diagnostics.error("unsafe-delete", message, at: span, help: help)
    }

    /// A required argument.
    ///
    /// - Parameter bare: Whether it may also stand alone after the keyword, without its key.
    public mutating func value<Result>(
        _ key: String, _ kind: ArgumentKind<Result>, bare: Bool = false
    ) -> Argument<Result> {
        if let node = take(key, bare: bare) {
            return read(node, key, kind) ?? Argument(.value(.null), literal: nil, kind: kind, span: node.span)
        }
        missing.append(key)
        return Argument(.value(.null), literal: nil, kind: kind, span: span)
    }

    /// An argument that may be missing.
    public mutating func optionalValue<Result>(
        _ key: String, _ kind: ArgumentKind<Result>, bare: Bool = false
    ) -> Argument<Result>? {
        take(key, bare: bare).flatMap { read($0, key, kind) }
    }

    /// A shell line, whose values are quoted for the shell.
    public mutating func shellLine(_ key: String, bare: Bool = false) -> ShellTemplate {
        if let line = optionalShellLine(key, bare: bare) { return line }
        if !known.contains(key) || (entries[key] == nil && bareKey != key) { missing.append(key) }
        return ShellTemplate(literal: "")
    }

    /// A shell line that may be missing.
    public mutating func optionalShellLine(_ key: String, bare: Bool = false) -> ShellTemplate? {
        guard let node = take(key, bare: bare) else { return nil }
        guard let text = node.text, !node.isNull else {
            diagnostics.error(
                "wrong-type", "`\(key)` is a shell line, this is \(node.phrase)", at: node.span,
                help: node.sequence == nil ? nil : "write the words as one text, as in a terminal")
            return ShellTemplate(literal: "")
        }
        guard text.contains(where: { !$0.isWhitespace }) else {
            diagnostics.error("empty", "`\(key)` is an empty shell line", at: node.span)
            return ShellTemplate(literal: "")
        }
        return ShellTemplate(reading: node, names: names, &diagnostics)
    }

    /// A mapping inside the arguments, such as `wait-for: { log: ready }`, read by the same rules.
    public mutating func group<Result>(_ key: String, _ body: (inout StepArguments) -> Result) -> Result? {
        guard let node = take(key, bare: false) else { return nil }
        var inner = StepArguments(keyword: key, at: entries[key]?.key.span ?? span, node: node, names: names)
        let result = body(&inner)
        diagnostics.add(contentsOf: inner.finish())
        return result
    }

    /// Says that what stands alone after the keyword is meant by a key, and will be read elsewhere.
    mutating func takeBare(_ key: String) {
        learn(key)
        if form != .mapping { bareKey = key }
    }

    /// Every key that nobody asked for, as texts, in the order written; none of them is unknown afterwards.
    public mutating func rest() -> [(key: String, span: SourceSpan, value: Argument<String>)] {
        var rest: [(key: String, span: SourceSpan, value: Argument<String>)] = []
        for entry in node.mapping ?? [] where !known.contains(entry.name) {
            known.append(entry.name)
            guard let value = read(entry.value, entry.name, .text) else { continue }
            rest.append((entry.name, entry.key.span, value))
        }
        return rest
    }

    /// Every key that nobody asked for, as values of any type; none of them is unknown afterwards.
    public mutating func restOfValues() -> [(key: String, span: SourceSpan, value: Argument<Value>)] {
        var rest: [(key: String, span: SourceSpan, value: Argument<Value>)] = []
        for entry in node.mapping ?? [] where !known.contains(entry.name) {
            known.append(entry.name)
            guard let value = read(entry.value, entry.name, .any) else { continue }
            rest.append((entry.name, entry.key.span, value))
        }
        return rest
    }

    /// What is wrong when all keys have been asked for: unknown, missing and repeated ones.
    mutating func finish() -> Diagnostics {
        if form == .bare || form == .list, bareKey == nil {
            let keys = known.filter { !alternatives.contains($0) }.map { "\($0): ..." }.joined(separator: ", ")
            let help = known.isEmpty ? "write `\(keyword):` alone" : "write \(keyword): { \(keys) }"
            diagnostics.error(
                "wrong-type",
                "`\(keyword)` takes \(known.isEmpty ? "no arguments" : "a mapping"), this is \(node.phrase)",
                at: node.span, help: help)
            return diagnostics
        }
        reportRepeatedKeys(node, &diagnostics)
        let unknown = (node.mapping ?? []).lazy.filter { [known] in !known.contains($0.name) }
        for entry in unknown.prefix(Diagnostics.limit) {
            let near = suggestion(for: entry.name, among: known)
            let all = known.isEmpty ? "it has no keys" : "it has \(known.sorted().joined(separator: ", "))"
            diagnostics.error(
                "unknown-key", "`\(keyword)` has no key `\(entry.name)`", at: entry.key.span, help: near ?? all)
        }
        for key in missing {
            diagnostics.error("missing-key", "`\(keyword)` needs `\(key)`", at: span, help: "add `\(key): ...`")
        }
        return diagnostics
    }

    /// Whether a key holds one `${{ }}` and nothing else.
    func isSoleExpression(_ key: String, bare: Bool) -> Bool {
        guard let node = entries[key]?.value ?? (bare && form == .bare ? node : nil) else { return false }
        guard let text = node.text else { return false }
        let ends = text.hasPrefix("${{") && text.hasSuffix("}}")
        return ends && text.split(separator: "${{", omittingEmptySubsequences: true).count == 1
    }

    private mutating func learn(_ key: String) {
        if !known.contains(key) { known.append(key) }
    }

    private mutating func take(_ key: String, bare: Bool) -> Node? {
        learn(key)
        if let entry = entries[key] { return entry.value }
        guard bare, form == .bare || form == .list, bareKey == nil else { return nil }
        bareKey = key
        return node
    }

    /// Reads one argument; nil when it is mistaken.
    private mutating func read<Result>(
        _ node: Node, _ key: String, _ kind: ArgumentKind<Result>
    ) -> Argument<Result>? {
        Argument(reading: node, named: key, kind, names: names, &diagnostics)
    }
}

/// Notes every key that stands twice in a mapping, with both places.
func reportRepeatedKeys(_ node: Node, _ diagnostics: inout Diagnostics) {
    guard let entries = node.mapping else { return }
    var first: [String: Node.Entry] = [:]
    for entry in entries {
        guard let earlier = first[entry.name] else {
            first[entry.name] = entry
            continue
        }
        diagnostics.error(
            "repeated-key", "`\(entry.name)` stands here twice", at: entry.key.span, help: "keep one of the two",
            notes: [.init("the first one", at: earlier.key.span)])
    }
}
