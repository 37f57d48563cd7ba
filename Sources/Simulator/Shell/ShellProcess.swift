/// A shell that runs one script on a phone; confined to the phone's lane.
///
/// Commands that wait (`sleep`, `logcat`, reading what the host sends) do so by continuing later: nothing blocks and no
/// thread or task is held.
final class ShellProcess {
    typealias Continuation = (Int32) -> Void

    /// What comes after a part of a script.
    ///
    /// An object and no closure: functions that call each other with closures of their own are copied by the optimiser
    /// for every closure, without end.
    final class Next {
        let go: Continuation

        init(_ go: @escaping Continuation) { self.go = go }
    }

    /// Why the script goes on elsewhere than behind the command that has just ended.
    enum Jump: Equatable {
        case leaveLoop
        case nextRound
        case leaveFunction(Int32)
        case leaveShell
    }

    let device: SimulatedDevice
    let pid: Int
    /// `$$`: in parts of a script its own number.
    var scriptPID: Int
    var variables: [String: String]
    var functions: [String: ShellScript] = [:]
    /// `$1` and so on.
    var parameters: [String] = []
    /// `$0`.
    var ownName = "/system/bin/sh"
    /// Set by `break`, `continue` and `return` until the loop or function that it means takes it, and by `exec`.
    var jump: Jump?
    /// What the script does about signals.
    var traps: [Int32: Trap] = [:]
    /// Signals whose traps have not had their turn.
    var pending: [Int32] = []
    /// What it has started in the background.
    let jobs = ShellJobs()
    /// The program that has taken the place of this shell.
    var replacement: ShellProcess?
    /// Whether the next script takes the place of this shell.
    var isReplacing = false
    /// Whether somebody waits for all of the output before anything else, so that no round may be put off.
    var isSubstitution = false
    var lastStatus: Int32 = 0
    var folder: String

    private let ended: Continuation
    private var exitStatus: Int32?
    /// Whether `exit` was called, so that nothing of the script goes on.
    var exitRequested: Bool { exitStatus != nil }
    private var hasEnded = false
    private(set) var isStopped = false
    /// What still runs and holds the output.
    var backgroundJobs = 0
    private var stopActions: [Int: () -> Void] = [:]
    private var nextAction = 0
    private var ownStreams: ShellStreams?

    /// - Parameter ended: Called once with the exit status when the script and all that holds its output are done.
    init(_ device: SimulatedDevice, ended: @escaping Continuation) {
        self.device = device
        self.ended = ended
        pid = device.makePID()
        scriptPID = pid
        folder = "/"
        variables = [
            "HOME": "/", "USER": "shell", "LOGNAME": "shell", "SHELL": "/bin/sh", "TMPDIR": "/data/local/tmp",
            "HOSTNAME": device.making.model.device, "PATH": "/system/bin", "EXTERNAL_STORAGE": "/sdcard",
            "ANDROID_SERIAL": device.making.serial, "PWD": "/",
        ]
    }

    private init(childOf parent: ShellProcess, pid: Int?, ended: @escaping Continuation) {
        device = parent.device
        self.ended = ended
        self.pid = pid ?? parent.pid
        scriptPID = parent.scriptPID
        variables = parent.variables
        functions = parent.functions
        parameters = parent.parameters
        ownName = parent.ownName
        isSubstitution = parent.isSubstitution
        folder = parent.folder
        lastStatus = parent.lastStatus
    }

    /// A copy of this shell, for subshells and parts of pipelines.
    ///
    /// - Parameter pid: Its number, when it is a process of its own.
    func child(pid: Int? = nil, ended: @escaping Continuation) -> ShellProcess {
        let child = ShellProcess(childOf: self, pid: pid, ended: ended)
        onStop { [weak child] in child?.stop() }
        return child
    }

    func absolute(_ path: String) -> String { RemotePath.absolute(path, in: folder) }

    // MARK: Life

    /// Reads and runs a script.
    func start(line: [UInt8], _ streams: ShellStreams) {
        let script: ShellScript
        do throws(ShellSyntaxError) {
            script = try ShellParser.script(line)
        } catch {
            streams.errors.write("/system/bin/sh: \(error.text)\n")
            return exit(1)
        }
        start(script, streams)
    }

    func start(_ script: ShellScript, _ streams: ShellStreams) {
        // A reader holds its command, and the command its input: whoever stops the process must part them.
        onStop { [weak input = streams.input] in input?.stopReading() }
        ownStreams = streams
        let end = Next { [self] status in
            // A signal that came during the last command.
            guard let trap = dueTrap() else { return exit(status) }
            run(trap, streams, then: Next { [self] _ in exit(status) })
        }
        run(script, streams, then: end)
    }

    /// Ends the script; background jobs that hold the output, and what is left to do at its end, keep the process.
    func exit(_ status: Int32) {
        guard exitStatus == nil else { return }
        exitStatus = status
        if case .script(let last)? = traps[PhoneSignal.exit], let streams = ownStreams {
            backgroundJobs += 1
            let child = child { [self] _ in
                backgroundJobs -= 1
                endIfDone()
            }
            child.start(last, streams)
        }
        endIfDone()
    }

