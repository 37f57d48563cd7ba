/// Programs that print and read bytes.
enum TextCommands {
    static let commands: [String: ShellCommand] = [
        "echo": .quick(echo), "printf": .quick(printf), "cat": .slow(concatenate), "wc": .slow(count),
        "sort": .slow(sort), "uniq": .slow(unique), "tee": .slow(tee), "seq": .quick(sequence),
    ]

    /// mksh's own `echo`, which reads escapes unless it is told not to.
    private static func echo(_ call: ShellCall) -> Int32 {
        var words = call.arguments[...]
        var endsLine = true
        var escapes = true
        while let flag = words.first, ["-n", "-e", "-ne", "-en", "-E", "-nE", "-En"].contains(flag) {
            words.removeFirst()
            if flag.contains("n") { endsLine = false }
            escapes = !flag.contains("E")
        }
        let text = words.joined(separator: " ")
        call.streams.output.write((escapes ? PrintFormat.unescaped(text) : text) + (endsLine ? "\n" : ""))
        return 0
    }

    private static func printf(_ call: ShellCall) -> Int32 {
        guard let format = call.arguments.first else { return call.complain("Needs 1 argument") }
        guard let text = PrintFormat.text(format, Array(call.arguments.dropFirst())) else {
            return call.complain("bad format")
        }
        call.streams.output.write(text)
        return 0
    }

    // MARK: Whole files

    private static func concatenate(_ call: ShellCall, then: @escaping (Int32) -> Void) {
        let paths = call.flags.operands
        if paths.isEmpty || paths == ["-"] { return call.streams.input.pass(to: call.streams.output) { then(0) } }
        var status: Int32 = 0
        for path in paths {
            do throws(FileError) {
                call.streams.output.write(try call.device.files.read(call.absolute(path)).slice)
            } catch {
                status = call.complain("\(path): \(error.text)")
            }
        }
        then(status)
    }

    /// Hands the bytes of each operand, or of the input, to `body`.
    static func eachInput(
        _ call: ShellCall, _ paths: [String], _ then: @escaping (Int32) -> Void,
        _ body: @escaping (_ path: String?, _ bytes: [UInt8]) -> Int32
    ) {
        guard !paths.isEmpty else { return call.streams.input.readAll { then(body(nil, $0)) } }
        var status: Int32 = 0
        for path in paths {
            do throws(FileError) {
                let bytes = try call.device.files.read(call.absolute(path)).array
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
        if letters == ["c"] { return countBytes(call, paths, then) }
        eachInput(call, paths, then) { path, bytes in
            let lines = bytes.count { $0 == UInt8(ascii: "\n") }
            let words = bytes.split { " \t\n".utf8.contains($0) }.count
            let all: [(Character, Int)] = [("l", lines), ("w", words), ("c", bytes.count)]
            let shown = all.filter { letters.isEmpty || letters.contains($0.0) }.map { String($0.1) }
            call.print((shown + (path.map { [$0] } ?? [])).joined(separator: " "))
            return 0
        }
    }

    /// `wc -c`: files tell their size, and only input has to be read for it.
    private static func countBytes(_ call: ShellCall, _ paths: [String], _ then: @escaping (Int32) -> Void) {
        guard !paths.isEmpty else {
            var count = 0
            return call.streams.input.read { bytes, isEnded in
                count += bytes.count
                guard isEnded else { return .more(bytes.count) }
                return .done(bytes.count) {
                    call.print(String(count))
                    then(0)
                }
            }
        }
        var status: Int32 = 0
        for path in paths {
            do throws(FileError) {
                call.print("\(try call.device.files.read(call.absolute(path)).size) \(path)")
            } catch {
                status = call.complain("\(path): \(error.text)")
            }
        }
        then(status)
    }

    static func lines(_ bytes: [UInt8], separator: Character = "\n") -> [Substring] {
        var lines = String(decoding: bytes, as: UTF8.self).split(
            separator: separator, omittingEmptySubsequences: false)
        if lines.last == "" { lines.removeLast() }
        return lines
    }

    /// `sort [-urnz] [FILE...]`: by bytes, all inputs together.
    private static func sort(_ call: ShellCall, then: @escaping (Int32) -> Void) {
        let (letters, paths) = call.flags
        var all: [Substring] = []
        let separator: Character = letters.contains("z") ? "\0" : "\n"
        eachInput(
            call, paths,
            { status in
                let isNumeric = letters.contains("n")
                let keyed = all.map { line in
                    (line: line, number: isNumeric ? Int64(line.drop { $0 == " " }.prefix { $0.isNumber }) ?? 0 : 0)
                }
                var sorted = keyed.sorted { left, right in
                    if left.number != right.number { return left.number < right.number }
                    return left.line.utf8.lexicographicallyPrecedes(right.line.utf8)
                }
                if letters.contains("r") { sorted.reverse() }
                var lines = LineOutput(call.streams.output)
                var last: Substring?
                for (line, _) in sorted where !letters.contains("u") || line != last {
                    lines.write(String(line), end: String(separator))
                    last = line
                }
                lines.flush()
                then(status)
            }
        ) { _, bytes in
            all += lines(bytes, separator: separator)
            return 0
        }
    }

    /// `uniq [FILE]`: equal neighbours once.
    private static func unique(_ call: ShellCall, then: @escaping (Int32) -> Void) {
        eachInput(call, call.flags.operands, then) { _, bytes in
            var output = LineOutput(call.streams.output)
            var last: Substring?
            for line in lines(bytes) where line != last {
                output.write(String(line))
                last = line
            }
            output.flush()
            return 0
        }
    }

    /// `seq [FIRST [STEP]] LAST`.
    private static func sequence(_ call: ShellCall) -> Int32 {
        let numbers = call.arguments.compactMap { Int($0) }
        guard numbers.count == call.arguments.count, let last = numbers.last else {
            return call.complain("Needs numbers")
        }
        let step = numbers.count == 3 ? numbers[1] : 1
        guard step != 0 else { return call.complain("Needs a step") }
        var output = LineOutput(call.streams.output)
        for number in stride(from: numbers.count > 1 ? numbers[0] : 1, through: last, by: step) {
            output.write(String(number))
        }
        output.flush()
        return 0
    }

    private static func tee(_ call: ShellCall, then: @escaping (Int32) -> Void) {
        let (letters, paths) = call.flags
        let gatherer = ContentGatherer(store: call.device.making.contents)
        call.streams.input.gather(gatherer) { content in
            call.streams.output.write(content.slice)
            var status: Int32 = 0
            for path in paths {
                do throws(FileError) {
                    if let failure = gatherer.failure { throw failure }
                    let absolute = call.absolute(path)
                    let isAppended = letters.contains("a") && call.device.files.exists(absolute)
                    let before = isAppended ? [try call.device.files.read(absolute).slice] : []
                    try call.device.files.write(
                        call.device.making.contents.joined(before + [content.slice]), to: absolute,
                        at: call.device.seconds)
                } catch {
                    status = call.complain("\(path): \(error.text)")
                }
            }
            then(status)
        }
    }
}
