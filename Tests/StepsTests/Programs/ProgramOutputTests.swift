import DroverTesting
import Farm
import Journal
import Testing

@testable import Steps

/// What programs print, in pieces of any size.
struct `What a program prints` {
    @Test(arguments: [1, 2, 7, 64, 4096])
    func `the first line is the shell's, and all others go into the log`(piece: Int) async throws {
        let folder = try ScratchFolder()
        let log = try CappedFile(at: try ContainedPath(root: folder.path).appending("a.log"), limit: 1000)
        let output = ProgramOutput(into: log, readyAt: "is up")
        let text = "drover-media 4711 123456789\none\nit is up now\nlast words\n"
        for start in stride(from: 0, to: text.utf8.count, by: piece) {
            let bytes = Array(Array(text.utf8)[start..<min(start + piece, text.utf8.count)])
            #expect(bytes.withUnsafeBytes { output.take($0) })
        }
        try await output.isReady()
        #expect(output.process == .init(number: 4711, start: 123_456_789))
        #expect(output.lastLine == "last words")
        _ = try log.keep()
        #expect(RepositoryFile.text(at: "\(folder.path)/a.log") == "one\nit is up now\nlast words\n")
    }

    @Test(arguments: [
        "sh: syntax error\nmore\n", "drover-media x 1\n", "drover-media 1 2\n", "drover-media 4711\n",
        String(repeating: "long", count: 500),
    ])
    func `a first line that is not the shell's is the program's`(text: String) throws {
        let folder = try ScratchFolder()
        let log = try CappedFile(at: try ContainedPath(root: folder.path).appending("a.log"), limit: 10_000)
        let output = ProgramOutput(into: log, readyAt: nil)
        #expect(Array(text.utf8).withUnsafeBytes { output.take($0) })
        #expect(output.process == nil)
        _ = try log.keep()
        #expect(RepositoryFile.text(at: "\(folder.path)/a.log") == text)
    }

    @Test(arguments: [
        ("drover-media running\n", ProgramReport(isRunning: true)),
        ("drover-media running ready\na\nb\n", ProgramReport(isRunning: true, isReady: true, lastLine: "b")),
        ("drover-media ended 3 killed\nx", ProgramReport(wasKilled: true, exit: 3, lastLine: "x")),
        ("drover-media ended 143 unwatched ready", ProgramReport(isReady: true, wasUnwatched: true, exit: 143)),
        ("drover-media gone\n", ProgramReport()), ("", nil), ("sh: no such file\n", nil), ("drover-media what", nil),
    ])
    func `what the script on the phone says is read`(text: String, report: ProgramReport?) {
        #expect(ProgramReport(reading: text) == report)
    }

    @Test(
        arguments: [
            (ProgramEnd(cause: .stopped, exit: 0, ran: .seconds(60)), false, nil),
            (ProgramEnd(cause: .stopped, exit: 143, ran: .seconds(60)), false, nil),
            (ProgramEnd(cause: .stopped, exit: nil, ran: .seconds(60)), false, nil),
            (ProgramEnd(cause: .stopped, exit: 1, ran: .seconds(60)), false, "told to end, it ended with exit code 1"),
            (ProgramEnd(cause: .killed, exit: 137, ran: .seconds(60)), false, "it still ran 5s later and was killed"),
            (ProgramEnd(cause: .alone, exit: 0, ran: .seconds(60)), true, nil),
            (ProgramEnd(cause: .alone, exit: 0, ran: .seconds(60)), false, "it ended after 1m with exit code 0"),
            (ProgramEnd(cause: .alone, exit: 139, ran: .seconds(2), lastLine: "x"), true, "with exit code 139: x"),
            (ProgramEnd(cause: .neverReady, exit: 143, ran: .seconds(9)), false, "did not print `up` within 5s"),
            (ProgramEnd(cause: .outOfTime, exit: 143, ran: .seconds(9)), true, "it still ran after 9s and was stopped"),
            (ProgramEnd(cause: .unseen, exit: nil, ran: .seconds(9)), true, "nobody saw its end"),
        ] as [(ProgramEnd, Bool, String?)])
    func `an end is what the step has asked for, or why it is not`(end: ProgramEnd, mayEndAlone: Bool, words: String?)
        async throws
    {
        let practice = try await ProgramPractice("#!/bin/sh\n", ready: "up")
        let failure = end.failure(of: "run tap", practice.order, mayEndAlone: mayEndAlone)
        #expect((failure == nil) == (words == nil), "\(String(describing: failure))")
        if let words { #expect(failure?.reason.contains(words) == true, "\(String(describing: failure?.reason))") }
    }
}
