extension ShellProcess {
    /// A field under way: its text, and the same as a pattern in which quoted characters stand for themselves.
    private struct Field {
        var text = ""
        var pattern = ""
        var isQuoted = false

        mutating func append(_ part: String, quoted: Bool) {
            text += part
            if quoted {
                isQuoted = true
                for character in part {
                    if "*?[\\".contains(character) { pattern += "\\" }
                    pattern.append(character)
                }
            } else {
                pattern += part
            }
        }
    }

    /// The words as a command gets them: variables put in, split, patterns replaced by names.
    func fields(_ words: [Word], _ streams: ShellStreams) -> [String] {
        var all: [String] = []
        for word in words {
            if let bare = word.bare, !Pattern.isPattern(bare), !bare.hasPrefix("~") {
                all.append(bare)
                continue
            }
            for field in split(word, streams) { all += names(matching: field) }
        }
        return all
    }

    /// The word as a pattern: what is quoted stands for itself.
    func pattern(_ word: Word, _ streams: ShellStreams) -> String {
        var field = Field()
        for part in word.parts {
            let value = value(of: part, streams)
            field.append(value.text, quoted: value.quoted)
        }
        return field.pattern
    }

    /// The word as one text: no splitting and no patterns, as in assignments and redirections.
    func text(_ word: Word, _ streams: ShellStreams) -> String {
        word.parts.reduce(into: "") { $0 += value(of: $1, streams).text }
    }

    private func split(_ word: Word, _ streams: ShellStreams) -> [Field] {
        var fields: [Field] = []
        var current: Field?
        for part in word.parts {
            if case .variable("@", _, quoted: true) = part {
                for (index, parameter) in parameters.enumerated() {
                    if index > 0, let done = current {
                        fields.append(done)
                        current = nil
                    }
                    current = current ?? Field()
                    current?.append(parameter, quoted: true)
                }
                continue
            }
            let value = value(of: part, streams)
            guard value.splits else {
                current = current ?? Field()
                current?.append(value.text, quoted: value.quoted)
                continue
            }
            let separators = variables["IFS"] ?? " \t\n"
            let pieces = value.text.split(omittingEmptySubsequences: false) { separators.contains($0) }
            for (index, piece) in pieces.enumerated() {
                if index > 0, let done = current {
                    fields.append(done)
                    current = nil
                }
                guard !piece.isEmpty else { continue }
                current = current ?? Field()
                current?.append(String(piece), quoted: false)
            }
        }
        if let current { fields.append(current) }
        return fields
    }

    private func value(of part: WordPart, _ streams: ShellStreams) -> (text: String, quoted: Bool, splits: Bool) {
        switch part {
        case .text(let text, let quoted): (text, quoted, false)
        case .variable(let name, let fallback, let quoted):
            (nonEmpty(variable(name)) ?? fallback ?? "", quoted, !quoted)
        case .output(let script, let quoted): (output(of: script, streams), quoted, !quoted)
        case .trimmed(let name, let trim, let quoted): (trimmed(variable(name), trim), quoted, !quoted)
        case .arithmetic(let parts):
            (arithmetic(parts.reduce(into: "") { $0 += value(of: $1, streams).text }, streams), true, false)
        }
    }

    private func nonEmpty(_ text: String) -> String? { text.isEmpty ? nil : text }

    private func variable(_ name: String) -> String {
        switch name {
        case "?": String(lastStatus)
        case "$": String(scriptPID)
        case "!": jobs.last.map(String.init) ?? ""
        case "#": String(parameters.count)
        case "0": ownName
        case "@", "*": parameters.joined(separator: " ")
        case "1", "2", "3", "4", "5", "6", "7", "8", "9":
            Int(name).flatMap { $0 <= parameters.count ? parameters[$0 - 1] : nil } ?? ""
        default: variables[name] ?? ""
        }
    }

    private func trimmed(_ value: String, _ trim: VariableTrim) -> String {
        switch trim {
        case .length: return String(value.count)
        case .prefix(let text, let isGreedy):
            let pattern = Pattern(text)
            let ends = [value.startIndex] + value.indices.map { value.index(after: $0) }
            let cut = (isGreedy ? ends.reversed() : ends).first { pattern.matches(String(value[..<$0])) }
            return cut.map { String(value[$0...]) } ?? value
        case .suffix(let text, let isGreedy):
            let pattern = Pattern(text)
            let starts = Array(value.indices) + [value.endIndex]
            let cut = (isGreedy ? starts : starts.reversed()).first { pattern.matches(String(value[$0...])) }
            return cut.map { String(value[..<$0]) } ?? value
        }
    }

    /// A number; an expression that makes no sense ends the script.
    private func arithmetic(_ text: String, _ streams: ShellStreams) -> String {
        var reader = Arithmetic(text, variables)
        guard let value = reader.evaluate() else {
            streams.errors.write("/system/bin/sh: \(text): unexpected 'end of expression'\n")
            exit(1)
            return ""
        }
        variables = reader.variables
        return String(value)
    }

    /// Runs a script for its output; what it does later than at once is not waited for.
    private func output(of script: ShellScript, _ streams: ShellStreams) -> String {
        var gathered: [UInt8] = []
        let sink = ShellOutput(shared: { $0.content.append($0.range, to: &gathered) }) { gathered += $0 }
        let child = child { [self] in lastStatus = $0 }
        child.isSubstitution = true
        child.start(script, ShellStreams(input: streams.input, output: sink, errors: streams.errors))
        child.stop()
        while gathered.last == UInt8(ascii: "\n") { gathered.removeLast() }
        return String(decoding: gathered, as: UTF8.self)
    }

    /// The names a field stands for; itself when it is no pattern or nothing matches.
    private func names(matching field: Field) -> [String] {
        guard Pattern.isPattern(field.pattern) else { return [field.text] }
        let isAbsolute = field.pattern.hasPrefix("/")
        var paths = [isAbsolute ? "/" : ""]
        for step in field.pattern.split(separator: "/") {
            paths = paths.flatMap { extend($0, by: String(step)) }
        }
        return paths.isEmpty ? [field.text] : paths
    }

    private func extend(_ path: String, by step: String) -> [String] {
        let join = { (name: String) in path.isEmpty ? name : RemotePath.join(path, name) }
        guard Pattern.isPattern(step) else {
            let whole = join(step.replacing("\\", with: ""))
            return device.files.exists(absolute(whole)) ? [whole] : []
        }
        let pattern = Pattern(step)
        let shown = (try? device.files.list(absolute(path.isEmpty ? "." : path))) ?? []  // not listable: no match
        return shown.map(\.name).filter { pattern.matches($0) && (!$0.hasPrefix(".") || step.hasPrefix(".")) }.map(join)
    }
}
