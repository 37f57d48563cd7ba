extension ShellProcess {
    /// What a script does about a signal.
    enum Trap {
        case ignored
        case script(ShellScript)
    }

    /// Takes a signal: a trap of the script has its turn when the command that runs is done, and `wait` ends at once.
    func receive(_ signal: Int32) {
        guard !isStopped else { return }
        if let replacement { return replacement.receive(signal) }
        if signal != PhoneSignal.kill, let trap = traps[signal] {
            guard case .script = trap else { return }
            pending.append(signal)
            return jobs.interrupt(128 + signal)
        }
        guard !PhoneSignal.harmless.contains(signal) else { return }
        die(128 + signal)
    }

    /// The script of a trap whose turn it is.
    func dueTrap() -> ShellScript? {
        guard !pending.isEmpty, case .script(let script)? = traps[pending.removeFirst()] else { return nil }
        return script
    }

    /// Sets what a script does about signals; nil has them do what they always do.
    func setTrap(_ trap: Trap?, for signals: [Int32]) {
        for signal in signals { traps[signal] = trap }
    }

    // MARK: Programs

    /// Runs a file by its path, as kernel and shell do between them: scripts of the shell, and nothing else.
    ///
    /// - Returns: Whether there is such a file, and it may be run.
    func runFile(
        _ name: String, _ arguments: [String], _ streams: ShellStreams, then: @escaping Continuation
    ) -> Bool {
        guard name.contains("/"), let entry = try? device.files.entry(absolute(name)), let content = entry.content,
            entry.permissions & 0o111 != 0
        else { return false }
        var head: [UInt8] = []
        content.append(0..<min(content.size, 128), to: &head)
        if head.starts(with: [0x7f, 0x45, 0x4c, 0x46]) {
            // Whatever it was built for: nobody here has its processor.
            let bits = head.count > 4 && head[4] == 1 ? "32" : "64"
            streams.errors.write("/system/bin/sh: \(name): not executable: \(bits)-bit ELF file\n")
            then(126)
            return true
        }
        if head.starts(with: Array("#!".utf8)) {
            let line = String(decoding: head.dropFirst(2).prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
            let program = line.split(separator: " ").first.map(String.init) ?? ""
            guard ["/system/bin/sh", "/bin/sh"].contains(program) else {
                let words = device.profile.sdk >= 29 ? "inaccessible or not found" : "not found"
                streams.errors.write("/system/bin/sh: \(name): \(words)\n")
                then(127)
                return true
            }
        }
        runScript(content, [name] + arguments, ["/system/bin/sh", name] + arguments, streams, then: then)
        return true
    }

    /// Runs a script as a process of its own, or in place of this shell after `exec`.
    ///
    /// - Parameters:
    ///   - parameters: `$0` and those behind it.
    ///   - words: What `/proc` shows as its command line.
    func runScript(
        _ content: FileContent, _ parameters: [String], _ words: [String], _ streams: ShellStreams,
        then: @escaping Continuation
    ) {
        let replaces = isReplacing
        isReplacing = false
        let number = replaces ? pid : device.makePID()
        let program = child(pid: number) { [self] status in
            if replaces { replacement = nil } else { device.forget(number) }
            then(status)
        }
        program.scriptPID = number
        program.ownName = parameters.first ?? program.ownName
        program.parameters = Array(parameters.dropFirst())
        if replaces {
            replacement = program
            device.replace(number, words, variables)
        } else {
            device.begin(number, words, variables) { program.receive($0) }
            program.onStop { [device] in device.forget(number) }
        }
        program.start(line: content.array, streams)
    }

    /// `exec`: a program goes on in place of the shell, which ends with it.
    func exec(_ name: String, _ arguments: [String], _ streams: ShellStreams, then: @escaping Continuation) {
        isReplacing = true
        call(name, arguments, streams) { [self] status in
            isReplacing = false
            jump = .leaveShell
            then(status)
        }
    }
}
