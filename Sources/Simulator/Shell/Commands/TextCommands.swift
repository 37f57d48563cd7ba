import Crypto

/// Programs that print and read bytes.
enum TextCommands {
    static let commands: [String: ShellCommand] = [
        "echo": .quick(echo), "printf": .quick(printf), "cat": .slow(concatenate), "wc": .slow(count),
        "head": .slow { call, then in ends(call, then) { $0.prefix($1) } },
        "tail": .slow { call, then in ends(call, then) { $0.suffix($1) } },
        "grep": .slow(search), "cut": .slow(cut), "sort": .slow(sort), "tee": .slow(tee),
        "sha256sum": .slow { call, then in hash(call, then) { $0.digest?.hex } },
        "md5sum": .slow { call, then in hash(call, then) { $0.isReadable ? $0.withBytes { MD5.hex(of: $0) } : nil } },
    ]

    private static func echo(_ call: ShellCall) -> Int32 {
        var words = call.arguments[...]
        var endsLine = true
        var escapes = false
        while let flag = words.first, ["-n", "-e", "-ne", "-en", "-E"].contains(flag) {
            words.removeFirst()
            if flag.contains("n") { endsLine = false }
            if flag.contains("e") { escapes = true }
        }
        let text = words.joined(separator: " ")
        call.streams.output.write((escapes ? unescaped(text) : text) + (endsLine ? "\n" : ""))
        return 0
    }

    /// `%s %d %x %%`, reused while words are left, as `printf` does.
    private static func printf(_ call: ShellCall) -> Int32 {
        guard let format = call.arguments.first else { return call.complain("Needs 1 argument") }
        var words = call.arguments.dropFirst()
        var text = ""
        repeat {
            var rest = unescaped(format)[...]
            while let character = rest.popFirst() {
                guard character == "%" else {
                    text.append(character)
                    continue
                }
                switch rest.popFirst() {
                case "s", "b": text += words.popFirst() ?? ""
                case "d", "i", "u": text += String(words.popFirst().flatMap { Int64($0) } ?? 0)
                case "x": text += String(words.popFirst().flatMap { Int64($0) } ?? 0, radix: 16)
                case "%": text += "%"
                default: return call.complain("bad format")
                }
            }
        } while !words.isEmpty && format.contains("%")
        call.streams.output.write(text)
        return 0
    }

    private static func unescaped(_ text: String) -> String {
        var result = ""
        var rest = text[...]
        while let character = rest.popFirst() {
            guard character == "\\", let next = rest.popFirst() else {
                result.append(character)
                continue
            }
            switch next {
            case "n": result += "\n"
            case "t": result += "\t"
            case "r": result += "\r"
            case "0": result += "\0"
            case "\\": result += "\\"
            default: result += "\\\(next)"
            }
        }
        return result
    }

    // MARK: Whole files

    private static func concatenate(_ call: ShellCall, then: @escaping (Int32) -> Void) {
        let paths = call.flags.operands
        if paths.isEmpty || paths == ["-"] {
            let output = call.streams.output
            let input = call.streams.input
            return input.read { [weak input] bytes, isEnded in
                output.write(Array(bytes))
                if isEnded {
                    input?.stopReading()
                    then(0)
                }
                return bytes.count
            }
        }
        var status: Int32 = 0
        for path in paths {
            do throws(FileError) {
                let content = try call.device.files.read(call.absolute(path))
                write(content, to: call.streams.output)
            } catch {
                status = call.complain("\(path): \(error.text)")
            }
        }
        then(status)
    }

    private static func write(_ content: FileContent, to output: ShellOutput) {
        var offset: UInt64 = 0
        while offset < content.size {
            let end = min(content.size, offset + 262_144)
            var piece: [UInt8] = []
            content.append(offset..<end, to: &piece)
            output.write(piece)
            offset = end
        }
    }

    /// Hands the bytes of each operand, or of the input, to `body`.
    private static func eachInput(
        _ call: ShellCall, _ paths: [String], _ then: @escaping (Int32) -> Void,
        _ body: @escaping (_ path: String?, _ bytes: [UInt8]) -> Int32
    ) {
        guard !paths.isEmpty else { return call.streams.input.readAll { then(body(nil, $0)) } }
        var status: Int32 = 0
        for path in paths {
            do throws(FileError) {
                let bytes = try call.device.files.read(call.absolute(path)).withBytes { Array($0) }
                let one = body(path, bytes)
                if one != 0 { status = one }
            } catch {
                status = call.complain("\(path): \(error.text)")
            }
        }
        then(status)
    }

    private static func count(_ call: ShellCall, then: @escaping (Int32) -> Void) {
        let (letters, paths) = call.flags
        eachInput(call, paths, then) { path, bytes in
            let lines = bytes.count { $0 == UInt8(ascii: "\n") }
            let words = bytes.split { " \t\n".utf8.contains($0) }.count
            let all: [(Character, Int)] = [("l", lines), ("w", words), ("c", bytes.count)]
            let shown = all.filter { letters.isEmpty || letters.contains($0.0) }.map { String($0.1) }
            call.print((shown + (path.map { [$0] } ?? [])).joined(separator: " "))
            return 0
        }
    }

    private static func ends(
        _ call: ShellCall, _ then: @escaping (Int32) -> Void,
        _ choose: @escaping ([Substring], Int) -> ArraySlice<Substring>
    ) {
        var count = 10
        var paths: [String] = []
        var words = call.arguments[...]
        while let word = words.popFirst() {
            if word == "-n" {
                count = words.popFirst().flatMap { Int($0) } ?? count
            } else if word.hasPrefix("-"), let number = Int(word.dropFirst(word.hasPrefix("-n") ? 2 : 1)) {
                count = number
            } else {
                paths.append(word)
            }
        }
        eachInput(call, paths, then) { _, bytes in
            for line in choose(lines(bytes), count) { call.print(String(line)) }
            return 0
        }
    }

