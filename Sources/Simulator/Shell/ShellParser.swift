/// Reads a script into a tree.
struct ShellParser {
    private var reader: WordReader

    /// - Throws: ``ShellSyntaxError``.
    static func script(_ bytes: [UInt8]) throws(ShellSyntaxError) -> ShellScript {
        var parser = ShellParser(reader: WordReader(bytes))
        let script = try parser.list(until: [])
        guard parser.reader.isAtEnd else { throw .unexpected(parser.reader.token) }
        return script
    }

    // MARK: Lists

    private mutating func list(until ends: Set<String>) throws(ShellSyntaxError) -> ShellScript {
        var items: [ShellScript.Item] = []
        while true {
            try skipSeparators(first: items.isEmpty, endsBranch: ends.contains("esac"))
            if ends.contains("esac"), reader.looking(at: ";;") { break }
            if reader.isAtEnd || reader.next == UInt8(ascii: ")") { break }
            if let keyword = try peekBare(), ends.contains(keyword) { break }
            let script = try andOr()
            reader.skipBlanks()
            if reader.looking(at: ";;") {
                items.append(.init(script: script, isBackground: false))
                break
            }
            let isBackground = reader.next == UInt8(ascii: "&")
            if isBackground { reader.position += 1 }
            items.append(.init(script: script, isBackground: isBackground))
            let isSeparated = isBackground || reader.next == UInt8(ascii: ";") || reader.next == UInt8(ascii: "\n")
            guard isSeparated else { break }
        }
        if items.count == 1, !items[0].isBackground { return items[0].script }
        return .sequence(items)
    }

    private mutating func skipSeparators(first: Bool, endsBranch: Bool) throws(ShellSyntaxError) {
        var semicolons = 0
        while true {
            reader.skipBlanks()
            guard let byte = reader.next, byte == UInt8(ascii: "\n") || byte == UInt8(ascii: ";") else { return }
            if endsBranch, reader.looking(at: ";;") { return }
            if byte == UInt8(ascii: ";") {
                semicolons += 1
                guard !first, semicolons == 1 else { throw .unexpected(";") }
            }
            reader.position += 1
        }
    }

    private mutating func skipNewlines() {
        reader.skipBlanks()
        while reader.next == UInt8(ascii: "\n") {
            reader.position += 1
            reader.skipBlanks()
        }
    }

    private mutating func andOr() throws(ShellSyntaxError) -> ShellScript {
        var left = try pipeline()
        while true {
            reader.skipBlanks()
            if reader.looking(at: "&&") {
                reader.position += 2
                skipNewlines()
                left = .and(left, try pipeline())
            } else if reader.looking(at: "||") {
                reader.position += 2
                skipNewlines()
                left = .or(left, try pipeline())
            } else {
                return left
            }
        }
    }

    private mutating func pipeline() throws(ShellSyntaxError) -> ShellScript {
        if try peekBare() == "!" {
            _ = try reader.word()
            reader.skipBlanks()
            return .not(try pipeline())
        }
        var commands = [try command()]
        reader.skipBlanks()
        while reader.next == UInt8(ascii: "|"), !reader.looking(at: "||") {
            reader.position += 1
            skipNewlines()
            commands.append(try command())
            reader.skipBlanks()
        }
        return commands.count == 1 ? commands[0] : .pipeline(commands)
    }

    // MARK: Commands

    private mutating func command() throws(ShellSyntaxError) -> ShellScript {
        reader.skipBlanks()
        if reader.next == UInt8(ascii: "(") {
            reader.position += 1
            let body = try list(until: [])
            guard reader.next == UInt8(ascii: ")") else { throw .unexpected(reader.token) }
            reader.position += 1
            return .group(body, isSubshell: true, try reader.redirections())
        }
        switch try peekBare() {
        case "{":
            try expect("{")
            let body = try list(until: ["}"])
            try expect("}")
            return .group(body, isSubshell: false, try reader.redirections())
        case "if":
            try expect("if")
            return try wrapped(choice())
        case "for": return try wrapped(each())
        case "while", "until": return try wrapped(loop())
        case "case": return try wrapped(selection())
        default:
            if let function = try function() { return function }
            return try simple()
        }
    }

    private mutating func wrapped(_ script: ShellScript) throws(ShellSyntaxError) -> ShellScript {
        let redirections = try reader.redirections()
        return redirections.isEmpty ? script : .group(script, isSubshell: false, redirections)
    }

    /// After `if` or `elif`.
    private mutating func choice() throws(ShellSyntaxError) -> ShellScript {
        let condition = try list(until: ["then"])
        try expect("then")
        let then = try list(until: ["else", "elif", "fi"])
        switch try peekBare() {
        case "elif":
            try expect("elif")
            return .choice(condition: condition, then: then, otherwise: try choice())
        case "else":
            try expect("else")
            let otherwise = try list(until: ["fi"])
            try expect("fi")
            return .choice(condition: condition, then: then, otherwise: otherwise)
        default:
            try expect("fi")
            return .choice(condition: condition, then: then, otherwise: nil)
        }
    }

