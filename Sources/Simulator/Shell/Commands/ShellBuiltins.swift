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
        "export": .quick { call in
            for word in call.arguments {
                let pair = word.split(separator: "=", maxSplits: 1).map(String.init)
                if pair.count == 2 { call.process.variables[pair[0]] = pair[1] }
            }
            return 0
        },
        "unset": .quick { call in
            for name in call.arguments { call.process.variables[name] = nil }
            return 0
        },
        "set": .quick { _ in 0 },
        "trap": .quick { _ in 0 },
        "wait": .quick { _ in 0 },
        "test": .quick { ConditionTest.run($0, $0.arguments) },
        "[": .quick { call in
            guard call.arguments.last == "]" else { return call.complain("missing ]", status: 2) }
            return ConditionTest.run(call, call.arguments.dropLast())
        },
        "sleep": .slow(sleep),
        "sh": .slow(shell),
        "exec": .slow(rest), "nohup": .slow(rest), "command": .slow(rest), "setsid": .slow(rest),
        "which": .quick { call in
            var status: Int32 = 0
            for name in call.arguments {
                if ShellCommand.all[name] != nil { call.print("/system/bin/\(name)") } else { status = 1 }
            }
            return status
        },
    ]

    private static func changeFolder(_ call: ShellCall) -> Int32 {
        let path = call.absolute(call.arguments.first ?? "/")
        do throws(FileError) {
            let location = try call.device.files.locate(path)
            guard let entry = location.entry else { throw .noSuchFile }
            guard entry.isFolder else { throw .notDirectory }
            call.process.folder = location.path
            call.process.variables["PWD"] = location.path
            return 0
        } catch {
            call.streams.errors.write("/system/bin/sh: cd: \(path): \(error.text)\n")
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
        let line: [UInt8]
        if words.first == "-c" {
            line = Array((words.dropFirst().first ?? "").utf8)
        } else if let path = words.first {
            guard let content = try? call.device.files.read(call.absolute(path)) else {
                return then(call.complain("\(path): No such file or directory", status: 127))
            }
            line = content.withBytes { Array($0) }
        } else {
            return call.streams.input.readAll { call.process.child(ended: then).start(line: $0, call.streams) }
        }
        call.process.child(ended: then).start(line: line, call.streams)
    }

    /// Programs that only run another one.
    private static func rest(_ call: ShellCall, then: @escaping (Int32) -> Void) {
        guard let name = call.arguments.first else { return then(0) }
        call.process.call(name, Array(call.arguments.dropFirst()), call.streams, then: then)
    }
}
