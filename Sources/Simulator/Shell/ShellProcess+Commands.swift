extension ShellProcess {
    /// Streams with redirections applied, and what to do when the command has ended.
    struct Opened {
        var streams: ShellStreams
        var closers: [() -> Bool] = []

        /// Ends the files that were written; the status becomes a bad one when one of them could not be.
        func close(_ status: Int32 = 0) -> Int32 {
            var isWhole = true
            for closer in closers where !closer() { isWhole = false }
            return status == 0 && !isWhole ? 1 : status
        }
    }

    // MARK: One command

    func runSimple(_ command: SimpleCommand, _ streams: ShellStreams, then: @escaping Continuation) {
        let words = fields(command.words, streams)
        if exitRequested { return }
        let before = command.assignments.map { ($0.name, variables[$0.name]) }
        for assignment in command.assignments { variables[assignment.name] = text(assignment.value, streams) }
        guard let name = words.first else {
            guard let opened = open(command.redirections, streams) else { return then(remember(1)) }
            _ = opened.close()
            // An assignment from `$(...)` has that command's status.
            return then(command.assignments.isEmpty ? remember(0) : lastStatus)
        }
        guard !command.redirections.isEmpty else {
            return call(name, Array(words.dropFirst()), streams) { [self] status in
                putBack(before)
                then(remember(status))
            }
        }
        guard let opened = open(command.redirections, streams) else { return then(remember(1)) }
        call(name, Array(words.dropFirst()), opened.streams) { [self] status in
            putBack(before)
            then(remember(opened.close(status)))
        }
    }

    /// Assignments in front of a command hold for that command alone.
    private func putBack(_ values: [(String, String?)]) {
        for (name, value) in values { variables[name] = value }
    }

    /// Runs a function of the script; its parameters are the words behind its name.
    private func callFunction(
        _ body: ShellScript, _ arguments: [String], _ streams: ShellStreams, then: @escaping Continuation
    ) {
        let before = parameters
        parameters = arguments
        let next = Next { [self] status in
            parameters = before
            var status = status
            if case .leaveFunction(let asked) = jump {
                jump = nil
                status = asked
            }
            then(status)
        }
        run(body, streams, then: next)
    }

    /// Runs a command that has its words already, as `abb` does without any shell.
    func call(_ name: String, _ arguments: [String], _ streams: ShellStreams, then: @escaping Continuation) {
        if let body = functions[name] { return callFunction(body, arguments, streams, then: then) }
        var program = name
        for folder in ["/system/bin/", "/bin/"] where name.hasPrefix(folder) {
            program = String(name.dropFirst(folder.count))
        }
        guard let command = ShellCommand.all[program], device.profile.has(program: program) else {
            if runFile(name, arguments, streams, then: then) { return }
            return notFound(name, streams, then: then)
        }
        if let change = ChangeRules.change(program, arguments), !device.allows(change) {
            streams.errors.write("\(program): refused: this phone is read-only\n")
            return then(1)
        }
        let call = ShellCall(name: program, arguments: arguments, streams: streams, process: self)
        switch command {
        case .quick(let body):
            let status = body(call)
            // `exit` has ended the script; nothing of it goes on.
            if exitRequested { return }
            then(status)
        case .slow(let body): body(call, then)
        }
    }

    private func notFound(_ name: String, _ streams: ShellStreams, then: @escaping Continuation) {
        if name.contains("/"), let entry = try? device.files.entry(absolute(name)) {
            streams.errors.write(
                "/system/bin/sh: \(name): can't execute: \(entry.isFolder ? "Is a directory" : "Permission denied")\n")
            return then(126)
        }
        let words = device.profile.sdk >= 29 ? "inaccessible or not found" : "not found"
        streams.errors.write("/system/bin/sh: \(name): \(words)\n")
        then(127)
    }

    // MARK: Redirections

    /// Applies redirections; nil when one cannot be opened, which has been told on the error stream then.
    func open(_ redirections: [Redirection], _ streams: ShellStreams) -> Opened? {
        var opened = Opened(streams: streams)
        for redirection in redirections {
            let goal = text(redirection.goal, streams)
            do throws(FileError) {
                try apply(redirection, goal, &opened)
            } catch {
                let action = redirection.kind == .input ? "open" : "create"
                streams.errors.write("/system/bin/sh: can't \(action) \(goal): \(error.text)\n")
                return nil
            }
        }
        return opened
    }

    private func apply(_ redirection: Redirection, _ goal: String, _ opened: inout Opened) throws(FileError) {
        switch redirection.kind {
        case .input:
            let content = try device.files.read(absolute(goal))
            opened.streams.input = ShellInput(content)
        case .document: opened.streams.input = ShellInput(Array(goal.utf8))
        case .duplicate:
            let source = goal == "2" ? opened.streams.errors : opened.streams.output
            set(redirection.descriptor, source, &opened)
        case .output, .append:
            let path = absolute(goal)
            guard path != "/dev/null" else { return set(redirection.descriptor, .nowhere(), &opened) }
            set(redirection.descriptor, try openFile(path, appends: redirection.kind == .append, &opened), &opened)
        }
    }

    private func set(_ descriptor: Int, _ output: ShellOutput, _ opened: inout Opened) {
        if descriptor == 2 { opened.streams.errors = output } else { opened.streams.output = output }
    }

    /// The file is made at once, as a shell does, and written when the command ends.
    private func openFile(_ path: String, appends: Bool, _ opened: inout Opened) throws(FileError) -> ShellOutput {
        let gatherer = ContentGatherer(store: device.making.contents)
        if appends, device.files.exists(path) {
            gatherer.append(try device.files.read(path).slice)
        } else {
            try device.files.write(.bytes([]), to: path, at: device.seconds)
        }
        let errors = opened.streams.errors
        let number = nextOpenFile()
        device.openFiles[number] = { [device] in
            guard let content = gatherer.news() else { return }
            // Whether it could be written is told when the command ends.
            try? device.files.write(content, to: path, at: device.seconds)
        }
        opened.closers.append { [self] in
            device.openFiles[number] = nil
            let content = gatherer.finish()
            do throws(FileError) {
                if let failure = gatherer.failure { throw failure }
                try device.files.write(content, to: path, at: device.seconds)
                return true
            } catch {
                errors.write("\(RemotePath.last(path)): \(error.text)\n")
                return false
            }
        }
        return ShellOutput(shared: { gatherer.append($0) }) { bytes in bytes.withUnsafeBytes { gatherer.append($0) } }
    }

    private func nextOpenFile() -> Int { (device.openFiles.keys.max() ?? 0) + 1 }

    /// Bytes that a command made, stored once for all phones.
    func store(_ bytes: [UInt8]) throws(FileError) -> FileContent {
        let writer = ContentWriter(store: device.making.contents, mustKeep: true)
        var failure: FileError?
        bytes.withUnsafeBytes { buffer in
            do throws(FileError) { try writer.append(buffer) } catch { failure = error }
        }
        if let failure { throw failure }
        return try writer.finish()
    }
}
