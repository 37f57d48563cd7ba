import DroverTesting
import Testing

@testable import Steps

/// The script that looks after a program on a phone without a connection, run by this machine's shell.
@Suite(.timeLimit(.minutes(3))) struct `The script that looks after a program` {
    private static let recorder = """
        #!/bin/sh
        trap 'echo "end" >>OUT; echo ended; exit 0' TERM
        echo "start $* $RATE" >OUT
        echo "capturing $1"
        while :; do sleep 0.1; done

        """

    @Test(arguments: PracticeShell.all)
    func `a program is started, looked at, stopped and cleaned up after`(shell: PracticeShell) async throws {
        let practice = try await ProgramPractice(
            Self.recorder, by: shell, words: ["two words", "$x"], environment: "export RATE='4 8'; ",
            ready: "capturing two")
        let control = ProgramControl(practice.order)
        try practice.place(control)
        let (started, text) = try await practice.report(.start, control)
        #expect(started?.isRunning == true && started?.isReady == true, "\(text)")
        #expect(started?.lastLine == "capturing two words")
        #expect(practice.out == "start two words $x 4 8\n")
        #expect(try await practice.report(.look, control).0?.isRunning == true)
        let (stopped, end) = try await practice.report(.stop, control)
        #expect(stopped?.exit == 0 && stopped?.isRunning == false && stopped?.wasKilled == false, "\(end)")
        #expect(stopped?.lastLine == "ended")
        #expect(practice.out == "start two words $x 4 8\nend\n")
        #expect(RepositoryFile.text(at: control.log) == "capturing two words\nended\n")
        #expect(try await practice.processes() == "")
        _ = try await practice.run(control.line(.clean))
        #expect(RepositoryFile.names(in: control.state) == [])
        #expect(RepositoryFile.text(at: control.path) == nil)
    }

    @Test(arguments: PracticeShell.all)
    func `a program that does not end is killed`(shell: PracticeShell) async throws {
        let practice = try await ProgramPractice(
            "#!/bin/sh\ntrap '' TERM\necho up\nwhile :; do sleep 0.1; done\n", by: shell, ready: "up",
            grace: .milliseconds(400))
        let control = ProgramControl(practice.order)
        try practice.place(control)
        _ = try await practice.report(.start, control)
        let (stopped, text) = try await practice.report(.stop, control)
        #expect(stopped?.wasKilled == true && stopped?.exit == 137, "\(text)")
        #expect(try await practice.processes() == "")
    }

    @Test(arguments: PracticeShell.all)
    func `a program that ends by itself is told of with its exit code and its last words`(shell: PracticeShell)
        async throws
    {
        let practice = try await ProgramPractice("#!/bin/sh\necho no microphone >&2\nexit 3\n", by: shell)
        let control = ProgramControl(practice.order)
        try practice.place(control)
        let (report, text) = try await practice.report(.start, control)
        #expect(report?.exit == 3 && report?.isRunning == false, "\(text)")
        #expect(report?.lastLine == "no microphone")
        #expect(try await practice.report(.stop, control).0?.wasAlone == true)
    }

    @Test(arguments: PracticeShell.all)
    func `a program whose end nobody saw is told of as gone`(shell: PracticeShell) async throws {
        let practice = try await ProgramPractice("#!/bin/sh\nexec sleep 600\n", by: shell)
        let control = ProgramControl(practice.order)
        try practice.place(control)
        #expect(try await practice.report(.start, control).0?.isRunning == true)
        // As after a restart of the phone: neither it nor who waits for it is there.
        _ = try await practice.run(
            "read p t <\(control.state)/pid; s=$(cut -d' ' -f4 /proc/$p/stat); kill -KILL -$s")
        let (report, text) = try await practice.report(.look, control)
        #expect(report == ProgramReport(reading: "drover-media gone"), "\(text)")
    }

    @Test(arguments: PracticeShell.all)
    func `what another process of drover has left is ended before a new start`(shell: PracticeShell) async throws {
        let practice = try await ProgramPractice(Self.recorder, by: shell, ready: "capturing")
        let control = ProgramControl(practice.order)
        try practice.place(control)
        let earlier = control.line(.start).replacing(" \(ProgramControl.session).", with: " earlier1.")
        #expect(try await practice.run(earlier).hasPrefix("drover-media running"))
        let (report, text) = try await practice.report(.start, control)
        #expect(report?.isRunning == true, "\(text)")
        // The first has ended its file, and the second begun it anew.
        #expect(practice.out?.hasPrefix("start") == true)
        #expect(RepositoryFile.names(in: "\(practice.order.root)/state").count == 1)
        // So has the same once more.
        #expect(try await practice.report(.start, control).0?.isRunning == true)
        let running = try await practice.run("grep -lsa 'media.*/[t]ap' /proc/[0-9]*/cmdline | wc -l")
        #expect(!running.isEmpty)
        _ = try await practice.report(.stop, control)
        #expect(try await practice.processes() == "")
    }

    @Test(arguments: PracticeShell.all)
    func `a number that was given again to somebody else is left alone`(shell: PracticeShell) async throws {
        let practice = try await ProgramPractice("#!/bin/sh\nexec sleep 600\n", by: shell)
        let control = ProgramControl(practice.order)
        try practice.place(control)
        // A process of the same number that began at another time.
        let line = """
            sleep 600 >/dev/null 2>&1 & mkdir -p \(control.state); echo "$! 1" >\(control.state)/pid
            \(control.line(.stop)); kill -0 $! && echo spared; kill $!
            """
        #expect(try await practice.run(line).hasSuffix("spared\n"))
    }

    @Test(arguments: PracticeShell.all)
    func `a program takes the place of the shell that tells its number, and is stopped by it`(
        shell: PracticeShell
    ) async throws {
        let practice = try await ProgramPractice(Self.recorder, by: shell, words: ["a'b"], ready: "capturing")
        let order = practice.order
        let running = Task { try await practice.run(ProgramLines.start(order)) }
        while practice.out == nil { await Task.yield() }
        let note = RepositoryFile.text(at: "\(order.folder)/running") ?? ""
        let words = note.split { $0.isWhitespace }
        let process = ProgramOutput.Process(
            number: try #require(words.first.flatMap { Int($0) }),
            start: try #require(words.last.flatMap { UInt64($0) }))
        // One that got the number at another time is somebody else.
        let other = ProgramOutput.Process(number: process.number, start: process.start + 1)
        #expect(try await practice.run(ProgramLines.stop(other, grace: .seconds(1))) == "")
        #expect(practice.out == "start a'b \n")
        #expect(try await practice.run(ProgramLines.stop(process, grace: .seconds(5))) == "")
        #expect(try await running.value == "drover-media \(note)capturing a'b\nended\n")
        #expect(practice.out == "start a'b \nend\n")
    }

    @Test(arguments: PracticeShell.all)
    func `what an earlier attempt has left is ended before the next`(shell: PracticeShell) async throws {
        let practice = try await ProgramPractice(
            "#!/bin/sh\ntrap '' TERM\necho up >OUT\nwhile :; do sleep 0.1; done\n", by: shell,
            grace: .milliseconds(200))
        let line = ProgramLines.start(practice.order)
        let first = Task { try await practice.run(line) }
        while practice.out == nil { await Task.yield() }
        try practice.folder.remove("out")
        let second = Task { try await practice.run(line) }
        _ = try await first.value
        while practice.out == nil { await Task.yield() }
        let note = RepositoryFile.text(at: "\(practice.order.folder)/running") ?? ""
        _ = try await practice.run("kill -KILL \(note.split(separator: " ").first ?? "")")
        _ = try await second.value
        #expect(try await practice.processes() == "")
    }
}
