import DroverTesting
import Farm
import Foundation
import Journal
import Testing

@testable import Commands

@Suite("Finding and removing runs")
struct RunFinderTests {
    /// Three runs, the second of which was written last.
    private func withRuns(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("drover-runs-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, age) in [("2026-11-18-bold-yak", 9.0), ("2026-11-19-calm-elk", 1), ("2026-11-19-bold-owl", 4)] {
            let run = folder.appendingPathComponent(name)
            try FileManager.default.createDirectory(at: run, withIntermediateDirectories: true)
            let journal = run.appendingPathComponent("journal.jsonl")
            try Data(repeating: 10, count: 1000).write(to: journal)
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSinceNow: -age * 86_400)], ofItemAtPath: journal.path)
        }
        try FileManager.default.createDirectory(
            at: folder.appendingPathComponent("no-run"), withIntermediateDirectories: true)
        try body(folder.path)
    }

    @Test(
        "a run is found by its name, its beginning or its end",
        arguments: [
            (nil, "calm-elk"), ("latest", "calm-elk"), ("2026-11-18-bold-yak", "bold-yak"), ("owl", "bold-owl"),
            ("2026-11-18", "bold-yak"), ("bold-owl", "bold-owl"),
        ] as [(String?, String)])
    func finds(text: String?, name: String) throws {
        try withRuns { runs in
            let found = try RunFinder(runs: runs).find(text)
            #expect(found.path.hasSuffix(name))
        }
    }

    @Test(
        "what fits none or several is said",
        arguments: [
            ("2026-11-19", "error: 2 runs fit `2026-11-19`: 2026-11-19-bold-owl, 2026-11-19-calm-elk"),
            ("calm-ekl", "error: there is no run `calm-ekl`; did you mean `calm-elk`?"),
            ("\u{1B}[2J", "error: there is no run `\\u{1B}[2J`; `drover runs` lists them"),
        ])
    func refuses(text: String, message: String) throws {
        try withRuns { runs in
            let error = #expect(throws: CommandFailure.self) { try RunFinder(runs: runs).find(text) }
            #expect(error?.text == message)
        }
    }

    @Test func `old runs are those beyond a number, an age or a size`() throws {
        try withRuns { runs in
            let removal = RunRemoval(runs: runs)
            #expect(removal.beyond(count: 2).map(\.description) == ["2026-11-18-bold-yak"])
            #expect(removal.beyond(count: 9).isEmpty)
            #expect(removal.older(than: .seconds(3 * 86_400)).count == 2)
            #expect(removal.older(than: .seconds(30 * 86_400)).isEmpty)
            #expect(removal.beyond(bytes: 2_500).map(\.description) == ["2026-11-18-bold-yak"])
            #expect(removal.beyond(bytes: 0).count == 3)
        }
    }

    @Test func `a run that goes on is never removed, and links are not followed`() throws {
        try withRuns { runs in
            let removal = RunRemoval(runs: runs)
            let yak = try #require(RunID("2026-11-18-bold-yak"))
            let folder = RunFolder(yak, in: runs)
            let kept = "\(runs)/kept.txt"
            try Data("mine".utf8).write(to: URL(fileURLWithPath: kept))
            try FileManager.default.createSymbolicLink(atPath: "\(folder.path)/pulled", withDestinationPath: runs)
            do {
                let lock = try RunLock(folder)
                #expect(removal.beyond(count: 0).count == 2)
                #expect(!removal.remove(yak))
                withExtendedLifetime(lock) {}
            }
            #expect(removal.remove(yak))
            #expect(!FileManager.default.fileExists(atPath: folder.path))
            #expect(FileManager.default.fileExists(atPath: kept))
            #expect(RunFinder(runs: runs).all().count == 2)
        }
    }

    @Test func `names, ranges and globs choose among a run's own phones`() throws {
        let targets = ["px-1", "px-2", "px-3", "rack-a"]
        let listed = try CancelCommand.names("px-[1-2], rack-a", among: targets)
        #expect(listed == ["px-1", "px-2", "rack-a"])
        let others = try CancelCommand.names("px-* and not px-2", among: targets)
        #expect(others == ["px-1", "px-3"])
        #expect(throws: CommandFailure.self) { try CancelCommand.names("nobody", among: targets) }
    }

    @Test(
        "what comes through the pipe is an order or nothing",
        arguments: [
            ("cancel", .cancelAll), ("cancel px-1", .cancel("px-1")), ("cancel ", nil), ("rm -rf", nil), ("", nil),
        ] as [(String, RunControl.Order?)])
    func orders(line: String, order: RunControl.Order?) {
        #expect(RunControl.order(line) == order)
    }

    @Test func `a thousand orders come through in order, and nobody listens afterwards`() async throws {
        let place = FileManager.default.temporaryDirectory.appendingPathComponent("drover-pipe-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: place) }
        let folder = try RunFolder.create(in: place.path)
        let lines = (0..<10_000).map { "cancel phone-\($0)" }
        let (stream, continuation) = AsyncStream.makeStream(of: RunControl.Order.self)
        let control = try #require(RunControl(folder) { continuation.yield($0) })
        try RunControl.send(lines, to: folder)
        var heard: [RunControl.Order] = []
        for await order in stream {
            heard.append(order)
            if heard.count == lines.count { break }
        }
        #expect(heard == lines.map { .cancel(String($0.dropFirst(7))) })
        control.end()
        #expect(throws: JournalError.self) { try RunControl.send(["cancel"], to: folder) }
    }
}
