import SourceText

/// Gives the inputs of an included file their values: what stands under `with`, defaults otherwise.
struct IncludeInputs {
    private let declarations: [InputDeclaration]

    init(_ declarations: [InputDeclaration]) { self.declarations = declarations }

    /// The values by name; mistakes go to the collector.
    ///
    /// - Parameter span: The file's name, where it is included.
    func bind(
        _ with: Node?, for span: SourceSpan, names: NameTable, _ diagnostics: inout Diagnostics
    ) -> [String: Argument<Value>] {
        var values: [String: Argument<Value>] = [:]
        if let with, with.mapping == nil {
            diagnostics.error(
                "wrong-type", "`with` is a mapping of inputs, this is \(with.phrase)", at: with.span,
                help: "write `NAME: VALUE` below it")
        } else if let with {
            reportRepeatedKeys(with, &diagnostics)
        }
        for entry in with?.mapping ?? [] {
            guard let declaration = declarations.first(where: { $0.name == entry.name }) else {
                let known = declarations.map(\.name)
                let all = known.isEmpty ? "it declares no inputs" : "it has \(known.joined(separator: ", "))"
                diagnostics.error(
                    "unknown-input", "the included file has no input `\(entry.name)`", at: entry.key.span,
                    help: suggestion(for: entry.name, among: known) ?? all)
                continue
            }
            values[entry.name] = Argument(
                reading: entry.value, named: entry.name, .input(declaration, written: entry.value), names: names,
                &diagnostics)
        }
        for declaration in declarations where with?[declaration.name] == nil {
            if declaration.isRequired {
                diagnostics.error(
                    "missing-input", "the included file requires the input `\(declaration.name)`", at: span,
                    help: "add `with: { \(declaration.name): ... }`",
                    notes: [.init("declared here", at: declaration.span)])
            }
            values[declaration.name] = Argument(Self.standard(declaration), at: declaration.span)
        }
        return values
    }

    private static func standard(_ declaration: InputDeclaration) -> Value {
        guard declaration.type.isPath, case .text(let path) = declaration.defaultValue else {
            return declaration.defaultValue
        }
        return .text(joinedPath(path, below: folder(of: declaration.span.file.name)))
    }
}

extension ArgumentKind where Result == Value {
    /// What an input takes that is given inside a playbook.
    ///
    /// - Parameter node: What is given: a path written out starts at the folder of its file.
    static func input(_ declaration: InputDeclaration, written node: Node) -> ArgumentKind<Value> {
        let isNullable = !declaration.isRequired
        switch declaration.type {
        case .file, .directory, .app:
            let isWritten = node.text?.contains("${{") != true
            let base = isWritten ? folder(of: node.span.file.name) : nil
            return of(.path("a path", below: base), isNullable) { .text($0) }
        case .text: return of(.text, isNullable) { .text($0) }
        case .choice: return of(.choice(declaration.choices), isNullable) { .text($0) }
        case .integer: return of(.integer(), isNullable) { .integer(Int64($0)) }
        case .number: return of(.number, isNullable) { .number($0) }
        case .boolean: return of(.flag, isNullable) { .boolean($0) }
        case .duration: return of(.duration, isNullable) { .duration($0) }
        case .size: return of(.size, isNullable) { .size($0) }
        case .list: return of(.list, isNullable) { .list($0.map { .text($0) }) }
        case .secret:
            return ArgumentKind<Value>("a secret", types: isNullable ? [.secret, .null] : [.secret], isText: false) {
                given throws(TextMistake) in
                guard given == .null, isNullable else { throw TextMistake.wrong(given, "a secret") }
                return .null
            }
        }
    }

    private static func of<Source: Sendable>(
        _ kind: ArgumentKind<Source>, _ isNullable: Bool, _ value: @escaping @Sendable (Source) -> Value
    ) -> ArgumentKind<Value> {
        ArgumentKind<Value>(
            kind.phrase, types: isNullable ? kind.types.union([.null]) : kind.types, isText: kind.isText
        ) {
            given throws(TextMistake) in
            isNullable && given == .null ? .null : value(try kind.convert(given))
        }
    }
}
