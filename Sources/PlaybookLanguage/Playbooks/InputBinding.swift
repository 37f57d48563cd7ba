import Secrets
public import SourceText

/// Gives the inputs of a playbook their values: `build=game.apk` from the command line, then files of inputs, then whoever
/// can be asked, then defaults.
///
/// Whether a file is there that an input names is not looked at here; the planner does.
public struct InputBinding: Sendable {
    /// Asks a person for an input; nil when nobody answers.
    ///
    /// Given what was wrong with the answer before, if there was one.
    public typealias Ask = (_ declaration: InputDeclaration, _ complaint: String?) -> String?

    /// Reads a file of this machine; throws a sentence that says what is wrong.
    public typealias Reading = @Sendable (_ path: String) throws(TextMistake) -> String

    private let declarations: [InputDeclaration]
    private let workingDirectory: String
    private let environment: [String: String]
    private let reading: Reading

    /// Whoever answers wrongly so often is not asked again.
    private static let maximumAnswers = 5

    /// Binds the inputs of a playbook.
    ///
    /// - Parameters:
    ///   - workingDirectory: Where relative paths of the command line start; absolute.
    ///   - environment: Where inputs of the type `secret` may be found.
    ///   - reading: Reads what `name=@file` names.
    public init(
        _ declarations: [InputDeclaration], workingDirectory: String, environment: [String: String] = [:],
        reading: @escaping Reading = { path throws(TextMistake) in throw TextMistake("\(path) cannot be read here") }
    ) {
        self.declarations = declarations
        self.workingDirectory = workingDirectory
        self.environment = environment
        self.reading = reading
    }

    /// The values by name, with null for optional inputs that were not given; mistakes go to the collector.
    ///
    /// - Parameters:
    ///   - words: Words of the command line, each `name=value` or `name=@file`.
    ///   - files: Files of inputs; a later one is stronger.
    ///   - ask: Asks a person; nil when nobody is there.
    public func values(
        from words: [String], files: [SourceFile] = [], ask: Ask? = nil, _ diagnostics: inout Diagnostics
    ) -> [String: Value] {
        var values: [String: Value] = [:]
        for word in words { take(word, &values, &diagnostics) }
        for file in files.reversed() { take(file, &values, &diagnostics) }
        for declaration in declarations where values[declaration.name] == nil {
            if declaration.type == .secret, let secret = secretOfEnvironment(declaration, &diagnostics) {
                values[declaration.name] = secret
            } else if declaration.isRequired, let ask, let value = asked(declaration, ask) {
                values[declaration.name] = value
            }
        }
        addDefaults(to: &values, &diagnostics)
        return values
    }

    // MARK: The command line

    private func take(_ word: String, _ values: inout [String: Value], _ diagnostics: inout Diagnostics) {
        let place = SourceSpan.whole(word, named: "command line")
        guard let sign = word.firstIndex(of: "="), sign != word.startIndex else {
            diagnostics.error(
                "bad-input", "`\(word)` is not an input", at: place, help: "inputs are given as name=value")
            return
        }
        let name = String(word[..<sign])
        guard let declaration = declaration(of: name, at: place, &diagnostics) else { return }
        if values[name] != nil {
            diagnostics.error("repeated-input", "the input `\(name)` is given twice", at: place)
        }
        let text = String(word[word.index(after: sign)...])
        do {
            values[name] = try value(ofWord: text, declaration)
        } catch {
            let start = word.utf8.distance(from: word.startIndex, to: sign) + 1
            let span = SourceSpan(file: place.file, range: start..<place.range.upperBound)
            diagnostics.error("bad-input", "the input `\(name)`: \(error.message)", at: span, help: error.help)
            values[name] = .null
        }
    }

    private func declaration(
        of name: String, at place: SourceSpan, _ diagnostics: inout Diagnostics
    ) -> InputDeclaration? {
        if let declaration = declarations.first(where: { $0.name == name }) { return declaration }
        let names = declarations.map(\.name)
        let all = names.isEmpty ? "the playbook declares no inputs" : "it has \(names.joined(separator: ", "))"
        diagnostics.error(
            "unknown-input", "the playbook has no input `\(name)`", at: place,
            help: suggestion(for: name, among: names) ?? all)
        return nil
    }

    /// `value`, or what stands in the file of `@file`; `@@` begins a text with one `@`.
    private func value(ofWord text: String, _ declaration: InputDeclaration) throws(TextMistake) -> Value {
        let name = declaration.name
        if declaration.type == .secret {
            guard text.hasPrefix("@") else {
                throw TextMistake(
                    "a secret does not belong on a command line, where all users of the machine can read it",
                    help: "write \(name)=@FILE, set \(SharedScope.secretPrefix)\(name), or leave it out to be asked")
            }
            let path = joinedPath(String(text.dropFirst()), below: workingDirectory)
            return .secret(try read(.file(path), name))
        }
        guard text.hasPrefix("@"), !declaration.type.isPath else { return try value(of: text, declaration) }
        if text.hasPrefix("@@") { return try value(of: String(text.dropFirst()), declaration) }
        var content = try reading(joinedPath(String(text.dropFirst()), below: workingDirectory))
        if content.hasSuffix("\n") || content.hasSuffix("\r\n") { content.removeLast() }
        guard declaration.type == .list else { return try value(of: content, declaration) }
        let lines = content.split(whereSeparator: \.isNewline).map { Value.text(String($0)) }
        return try checked(.list(lines), declaration)
    }

