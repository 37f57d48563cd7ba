import DroverTesting
import Farm
import Journal
import Lanes
import Testing

@testable import Steps

@Suite(.timeLimit(.minutes(5))) struct `Scripts on an encoder` {
    private func hostCase(_ script: String) throws -> HostCase {
        let made = try HostCase()
        made.payloads.addFile("tools/health.sh", text: script)
        return made
    }

    private func leftovers(_ made: HostCase) -> [String] {
        RepositoryFile.names(in: "\(made.folder.path)/tmp").filter { $0 != "keep" }
    }

    @Test func `a script runs with its arguments and environment, by what its first line says, and is gone`()
        async throws
    {
        let made = try hostCase("#!/bin/sh\nprintf '%s|' \"$0\" \"$@\" \"$STAGE\" \"$PWD\"\nwc -c\n")
        let outcome = try await made.outcome(
            #"script: { file: tools/health.sh, args: [one, "two words", "$(id)", "it's"], env: { STAGE: "a b" } }"#)
        #expect(outcome.verdict == .changed, "\(String(describing: outcome.failure))")
        let words = outcome.outputs.output.text.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        #expect(Array(words.dropFirst()) == ["one", "two words", "$(id)", "it's", "a b", made.folder.path, "0"])
        #expect(words[0].hasPrefix("\(made.folder.path)/tmp/.drover-") && words[0].hasSuffix("/script"))
        #expect(leftovers(made).isEmpty)
    }

    @Test(arguments: [("exit 3", 3, "exit code 3"), ("echo no >&2; exit 1", 1, "exit code 1: no")])
    func `a script that fails is removed, too`(script: String, exit: Int, reason: String) async throws {
        let made = try hostCase("#!/bin/sh\n\(script)\n")
        let outcome = try await made.outcome("script: tools/health.sh")
        #expect(outcome.failure?.reason == reason)
        #expect(outcome.outputs.exit == exit)
        #expect(leftovers(made).isEmpty)
    }

    @Test func `a script without a first line is one for the shell`() async throws {
        let made = try hostCase("echo plain\n")
        #expect(try await made.outcome("script: tools/health.sh").outputs.output.text == "plain")
    }

    @Test func `a script that is cancelled is ended and removed`() async throws {
        let made = try hostCase("#!/bin/sh\necho on > \"$HOST_ROOT/on\"\nexec sleep 600\n")
        let step = try StepText("script: tools/health.sh", for: "encoders")
        let context = testContext(on: made.host, payloads: made.payloads)
        let work = Task(executorPreference: made.lane) { [kind = step.kind, host = made.host] in
            try await kind.perform(on: host, context: context)
        }
        // The script itself says that it runs.
        while made.text("on") == nil { await Task.yield() }
        work.cancel()
        await #expect(throws: CancellationError.self) { try await work.value }
        #expect(leftovers(made).isEmpty)
    }

    @Test func `half a script is not run`() async throws {
        let made = try HostCase()
        let line = Script.line(size: 100, [], "")
        let result = try await made.onLane { [host = made.host] in
            try await host.run(line, input: Array("touch ran\n".utf8), outputLimit: 1000)
        }
        #expect(result.exit == 1)
        #expect(result.errorText == "the script did not arrive whole")
        #expect(made.text("ran") == nil)
        #expect(leftovers(made).isEmpty)
    }

    @Test func `a folder is no script`() async throws {
        let made = try HostCase()
        made.payloads.addFolder("tools", ["a": "1"])
        let error = await #expect(throws: PayloadError.self) { try await made.outcome("script: tools") }
        #expect(error?.description == "tools is a folder, and a script is due")
    }

    @Test func `a shell line gets its environment as words`() async throws {
        let made = try HostCase()
        let outcome = try await made.outcome(
            #"shell: { command: "printf '%s|%s' \"$A\" \"$B\"", env: { A: "it's $(id)", B: "" } }"#)
        #expect(outcome.outputs.output.text == "it's $(id)|")
    }

    @Test func `a name that no environment can have is refused`() throws {
        let error = #expect(throws: StepText.Mistaken.self) {
            try StepText("shell: { command: id, env: { \"A-B\": 1 } }", for: "encoders")
        }
        #expect(error?.description.contains("`A-B` cannot be the name of a variable") == true)
    }

    @Test func `files come into the run's folder as those of phones do`() async throws {
        let made = try HostCase()
        try made.folder.write("one", to: "var/log/a.log")
        try made.folder.write("two", to: "var/log/b.log")
        let outcome = try await made.outcome("download: ROOT/var/log/*.log")
        #expect(outcome.verdict == .ok, "\(String(describing: outcome.failure))")
        #expect(outcome.outputs.values["files"] == .integer(2))
        #expect(RepositoryFile.text(at: "\(made.kept)/a.log") == "one")
        let missing = try await made.outcome("download: ROOT/nothing").failure
        #expect(missing?.reason == "there is no \(made.folder.path)/nothing on the encoder")
    }
}