    /// Ends everything now, as a signal does, and tells with which status.
    func die(_ status: Int32) {
        guard !hasEnded else { return }
        stop()
        ended(status)
    }

    /// Ends everything now, as a hang-up does; nobody is told.
    func stop() {
        guard !isStopped else { return }
        isStopped = true
        hasEnded = true
        jobs.stop()
        replacement = nil
        let actions = stopActions.values
        stopActions = [:]
        for action in actions { action() }
    }

    /// Has something undone when the process is stopped; the number takes it back.
    @discardableResult
    func onStop(_ action: @escaping () -> Void) -> Int {
        nextAction += 1
        stopActions[nextAction] = action
        return nextAction
    }

    func forgetStop(_ number: Int) { stopActions[number] = nil }

    /// Goes on after a time, unless stopped before.
    func after(_ duration: Duration, _ body: @escaping () -> Void) {
        device.flushFiles()
        var action = 0
        let timer = device.timers.after(duration) { [self] in
            forgetStop(action)
            body()
        }
        action = onStop { [device] in device.timers.cancel(timer) }
    }

    func endIfDone() {
        guard let exitStatus, backgroundJobs == 0, !hasEnded else { return }
        hasEnded = true
        ended(exitStatus)
    }

    // MARK: Running

    func run(_ script: ShellScript, _ streams: ShellStreams, then: Next) {
        guard !isStopped, exitStatus == nil else { return }
        if jump != nil { return then.go(lastStatus) }
        if let trap = dueTrap() {
            let status = lastStatus
            return run(
                trap, streams,
                then: Next { [self] _ in
                    lastStatus = status
                    run(script, streams, then: then)
                })
        }
        switch script {
        case .simple(let command): runSimple(command, streams, then: then.go)
        case .pipeline(let parts): runPipeline(parts, streams, then: then)
        case .not(let inner): run(inner, streams, then: Next { [self] in then.go(remember($0 == 0 ? 1 : 0)) })
        case .and(let left, let right):
            run(left, streams, then: Next { [self] in $0 == 0 ? run(right, streams, then: then) : then.go($0) })
        case .or(let left, let right):
            run(left, streams, then: Next { [self] in $0 != 0 ? run(right, streams, then: then) : then.go($0) })
        case .sequence(let items): runSequence(items, streams, then: then)
        case .group(let body, let isSubshell, let redirections):
            runGroup(body, isSubshell, redirections, streams, then: then)
        case .choice(let condition, let yes, let no):
            let next = Next { [self] status in
                guard let branch = status == 0 ? yes : no else { return then.go(remember(0)) }
                run(branch, streams, then: then)
            }
            run(condition, streams, then: next)
        case .each(let name, let words, let body):
            runEach(name, fields(words, streams), body, streams, then: then)
        case .loop(let condition, let until, let body): runLoop(condition, until, body, streams, then: then)
        case .selection(let word, let branches): runSelection(text(word, streams), branches, streams, then: then)
        case .function(let name, let body):
            functions[name] = body
            then.go(remember(0))
        }
    }

    func remember(_ status: Int32) -> Int32 {
        lastStatus = status
        return status
    }

    private func runSequence(_ items: [ShellScript.Item], _ streams: ShellStreams, then: Next) {
        var index = 0
        var status: Int32 = 0
        let rounds = Rounds { [self] rounds in
            guard index < items.count, jump == nil else { return then.go(status) }
            let item = items[index]
            index += 1
            if item.isBackground {
                startInBackground(item.script, streams)
                status = remember(0)
                return rounds.next()
            }
            let next = Next { one in
                status = one
                rounds.next()
            }
            run(item.script, streams, then: next)
        }
        rounds.next()
    }

    private func runGroup(
        _ body: ShellScript, _ isSubshell: Bool, _ redirections: [Redirection], _ streams: ShellStreams,
        then: Next
    ) {
        guard let opened = open(redirections, streams) else { return then.go(remember(1)) }
        let finish: Continuation = { [self] status in
            then.go(remember(opened.close(status)))
        }
        guard isSubshell else { return run(body, opened.streams, then: Next(finish)) }
        child(ended: finish).start(body, opened.streams)
    }

    /// Each part is a shell of its own; bytes pass from one to the next as they come, and the last one ends them all.
    private func runPipeline(_ parts: [ShellScript], _ streams: ShellStreams, then: Next) {
        let inputs = [streams.input] + parts.dropFirst().map { _ in ShellInput() }
        var stages: [ShellProcess] = []
        for index in parts.indices {
            let following = index + 1 < inputs.count ? inputs[index + 1] : nil
            stages.append(
                child { [self] status in
                    guard following == nil else { return following?.end() ?? () }
                    for stage in stages.dropLast() { stage.stop() }
                    stages = []
                    then.go(remember(status))
                })
        }
        for (index, stage) in stages.enumerated() {
            var output = streams.output
            if index + 1 < inputs.count {
                let next = inputs[index + 1]
                output = ShellOutput(shared: { next.feed($0) }) { bytes in bytes.withUnsafeBytes { next.feed($0) } }
            }
            stage.start(parts[index], ShellStreams(input: inputs[index], output: output, errors: streams.errors))
        }
    }
}
