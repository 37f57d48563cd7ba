/// Programs that cut bytes out of files and input: `head`, `tail`, `split`, `truncate`.
enum PartCommands {
    static let commands: [String: ShellCommand] = [
        "head": .slow { call, then in ends(call, then, isHead: true) },
        "tail": .slow { call, then in ends(call, then, isHead: false) },
        "split": .slow(split), "truncate": .quick(truncate),
    ]

    private enum Wanted {
        case lines(Int, fromStart: Bool)
        case bytes(UInt64, fromStart: Bool)
    }

    private static func ends(_ call: ShellCall, _ then: @escaping (Int32) -> Void, isHead: Bool) {
        var wanted = Wanted.lines(10, fromStart: false)
        var paths: [String] = []
        var words = call.arguments[...]
        while let word = words.popFirst() {
            guard word.hasPrefix("-"), word.count > 1, let letter = word.dropFirst().first else {
                paths.append(word)
                continue
            }
            if let number = Int(word.dropFirst()) {
                wanted = .lines(number, fromStart: false)
                continue
            }
            let value = (word.count > 2 ? String(word.dropFirst(2)) : words.popFirst() ?? "")[...]
            let fromStart = value.hasPrefix("+")
            let digits = value.drop { "+-".contains($0) }
            switch letter {
            case "n":
                guard let number = Int(digits) else { return then(call.complain("not a number '\(value)'")) }
                wanted = .lines(number, fromStart: fromStart)
            case "c" where !call.device.profile.missing.contains(.headBytes):
                guard let number = SizeWord.parse(digits) else {
                    return then(call.complain("not a number '\(value)'"))
                }
                wanted = .bytes(number, fromStart: fromStart)
            case "q", "v": if word.count == 2, !value.isEmpty { words = [String(value)] + words }
            default: return then(call.complain("Unknown option '\(letter)'"))
            }
        }
        switch wanted {
        case .lines(let count, let fromStart):
            TextCommands.eachInput(call, paths, then) { _, bytes in
                let all = TextCommands.lines(bytes)
                let kept =
                    isHead ? all.prefix(count) : fromStart ? all.dropFirst(max(0, count - 1)) : all.suffix(count)
                var output = LineOutput(call.streams.output)
                for line in kept { output.write(String(line)) }
                output.flush()
                return 0
            }
        case .bytes(let count, let fromStart):
            bytes(call, paths, then, limit: isHead ? count : .max) { whole in
                if isHead { return whole.prefix(count) }
                return whole.dropFirst(fromStart ? max(count, 1) - 1 : whole.count - min(count, whole.count))
            }
        }
    }

    /// Gives a part of each file, or of the input, of which no more than `limit` bytes are read.
    private static func bytes(
        _ call: ShellCall, _ paths: [String], _ then: @escaping (Int32) -> Void, limit: UInt64,
        _ part: @escaping (ContentSlice) -> ContentSlice
    ) {
        guard !paths.isEmpty, paths != ["-"] else {
            let gatherer = ContentGatherer(store: call.device.making.contents)
            return call.streams.input.gather(gatherer, limit: limit) { content in
                // It reads whole blocks, so what lies behind in the pipe is lost to who reads next.
                if limit < .max { call.streams.input.drop(Int(clamping: (4096 - limit % 4096) % 4096)) }
                call.streams.output.write(part(content.slice))
                then(0)
            }
        }
        var status: Int32 = 0
        for path in paths {
            do throws(FileError) {
                let isZeros = path == "/dev/zero" && limit < .max
                let whole = isZeros ? FileContent.zeros(limit) : try call.device.files.read(call.absolute(path))
                call.streams.output.write(part(whole.slice))
            } catch {
                status = call.complain("\(path): \(error.text)")
            }
        }
        then(status)
    }

    /// `split -b SIZE [-a LENGTH] [FILE [PREFIX]]`.
    private static func split(_ call: ShellCall, then: @escaping (Int32) -> Void) {
        var size: UInt64 = 0
        var length = 2
        var operands: [String] = []
        var words = call.arguments[...]
        while let word = words.popFirst() {
            if word.hasPrefix("-b") {
                size = SizeWord.parse(word.count > 2 ? String(word.dropFirst(2)) : words.popFirst() ?? "") ?? 0
            } else if word.hasPrefix("-a") {
                length = Int(word.count > 2 ? String(word.dropFirst(2)) : words.popFirst() ?? "") ?? 2
            } else {
                operands.append(word)
            }
        }
        guard size > 0, (1...8).contains(length) else { return then(call.complain("Needs -b SIZE")) }
        let prefix = operands.count > 1 ? operands[1] : "x"
        func write(_ content: FileContent) -> Int32 {
            var rest = content.slice
            var number = 0
            while rest.count > 0 {
                guard let suffix = suffix(number, length) else { return call.complain("bad suffix length") }
                do throws(FileError) {
                    try call.device.files.write(
                        call.device.making.contents.joined([rest.prefix(size)]), to: call.absolute(prefix + suffix),
                        at: call.device.seconds)
                } catch { return call.complain("\(prefix)\(suffix): \(error.text)") }
                rest = rest.dropFirst(size)
                number += 1
            }
            return 0
        }
        guard let path = operands.first, path != "-" else {
            let gatherer = ContentGatherer(store: call.device.making.contents)
            return call.streams.input.gather(gatherer) { then(write($0)) }
        }
        do throws(FileError) {
            then(write(try call.device.files.read(call.absolute(path))))
        } catch { then(call.complain("\(path): \(error.text)")) }
    }

    /// `aa`, `ab` and so on; nil when the letters do not do.
    private static func suffix(_ number: Int, _ length: Int) -> String? {
        var rest = number
        var letters: [UInt8] = []
        for _ in 0..<length {
            letters.insert(UInt8(ascii: "a") + UInt8(rest % 26), at: 0)
            rest /= 26
        }
        return rest == 0 ? String(decoding: letters, as: UTF8.self) : nil
    }

    /// `truncate [-c] -s [+-]SIZE FILE...`.
    private static func truncate(_ call: ShellCall) -> Int32 {
        var wanted: String?
        var mustExist = false
        var paths: [String] = []
        var words = call.arguments[...]
        while let word = words.popFirst() {
            if word == "-c" {
                mustExist = true
            } else if word.hasPrefix("-s") {
                wanted = word.count > 2 ? String(word.dropFirst(2)) : words.popFirst()
            } else {
                paths.append(word)
            }
        }
        guard let wanted, let size = SizeWord.parse(wanted.drop { "+-".contains($0) }), !paths.isEmpty else {
            return call.complain("Needs -s SIZE FILE")
        }
        var status: Int32 = 0
        let store = call.device.making.contents
        for path in paths {
            let absolute = call.absolute(path)
            do throws(FileError) {
                let isThere = call.device.files.exists(absolute)
                if !isThere, mustExist { continue }
                let old = isThere ? try call.device.files.read(absolute) : FileContent.bytes([])
                let goal =
                    wanted.hasPrefix("+")
                    ? old.size + size : wanted.hasPrefix("-") ? old.size - min(size, old.size) : size
                let tail = FileContent.zeros(goal - min(goal, old.size))
                let whole = old.size == 0 ? tail : store.joined([old.slice.prefix(goal), tail.slice])
                try call.device.files.write(whole, to: absolute, at: call.device.seconds)
            } catch {
                status = call.complain("'\(path)': \(error.text)")
            }
        }
        return status
    }
}