    private mutating func each() throws(ShellSyntaxError) -> ShellScript {
        try expect("for")
        reader.skipBlanks()
        guard let name = try reader.word()?.bare else { throw .unexpected(reader.token) }
        try expect("in")
        var words: [Word] = []
        while true {
            reader.skipBlanks()
            guard let word = try reader.word() else { break }
            words.append(word)
        }
        if reader.next == UInt8(ascii: ";") { reader.position += 1 }
        return .each(name: name, words: words, body: try doBody())
    }

    private mutating func loop() throws(ShellSyntaxError) -> ShellScript {
        let isUntil = try peekBare() == "until"
        try expect(isUntil ? "until" : "while")
        let condition = try list(until: ["do"])
        return .loop(condition: condition, until: isUntil, body: try doBody())
    }

    private mutating func selection() throws(ShellSyntaxError) -> ShellScript {
        try expect("case")
        reader.skipBlanks()
        guard let word = try reader.word() else { throw .unexpected(reader.token) }
        try expect("in")
        var branches: [ShellScript.Branch] = []
        while true {
            skipNewlines()
            if try peekBare() == "esac" { break }
            if reader.next == UInt8(ascii: "(") { reader.position += 1 }
            var patterns: [Word] = []
            repeat {
                if !patterns.isEmpty { reader.position += 1 }
                reader.skipBlanks()
                guard let pattern = try reader.word() else { throw .unexpected(reader.token) }
                patterns.append(pattern)
                reader.skipBlanks()
            } while reader.next == UInt8(ascii: "|")
            guard reader.next == UInt8(ascii: ")") else { throw .unexpected(reader.token) }
            reader.position += 1
            skipNewlines()
            let isEmpty = reader.looking(at: ";;")
            let body = isEmpty ? .sequence([]) : try list(until: ["esac"])
            branches.append(.init(patterns: patterns, body: body))
            skipNewlines()
            if reader.looking(at: ";;") { reader.position += 2 }
        }
        try expect("esac")
        return .selection(word, branches)
    }

    /// `NAME() BODY`; nil when no function begins here.
    private mutating func function() throws(ShellSyntaxError) -> ShellScript? {
        var ahead = reader
        let start = ahead.position
        while let byte = ahead.next, WordReader.isNameByte(byte) { ahead.position += 1 }
        let name = String(decoding: ahead.bytes[start..<ahead.position], as: UTF8.self)
        guard !name.isEmpty, ahead.looking(at: "()") else { return nil }
        reader.position = ahead.position + 2
        skipNewlines()
        return .function(name: name, body: try command())
    }

    private mutating func doBody() throws(ShellSyntaxError) -> ShellScript {
        skipNewlines()
        try expect("do")
        let body = try list(until: ["done"])
        try expect("done")
        return body
    }

    private mutating func simple() throws(ShellSyntaxError) -> ShellScript {
        var command = SimpleCommand()
        while true {
            reader.skipBlanks()
            if let redirection = try reader.redirection() {
                command.redirections.append(redirection)
                continue
            }
            guard let word = try reader.word() else { break }
            if command.words.isEmpty, let assignment = Self.assignment(word) {
                command.assignments.append(assignment)
            } else {
                command.words.append(word)
            }
        }
        guard !command.words.isEmpty || !command.assignments.isEmpty || !command.redirections.isEmpty else {
            throw .unexpected(reader.token)
        }
        return .simple(command)
    }

    private static func assignment(_ word: Word) -> SimpleCommand.Assignment? {
        guard case .text(let head, quoted: false) = word.parts.first, let equals = head.firstIndex(of: "=") else {
            return nil
        }
        let name = head[..<equals]
        guard let first = name.utf8.first, !(48...57).contains(first), name.utf8.allSatisfy(WordReader.isNameByte)
        else {
            return nil
        }
        let rest = String(head[head.index(after: equals)...])
        let parts = (rest.isEmpty ? [] : [.text(rest, quoted: false)]) + word.parts.dropFirst()
        return .init(name: String(name), value: Word(parts: parts))
    }

    // MARK: Keywords

    private mutating func peekBare() throws(ShellSyntaxError) -> String? {
        reader.skipBlanks()
        var ahead = reader
        let start = ahead.position
        // Keywords are short; a word with a quote in it is none and need not be read twice.
        while let byte = ahead.next, !WordReader.endsWord(byte) {
            guard ahead.position - start < 8, !"'\"\\$`".utf8.contains(byte) else { return nil }
            ahead.position += 1
        }
        return ahead.position > start ? String(decoding: ahead.bytes[start..<ahead.position], as: UTF8.self) : nil
    }

    private mutating func expect(_ keyword: String) throws(ShellSyntaxError) {
        skipNewlines()
        guard try peekBare() == keyword else { throw .unexpected(reader.token) }
        _ = try reader.word()
    }
}