    private func value(of text: String, _ declaration: InputDeclaration) throws(TextMistake) -> Value {
        let value = try InputValue.value(of: text, declaration.type, declaration.choices)
        return absolute(try checked(value, declaration), declaration, below: nil)
    }

    private func checked(_ value: Value, _ declaration: InputDeclaration) throws(TextMistake) -> Value {
        try declaration.check(value)
        return value
    }

    // MARK: Files, secrets and people

    /// What was given before is stronger.
    private func take(_ file: SourceFile, _ values: inout [String: Value], _ diagnostics: inout Diagnostics) {
        for entry in OutsideFile.read(file, "inputs", &diagnostics) {
            guard let declaration = declaration(of: entry.name, at: entry.span, &diagnostics) else { continue }
            guard values[entry.name] == nil else { continue }
            do throws(TextMistake) {
                guard declaration.type != .secret else {
                    throw TextMistake(
                        "a secret does not stand in a file of inputs",
                        help: "set \(SharedScope.secretPrefix)\(entry.name), or write \(entry.name)=@FILE")
                }
                let given = entry.text.map { Value.text($0) } ?? entry.value
                guard given != .null else { continue }
                let value = try InputValue.value(given, declaration.type, declaration.choices)
                values[entry.name] = absolute(
                    try checked(value, declaration), declaration, below: folder(of: file.name))
            } catch {
                diagnostics.error(
                    "bad-input", "the input `\(entry.name)`: \(error.message)", at: entry.span, help: error.help)
                values[entry.name] = .null
            }
        }
    }

    private func read(_ source: SecretSource, _ name: String) throws(TextMistake) -> Secret {
        do throws(SecretError) {
            return try source.read(named: name, environment: environment)
        } catch {
            throw TextMistake(error.message, help: error.help)
        }
    }

    private func secretOfEnvironment(
        _ declaration: InputDeclaration, _ diagnostics: inout Diagnostics
    ) -> Value? {
        let variable = SharedScope.secretPrefix + declaration.name
        guard environment[variable] != nil else { return nil }
        do throws(TextMistake) {
            return .secret(try read(.environment(variable), declaration.name))
        } catch {
            diagnostics.error("bad-input", error.message, at: declaration.span, help: error.help)
            return .null
        }
    }

    private func asked(_ declaration: InputDeclaration, _ ask: Ask) -> Value? {
        var complaint: String?
        for _ in 0..<Self.maximumAnswers {
            guard let answer = ask(declaration, complaint) else { return nil }
            do {
                guard declaration.type == .secret else { return try value(of: answer, declaration) }
                return .secret(try SecretSource.secret(declaration.name, Array(answer.utf8)))
            } catch let mistake as TextMistake {
                complaint = mistake.message
            } catch let mistake as SecretError {
                complaint = mistake.message
            } catch {
                return nil
            }
        }
        return nil
    }

    // MARK: Defaults

    private func addDefaults(to values: inout [String: Value], _ diagnostics: inout Diagnostics) {
        for declaration in declarations where values[declaration.name] == nil {
            if declaration.isRequired {
                diagnostics.error(
                    "missing-input", "the input `\(declaration.name)` is required", at: declaration.span,
                    help: Self.cure(declaration))
            }
            let folder = folder(of: declaration.span.file.name)
            values[declaration.name] = absolute(declaration.defaultValue, declaration, below: folder)
        }
    }

    private static func cure(_ declaration: InputDeclaration) -> String {
        guard declaration.type == .secret else {
            return "add \(declaration.name)=\(example(declaration)) to the command"
        }
        return "add \(declaration.name)=@FILE to the command, or set \(SharedScope.secretPrefix)\(declaration.name)"
    }

    private static func example(_ declaration: InputDeclaration) -> String {
        switch declaration.type {
        case .app: "game.apk"
        case .file: "FILE"
        case .directory: "FOLDER"
        case .duration: "30s"
        case .size: "10MB"
        case .boolean: "true"
        case .integer, .number: "1"
        case .choice: declaration.choices.first ?? "..."
        case .text, .list: "..."
        case .secret: "@FILE"
        }
    }

    private func absolute(_ value: Value, _ declaration: InputDeclaration, below folder: String?) -> Value {
        guard declaration.type.isPath, case .text(let path) = value else { return value }
        return .text(joinedPath(joinedPath(path, below: folder), below: workingDirectory))
    }
}