    private static func lines(_ bytes: [UInt8]) -> [Substring] {
        var lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        if lines.last == "" { lines.removeLast() }
        return lines
    }

    private static func sort(_ call: ShellCall, then: @escaping (Int32) -> Void) {
        eachInput(call, call.flags.operands, then) { _, bytes in
            for line in lines(bytes).sorted() { call.print(String(line)) }
            return 0
        }
    }

    private static func tee(_ call: ShellCall, then: @escaping (Int32) -> Void) {
        call.streams.input.readAll { bytes in
            call.streams.output.write(bytes)
            var status: Int32 = 0
            for path in call.flags.operands {
                do throws(FileError) {
                    let content = try call.process.store(bytes)
                    try call.device.files.write(content, to: call.absolute(path), at: call.device.seconds)
                } catch {
                    status = call.complain("\(path): \(error.text)")
                }
            }
            then(status)
        }
    }

    /// `grep [-F] [-q] [-c] [-i] [-v] TEXT [FILE...]`: fixed text, with `^` and `$` at its ends.
    private static func search(_ call: ShellCall, then: @escaping (Int32) -> Void) {
        var (letters, operands) = call.flags
        guard !operands.isEmpty else { return then(call.complain("no REGEX", status: 2)) }
        let isExact = letters.contains("F")
        let folds = letters.contains("i")
        let wanted = operands.removeFirst()
        let pattern = folds ? wanted.lowercased() : wanted
        guard !letters.contains("l") else { return then(searchFiles(call, pattern, operands, isExact)) }
        var found = 0
        eachInput(
            call, operands,
            { status in
                if letters.contains("c") { call.print(String(found)) }
                then(status > 1 ? status : found > 0 ? 0 : 1)
            }
        ) { _, bytes in
            for line in lines(bytes) {
                let text = folds ? line.lowercased() : String(line)
                guard matches(text, pattern, isExact) != letters.contains("v") else { continue }
                found += 1
                if !letters.contains("q"), !letters.contains("c") { call.print(String(line)) }
            }
            return 0
        }
    }

    /// A single character in brackets is that character.
    private static func withoutBrackets(_ pattern: String) -> String {
        var text = ""
        var rest = Substring(pattern)
        while let first = rest.popFirst() {
            if first == "[", rest.count > 1, rest.dropFirst().first == "]", let only = rest.popFirst() {
                rest.removeFirst()
                text.append(only)
            } else {
                text.append(first)
            }
        }
        return text
    }

    /// `grep -l`: the names of the files in which something is found.
    private static func searchFiles(_ call: ShellCall, _ pattern: String, _ paths: [String], _ isExact: Bool) -> Int32 {
        let found = paths.filter { path in
            guard let content = try? call.device.files.read(call.absolute(path)) else { return false }
            return lines(content.withBytes { Array($0) }).contains { matches(String($0), pattern, isExact) }
        }
        for path in found { call.print(path) }
        return found.isEmpty ? 1 : 0
    }

    /// `cut -dX -fN` of its input.
    private static func cut(_ call: ShellCall, then: @escaping (Int32) -> Void) {
        let delimiter = call.arguments.first { $0.hasPrefix("-d") }.flatMap { $0.dropFirst(2).first } ?? "\t"
        guard let field = call.arguments.first(where: { $0.hasPrefix("-f") }).flatMap({ Int($0.dropFirst(2)) }),
            field > 0
        else { return then(call.complain("bad list", status: 1)) }
        call.streams.input.readAll { bytes in
            for line in lines(bytes) {
                let fields = line.split(separator: delimiter, omittingEmptySubsequences: false)
                call.print(fields.count > 1 ? String(fields.dropFirst(field - 1).first ?? "") : String(line))
            }
            then(0)
        }
    }

    private static func matches(_ line: String, _ pattern: String, _ isExact: Bool) -> Bool {
        guard !isExact else { return line.contains(pattern) }
        let pattern = withoutBrackets(pattern)
        let atStart = pattern.hasPrefix("^")
        let atEnd = pattern.hasSuffix("$")
        let text = String(pattern.dropFirst(atStart ? 1 : 0).dropLast(atEnd ? 1 : 0)).replacing("\\", with: "")
        return switch (atStart, atEnd) {
        case (true, true): line == text
        case (true, false): line.hasPrefix(text)
        case (false, true): line.hasSuffix(text)
        case (false, false): text.isEmpty || line.contains(text)
        }
    }

    private static func hash(
        _ call: ShellCall, _ then: @escaping (Int32) -> Void, _ digest: @escaping (FileContent) -> String?
    ) {
        let (letters, paths) = call.flags
        func show(_ content: FileContent, _ path: String) -> Int32 {
            guard let text = digest(content) else { return call.complain("\(path): I/O error") }
            call.print(letters.contains("b") ? text : "\(text)  \(path)")
            return 0
        }
        guard !paths.isEmpty else { return call.streams.input.readAll { then(show(.bytes($0), "-")) } }
        var status: Int32 = 0
        for path in paths {
            do throws(FileError) {
                let one = show(try call.device.files.read(call.absolute(path)), path)
                if one != 0 { status = one }
            } catch {
                status = call.complain("\(path): \(error.text)")
            }
        }
        then(status)
    }
}
