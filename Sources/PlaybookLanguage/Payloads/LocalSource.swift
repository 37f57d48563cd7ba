public import Farm
public import SourceText

/// What a step delivers: something at a path of this machine, or a payload of the playbook.
public enum LocalSource: Sendable {
    /// A path that is written in the step.
    case path(Argument<String>)
    /// The name of a payload.
    case payload(Argument<String>)

    /// The path; nil for a payload.
    public var path: Argument<String>? {
        if case .path(let path) = self { path } else { nil }
    }

    /// Where it is written.
    public var span: SourceSpan {
        switch self {
        case .path(let path): path.span
        case .payload(let name): name.span
        }
    }
}

extension StepArguments {
    /// A path under a key of its own, or a payload under `payload`; one of the two is required.
    ///
    /// - Parameters:
    ///   - bare: Whether the path may also stand alone after the keyword.
    ///   - takesPacked: Whether a payload may be packed; an app may not.
    public mutating func source(_ key: String, bare: Bool = false, takesPacked: Bool = true) -> LocalSource {
        alternatives.insert("payload")
        guard let payload = payloadName(takesPacked: takesPacked) else {
            // Asked for as a choice, so that the message of a missing one names both.
            guard let path = optionalFile(key, bare: bare) else {
                // What stands alone after the keyword was read, and told of when it is mistaken.
                if form == .mapping || form == .empty, !has(key) {
                    diagnostics.error(
                        "missing-key", "`\(keyword)` needs `\(key)` or `payload`", at: span,
                        help: names.payloads.isEmpty
                            ? "add `\(key): PATH`" : "add `\(key): PATH`, or `payload: NAME` with one of \(known)")
                }
                return .path(Argument("", at: span))
            }
            return .path(path)
        }
        if has(key) {
            diagnostics.error(
                "contradiction", "`\(key)` and `payload` exclude each other: both say what is delivered",
                at: payload.span, help: "keep one of the two")
            _ = optionalFile(key)
        }
        return .payload(payload)
    }

    /// Notes a mistake when a packed payload, which arrives as one file, stands where the contents of a folder are due.
    ///
    /// - Parameter key: The argument that needs a folder.
    public mutating func needsFolder(_ source: LocalSource, for key: String) {
        guard case .payload(let name) = source, let literal = name.literal, let packing = names.payloads[literal],
            packing != .none
        else { return }
        contradiction(
            "`\(key)` needs a folder, and `\(literal)` is one file, packed as \(packing.rawValue)", at: name.span,
            help: "leave `pack` out of `\(literal)`, or `\(key)` out of the step")
    }

    private var known: String { names.payloads.keys.sorted().joined(separator: ", ") }

    private mutating func payloadName(takesPacked: Bool) -> Argument<String>? {
        guard let name = optionalText("payload") else {
            // One that is mistaken was told already.
            return has("payload") ? Argument("", at: span) : nil
        }
        guard let literal = name.literal else { return name }
        guard let packing = names.payloads[literal] else {
            diagnostics.error(
                "unknown-payload", "there is no payload `\(literal)`", at: name.span,
                help: suggestion(for: literal, among: names.payloads.keys)
                    ?? (names.payloads.isEmpty ? "declare it under `payloads:`" : "there are \(known)"))
            return name
        }
        if !takesPacked, packing != .none {
            diagnostics.error(
                "contradiction",
                "`\(keyword)` takes no packed payload, and `\(literal)` is packed as \(packing.rawValue)",
                at: name.span, help: "leave `pack` out of `\(literal)`")
        }
        return name
    }

    /// Where a payload comes from; also alone after its name.
    mutating func payloadPlace(_ key: String) -> Argument<String> {
        let base = isSoleExpression(key, bare: true) ? nil : folder(of: node.span.file.name)
        return value(key, .payloadPlace(below: base), bare: true)
    }
}

extension LocalSource {
    /// The payload that is meant, with the values of the run put in; nil for a path.
    ///
    /// - Throws: What expressions throw, and `unknownName` for a payload that there is not, or not in this run.
    public func definition(in scope: Scope) throws(PlaybookError) -> PayloadDefinition? {
        guard case .payload(let argument) = self else { return nil }
        return try scope.shared.payloads.definition(of: try argument.value(in: scope), at: argument.span)
    }
}
