/// What the shell does itself.
enum ShellBuiltins {
    static let commands: [String: ShellCommand] = [
        "true": .quick { _ in 0 },
        ":": .quick { _ in 0 },
        "false": .quick { _ in 1 },
        "exit": .quick { call in
            let status = call.arguments.first.flatMap { Int32($0) } ?? call.process.lastStatus
            call.process.exit(status & 0xff)
            return status & 0xff
        },
        "cd": .quick(changeFolder),
        "pwd": .quick { call in
            call.print(call.process.folder)
            return 0
        },
        "export": .quick(assign),
        "unset": .quick { call in
            for name in call.arguments { call.process.variables[name] = nil }
            return 0
        },
        "set": .quick { call in
            if call.arguments.first == "--" { call.process.parameters = Array(call.arguments.dropFirst()) }
            return 0
        },
        "shift": .quick { call in
            let count = call.arguments.first.flatMap { Int($0) } ?? 1
            guard (0...call.process.parameters.count).contains(count) else { return 1 }
            call.process.parameters.removeFirst(count)
            return 0
        },
        "break": .quick { call in
            call.process.jump = .leaveLoop
            return 0
        },
        "continue": .quick { call in
            call.process.jump = .nextRound
            return 0
        },
        "return": .quick { call in
            let status = call.arguments.first.flatMap { Int32($0) } ?? call.process.lastStatus
            call.process.jump = .leaveFunction(status & 0xff)
            return status & 0xff
        },
        "read": .slow(readLine),
        "local": .quick(assign), "readonly": .quick(assign), "typeset": .quick(assign), "umask": .quick { _ in 0 },
        "test": .quick { ConditionTest.run($0, $0.arguments) },
        "[": .quick { call in
            guard call.arguments.last == "]" else { return call.complain("missing ]", status: 2) }
            return ConditionTest.run(call, call.arguments.dropLast())
        },
        "sleep": .slow(sleep),
        "sh": .slow(shell),
        "nohup": .slow(rest), "setsid": .slow(rest),
        "command": .slow { call, then in
            guard call.arguments.first == "-v" else { return rest(call, then: then) }
            let names = call.arguments.dropFirst()
            for name in names where ShellCommand.all[name] != nil && call.device.profile.has(program: name) {
                call.print("/system/bin/\(name)")
                return then(0)
            }
            then(1)
        },
        "toybox": .slow { call, then in
            guard call.arguments.isEmpty else { return rest(call, then: then) }
            call.print(ShellCommand.toybox.filter { call.device.profile.has(program: $0) }.joined(separator: " "))
            then(0)
        },
        "time": .slow(rest), "nice": .slow(rest), "ionice": .slow(rest),
        "timeout": .slow { call, then in
            rest(call.with("timeout", Array(call.arguments.dropFirst())), then: then)
        },
        "which": .quick { call in
            var status: Int32 = 0
            for name in call.arguments {
                if ShellCommand.all[name] != nil, call.device.profile.has(program: name) {
                    call.print("/system/bin/\(name)")
                } else {
                    status = 1
                }
            }
            return status
        },
    ]

    private static func assign(_ call: ShellCall) -> Int32 {
        for word in call.arguments {
            let pair = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            if pair.count == 2 { call.process.variables[pair[0]] = pair[1] }
        }
        return 0
    }

    /// `read [-r] NAME...`: one line, cut at `IFS`; the last name gets the rest.
    private static func readLine(_ call: ShellCall, then: @escaping (Int32) -> Void) {
        let (letters, names) = call.flags
        var line: [UInt8] = []
        call.streams.input.read { bytes, isEnded in
            if let end = bytes.firstIndex(of: UInt8(ascii: "\n")) {
                line.append(contentsOf: bytes[..<end])
                return .done(end + 1) { then(assign(line, names, call, isRaw: letters.contains("r"), status: 0)) }
            }
            line.append(contentsOf: bytes)
            guard isEnded else { return .more(bytes.count) }
            return .done(bytes.count) { then(assign(line, names, call, isRaw: letters.contains("r"), status: 1)) }
        }
    }

    private static func assign(
        _ line: [UInt8], _ names: [String], _ call: ShellCall, isRaw: Bool, status: Int32
    ) -> Int32 {
        var text = String(decoding: line, as: UTF8.self)[...]
        if !isRaw { text = text.replacing("\\", with: "")[...] }
        let separators = call.process.variables["IFS"] ?? " \t\n"
        let isBlank = { (character: Character) in separators.contains(character) && " \t\n".contains(character) }
        text = text.drop(while: isBlank)
        let names = names.isEmpty ? ["REPLY"] : names
        for name in names.dropLast() {
            let end = text.firstIndex { separators.contains($0) } ?? text.endIndex
            call.process.variables[name] = String(text[..<end])
            text = text[end...].drop(while: isBlank)
            if end < text.endIndex, let first = text.first, separators.contains(first) { text.removeFirst() }
            text = text.drop(while: isBlank)
        }
        while let last = text.last, isBlank(last) { text.removeLast() }
        if let name = names.last { call.process.variables[name] = String(text) }
        return status
    }

    private static func changeFolder(_ call: ShellCall) -> Int32 {
        // `-P` and `-L` differ in what `pwd` says behind a link; here it is always the folder itself.
        let word = call.flags.operands.first ?? "/"
        let path = call.absolute(word)
        do throws(FileError) {
            let location = try call.device.files.locate(path)
            guard let entry = location.entry else { throw .noSuchFile }
            guard entry.isFolder else { throw .notDirectory }
            call.process.folder = location.path
            call.process.variables["PWD"] = location.path
            return 0
        } catch {
            call.streams.errors.write("/system/bin/sh: cd: \(word): \(error.text)\n")
            return 2
        }
    }

    private static func sleep(_ call: ShellCall, then: @escaping (Int32) -> Void) {
        guard let word = call.arguments.first,
            let seconds = Double(word.hasSuffix("s") ? String(word.dropLast()) : word)
        else { return then(call.complain("not a number '\(call.arguments.first ?? "")'")) }
        call.process.after(.seconds(max(0, seconds))) { then(0) }
    }

    /// `sh -c LINE` and `sh FILE`.
    private static func shell(_ call: ShellCall, then: @escaping (Int32) -> Void) {
        var words = call.arguments[...]
        while let flag = words.first, flag.hasPrefix("-"), flag != "-c" { words.removeFirst() }
        if words.first != "-c", let path = words.first {
            guard let content = try? call.device.files.read(call.absolute(path)) else {
                return then(call.complain("\(path): No such file or directory", status: 127))
            }
            return call.process.runScript(
                content, Array(words), ["/system/bin/sh"] + words, call.streams, then: then)
        }
        let child = call.process.child(ended: then)
        child.parameters = Array(words.dropFirst(3))
        child.ownName = words.dropFirst(2).first ?? child.ownName
        guard words.first == "-c" else { return call.streams.input.readAll { child.start(line: $0, call.streams) } }
        child.start(line: Array((words.dropFirst().first ?? "").utf8), call.streams)
    }

    /// Programs that only run another one.
    private static func rest(_ call: ShellCall, then: @escaping (Int32) -> Void) {
        guard let name = call.arguments.first else { return then(0) }
        call.process.call(name, Array(call.arguments.dropFirst()), call.streams, then: then)
    }
}
