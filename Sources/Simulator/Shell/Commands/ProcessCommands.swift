/// Processes: who there is, signals, jobs, and programs that take the place of others.
enum ProcessCommands {
    static let commands: [String: ShellCommand] = [
        "ps": .quick(processes), "pidof": .quick(processNumber), "kill": .quick(end), "trap": .quick(trap),
        "wait": .slow { call, then in
            call.process.jobs.wait(for: call.arguments.first.flatMap { Int($0) }, then: then)
        },
        "exec": .slow { call, then in
            guard let name = call.arguments.first else { return then(0) }
            call.process.exec(name, Array(call.arguments.dropFirst()), call.streams, then: then)
        },
    ]

    /// `kill [-SIGNAL] PID...`; apps take signals without an effect, and of a group its leader gets them.
    private static func end(_ call: ShellCall) -> Int32 {
        var words = call.arguments[...]
        var signal = PhoneSignal.terminate
        if let word = words.first, word.hasPrefix("-"), word != "--" {
            words.removeFirst()
            let name = word == "-s" ? words.popFirst() ?? "" : String(word.dropFirst())
            guard let number = PhoneSignal.number(name) else {
                call.streams.errors.write("/system/bin/sh: kill: bad signal '\(name)'\n")
                return 1
            }
            signal = number
        }
        if words.first == "--" { words.removeFirst() }
        var status: Int32 = 0
        for word in words {
            guard let pid = Int(word) else {
                call.streams.errors.write("/system/bin/sh: kill: \(word): arguments must be jobs or process IDs\n")
                status = 1
                continue
            }
            let isApp = call.device.packages.all.contains { $0.isRunning && Int($0.uid) == pid }
            guard !isApp, !call.device.signal(abs(pid), signal) else { continue }
            call.streams.errors.write("/system/bin/sh: kill: \(word): No such process\n")
            status = 1
        }
        return status
    }

    /// `trap SCRIPT SIGNAL...`; `-` and a signal alone bring back what the signal always does.
    private static func trap(_ call: ShellCall) -> Int32 {
        var words = call.arguments[...]
        if words.first == "--" { words.removeFirst() }
        guard let first = words.first else { return 0 }
        let isReset = first == "-" || (words.count == 1 && PhoneSignal.number(first) != nil)
        let names = words.count == 1 ? words : words.dropFirst()
        let signals = names.compactMap { PhoneSignal.number($0) }
        guard signals.count == names.count else {
            call.streams.errors.write("/system/bin/sh: trap: bad signal '\(names.joined(separator: " "))'\n")
            return 1
        }
        guard !isReset else {
            call.process.setTrap(nil, for: signals)
            return 0
        }
        do throws(ShellSyntaxError) {
            let script = try ShellParser.script(Array(first.utf8))
            call.process.setTrap(first.isEmpty ? .ignored : .script(script), for: signals)
            return 0
        } catch {
            call.streams.errors.write("/system/bin/sh: \(error.text)\n")
            return 1
        }
    }

    private static func processes(_ call: ShellCall) -> Int32 {
        call.print("USER           PID  PPID     VSZ    RSS WCHAN            ADDR S NAME")
        call.print("root             1     0   10000   1000 0                   0 S init")
        for package in call.device.packages.all where package.isRunning {
            let pid = String(package.uid).leftPadded(to: 8)
            call.print(
                "\(UserNames.name(package.uid).padded(to: 9))\(pid)     1  100000  10000 0                   0 S \(package.name)"
            )
        }
        return 0
    }

    /// An app's process has its user's number, which is as good as any other.
    private static func processNumber(_ call: ShellCall) -> Int32 {
        guard let name = call.arguments.first, let package = call.device.packages[name], package.isRunning else {
            return 1
        }
        call.print(String(package.uid))
        return 0
    }
}
