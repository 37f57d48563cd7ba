import DroverTesting
import Farm
import Foundation
import Journal
import Lanes
import Payloads
import PhoneLinks
import PlaybookLanguage
import Testing

@testable import Steps

/// Programs of a studio's own on Debian 13's adbd, with a real shell and real processes.
@Suite(
    "Programs inside a real adbd", .enabled(if: Counterpart.adbd.isThere, Counterpart.adbd.absence),
    .timeLimit(.minutes(5))
)
struct RealMediaTests {
    /// What came of a program.
    struct Result: Sendable {
        var end: ProgramEnd
        var log: String
        /// What it wrote into the file that it was given.
        var file: String?
        /// The processes that are left of it.
        var left: String
    }

    private func run(
        _ program: String, ready: String? = nil, length: Duration? = nil, grace: Duration = .seconds(5),
        endingAfter block: Duration? = nil
    ) async throws -> Result {
        let adbd = try await RealADBD()
        defer { adbd.stop() }
        let root = "\(adbd.storage)/media"
        let entry = FilesPayload.Entry(
            path: "tap", content: .bytes(SharedBytes(Array(program.utf8))), mode: 0o755, modified: 1)
        let files = FilesPayload(isFolder: false, entries: [entry], source: "tools/tap")
        var order = ProgramOrder(
            file: try ProgramFile(files), files: files, words: ["\(adbd.storage)/out", "a 'b"],
            environment: "export RATE='4 8'; ", ready: ready, readyWithin: .seconds(2), length: length, grace: grace)
        order.root = root
        let place = order
        let folder = try ScratchFolder()
        let phone = Phone(name: "real", waysIn: [.tcp(Address(host: "127.0.0.1", port: adbd.port))])
        let lane = try Lane(name: "media")
        let (end, left) = try await Task(executorPreference: lane) { () -> (ProgramEnd, String) in
            let link = try await PhoneDialer().connect(to: phone, on: lane)
            let progress = ProgressMeter(clock: lane.clock)
            let refused = try await link.push(
                [
                    FileToPush(
                        path: try RemotePath(validating: place.path), content: entry.content, mode: 0o755, modified: 1)
                ], progress: progress)
            #expect(refused.isEmpty)
            let ending = block.map { _ in BlockEnding() }
            let context = StepContext(
                scope: Scope(), payloads: PayloadStore(), progress: progress, memory: ShortMemory(), tag: "t1",
                pullFolder: ContainedPath(root: folder.path), previousStart: lane.now, ending: ending,
                reconnect: { link })
            let log = try CappedFile(at: context.pullFolder.appending("tap.log"), limit: 100_000)
            if let block, let ending {
                Task(executorPreference: lane) {
                    try await lane.sleep(for: block)
                    ending.finish()
                }
            }
            let end = try await AttachedProgram(
                order: place, phone: link, context: context, ending: ending, log: log
            ).run()
            _ = try log.keep()
            // The machine's processes are everybody's: the folder is this one's own.
            let own = adbd.storage.split(separator: "/").first { $0.hasPrefix("adbd.") } ?? ""
            let left = try await link.run("grep -lsa '[a]\(own.dropFirst())/.*/tap' /proc/[0-9]*/cmdline").text
            #expect(link.abandoned == [])
            await link.close()
            return (end, left)
        }.value
        return Result(
            end: end, log: RepositoryFile.text(at: "\(folder.path)/tap.log") ?? "",
            file: RepositoryFile.text(at: "\(adbd.storage)/out"), left: left)
    }

    private static let recorder = """
        #!/bin/sh
        trap 'echo end >>"$1"; echo ended; exit 0' TERM
        echo "$2 $RATE" >"$1"
        echo capturing
        while :; do sleep 0.1; done

        """

    @Test func `a program runs for its time and ends well`() async throws {
        let result = try await run(Self.recorder, ready: "capturing", length: .milliseconds(500))
        #expect(result.end.cause == .stopped && result.end.exit == 0, "\(result)")
        #expect(result.log == "capturing\nended\n")
        #expect(result.file == "a 'b 4 8\nend\n")
        #expect(result.left == "")
    }

    @Test func `a program runs to the end of its block`() async throws {
        let result = try await run(Self.recorder, ready: "capturing", endingAfter: .seconds(1))
        #expect(result.end.cause == .stopped && result.end.exit == 0, "\(result)")
        #expect(result.file == "a 'b 4 8\nend\n")
    }

    @Test func `a program that ends by itself is told of at once, with its exit code`() async throws {
        let result = try await run("#!/bin/sh\necho no microphone >&2\nexit 9\n", length: .seconds(60))
        #expect(result.end.cause == .alone && result.end.exit == 9, "\(result)")
        #expect(result.end.lastLine == "no microphone")
        #expect(result.end.ran < .seconds(20))
    }

    @Test func `a program without a trap ends by the signal, and with it what it has started`() async throws {
        let result = try await run(
            "#!/bin/sh\n(exec sleep 98765) &\nwhile :; do sleep 0.1; done\n", length: .milliseconds(300))
        #expect(result.end.cause == .stopped, "\(result)")
        #expect(result.left == "")
    }

    @Test func `a program that does not end is killed`() async throws {
        let result = try await run(
            "#!/bin/sh\ntrap '' TERM\nwhile :; do sleep 0.1; done\n", length: .milliseconds(300),
            grace: .milliseconds(400))
        #expect(result.end.cause == .killed && result.end.exit == 137, "\(result)")
        #expect(result.left == "")
    }

    @Test func `a program that never says that it is ready is stopped`() async throws {
        let result = try await run("#!/bin/sh\nexec sleep 600\n", ready: "capturing")
        #expect(result.end.cause == .neverReady && result.end.exit == 143, "\(result)")
    }

    @Test(arguments: [("#!/no/such/interpreter\n", 127), ("#!/tmp\n", 126)])
    func `a program that cannot be run is told of by the shell's code`(program: String, exit: Int) async throws {
        let result = try await run(program, length: .seconds(60))
        #expect(result.end.cause == .alone && result.end.exit == exit, "\(result)")
    }
}
