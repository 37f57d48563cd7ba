extension ShellProcess {
    /// A job whose output still is the process's own keeps the stream to the host open, as on real phones.
    func startInBackground(_ script: ShellScript, _ streams: ShellStreams) {
        let holdsOutput = !Self.redirectsEverything(script)
        if holdsOutput { backgroundJobs += 1 }
        let number = device.makePID()
        let job = child(pid: number) { [self] status in
            device.forget(number)
            jobs.end(number, status)
            if holdsOutput { backgroundJobs -= 1 }
            endIfDone()
        }
        jobs.begin(number)
        device.begin(number, Self.words(of: script), variables) { job.receive($0) }
        job.onStop { [device] in device.forget(number) }
        // A single command takes the place of the shell that was made for it.
        if case .simple = script { job.isReplacing = true }
        // The shell that was made for it is the subshell.
        var script = script
        if case .group(let body, isSubshell: true, let redirections) = script {
            script = .group(body, isSubshell: false, redirections)
        }
        job.start(script, ShellStreams(input: ShellInput([]), output: streams.output, errors: streams.errors))
    }

    /// What `/proc` shows of a job.
    private static func words(of script: ShellScript) -> [String] {
        guard case .simple(let command) = script else { return ["/system/bin/sh"] }
        let words = command.words.compactMap(\.bare)
        return words.isEmpty ? ["/system/bin/sh"] : words
    }

    private static func redirectsEverything(_ script: ShellScript) -> Bool {
        let redirections: [Redirection]
        switch script {
        case .simple(let command): redirections = command.redirections
        case .group(_, _, let those): redirections = those
        default: return false
        }
        let outputs = Set(redirections.filter { $0.kind != .input }.map(\.descriptor))
        return outputs.contains(1) && outputs.contains(2)
    }
}
