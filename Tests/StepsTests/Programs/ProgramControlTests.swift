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

    @Test func `a program is started, looked at, stopped and cleaned up after`() async throws {
        let practice = try ProgramPractice(
            Self.recorder, words: ["two words", "$x"], environment: "export RATE='4 8'; ", ready: "capturing two")
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
    }

    @Test func `a program that does not end is killed`() async throws {
        let practice = try ProgramPractice(
            "#!/bin/sh\ntrap '' TERM\necho up\nwhile :; do sleep 0.1; done\n", ready: "up", grace: .milliseconds(400))
        let control = ProgramControl(practice.order)
        try practice.place(control)
        _ = try await practice.report(.start, control)
        let (stopped, text) = try await practice.report(.stop, control)
        #expect(stopped?.wasKilled == true && stopped?.exit == 137, "\(text)")
        #expect(try await practice.processes() == "")
    }

    @Test func `a program that ends by itself is told of with its exit code and its last words`() async throws {
        let practice = try ProgramPractice("#!/bin/sh\necho no microphone >&2\nexit 3\n")
        let control = ProgramControl(practice.order)
        try practice.place(control)
        let (report, text) = try await practice.report(.start, control)
        #expect(report?.exit == 3 && report?.isRunning == false, "\(text)")
        #expect(report?.lastLine == "no microphone")
        #expect(try await practice.report(.stop, control).0?.wasAlone == true)
    }

    @Test func `a program whose end nobody saw is told of as gone`() async throws {
        let practice = try ProgramPractice("#!/bin/sh\nexec sleep 600\n")
        let control = ProgramControl(practice.order)
        try practice.place(control)
        #expect(try await practice.report(.start, control).0?.isRunning == true)
        // As after a restart of the phone: neither it nor who waits for it is there.
        _ = try await practice.run(
            "read p t <\(control.state)/pid; s=$(cut -d' ' -f4 /proc/$p/stat); kill -KILL $s; kill -KILL $p")
        let (report, text) = try await practice.report(.look, control)
        #expect(report == ProgramReport(reading: "drover-media gone"), "\(text)")
    }

    @Test func `what another process of drover has left is ended before a new start`() async throws {
        let practice = try ProgramPractice(Self.recorder, ready: "capturing")
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

    @Test func `a number that was given again to somebody else is left alone`() async throws {
        let practice = try ProgramPractice("#!/bin/sh\nexec sleep 600\n")
        let control = ProgramControl(practice.order)
        try practice.place(control)
        // A process of the same number that began at another time.
        let line = """
            sleep 600 >/dev/null 2>&1 & mkdir -p \(control.state); echo "$! 1" >\(control.state)/pid
            \(control.line(.stop)); kill -0 $! && echo spared; kill $!
            """
        #expect(try await practice.run(line).hasSuffix("spared\n"))
    }
}
