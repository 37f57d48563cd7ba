import DroverTesting
import Farm
import Foundation
import JSON
import Synchronization
import Testing

@testable import Journal

struct JournalWriterTests {
    let runs = JournalSamples.temporaryFolder()
    let header = JournalSamples.header(phones: 40)

    func folder() throws -> RunFolder { try RunFolder.create(in: runs) }
    func removeFolder() { try? FileManager.default.removeItem(atPath: runs) }

    @Test func `an event is in the file when append returns`() async throws {
        defer { removeFolder() }
        let folder = try folder()
        let journal = try JournalWriter(in: folder)
        try await journal.append(.runStarted(header))
        journal.post(.phoneConnected(.phone("px8-1"), PhoneFacts()))
        try await journal.append(.stepStarted(.phone("px8-1"), StepPath(step: 0), attempt: 1))
        let read = try JournalContents(reading: folder.journalPath)
        #expect(read.events.count == 3)
        #expect(read.record.phones[1].state == .running(StepPath(step: 0)))
    }

    @Test func `events of many tasks are all written, each task's in its order`() async throws {
        defer { removeFolder() }
        let folder = try folder()
        let seen = Mutex(0)
        let journal = try JournalWriter(in: folder, observer: { events in seen.withLock { $0 += events.count } })
        try await journal.append(.runStarted(header))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for target in header.targets {
                group.addTask {
                    for step in 0..<20 {
                        journal.post(.stepEnded(target, StepPath(step: step), StepEnd(verdict: .ok)))
                        try await journal.append(.stepStarted(target, StepPath(step: step + 1), attempt: 1))
                    }
                }
            }
            try await group.waitForAll()
        }
        let record = await journal.record()
        #expect(try JournalContents(reading: folder.journalPath).record == record)
        #expect(record.phones.allSatisfy { $0.steps.map { $0.path.number - 1 } == Array(0...20) })
        #expect(seen.withLock { $0 } == 1 + 40 * 40)
    }

    @Test func `a long output is stored once, by its hash`() async throws {
        defer { removeFolder() }
        let folder = try folder()
        let journal = try JournalWriter(in: folder)
        try await journal.append(.runStarted(header))
        let text = String(repeating: "ü", count: 5000)
        for target in header.targets {
            let outputs = StepOutputs(output: .inline(text), error: "short")
            try await journal.append(.stepEnded(target, StepPath(step: 0), StepEnd(verdict: .ok, outputs: outputs)))
        }
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.outputsPath)
        #expect(files.count == 1)
        let record = try JournalContents(reading: folder.journalPath).record
        guard case .stored(let stored)? = record.phones[3].steps[0].end?.outputs.output else {
            Issue.record("the output is inline")
            return
        }
        #expect(stored.size == 10_000)
        #expect(stored.head == String(text.prefix(256)))
        #expect(stored.hash == files[0])
        #expect(try String(contentsOfFile: "\(folder.outputsPath)/\(stored.hash)", encoding: .utf8) == text)
        #expect(record.phones[3].steps[0].end?.outputs.error == "short")
    }

    @Test func `a full disk is an error of its own, told to everyone`() async throws {
        let journal = try JournalWriter(appendingTo: "/dev/full", now: { 1 })
        for _ in 0..<2 {
            let error = await #expect(throws: JournalError.self) { try await journal.append(.runStarted(header)) }
            #expect(error?.code == .noSpace)
            #expect(error?.description == "write /dev/full: no space left on device")
        }
        #expect(journal.failure?.code == .noSpace)
    }

    @Test func `a folder that cannot be written is named`() throws {
        let error = #expect(throws: JournalError.self) { try RunFolder.create(in: "/proc/no-runs-here") }
        #expect(error?.code == .notWritable)
        #expect(error?.operation == "create /proc/no-runs-here")
    }

    @Test func `two runs of one day never share a folder`() throws {
        defer { removeFolder() }
        var names: Set<RunID> = []
        for _ in 0..<40 {
            var random = SeededNumbers(seed: 7)
            names.insert(try RunFolder.create(in: runs, at: 1_795_219_200, drawing: &random).id)
        }
        #expect(names.count == 40)
        #expect(names.allSatisfy { $0.description.hasPrefix("2026-11-2") })
    }

    @Test func `the plan is frozen as JSON beside the journal`() throws {
        defer { removeFolder() }
        let folder = try folder()
        try folder.write(FrozenPlan(header: header, sources: ["deploy.yml": "name: x\n"], steps: ["shell: id"]))
        let text = try Data(contentsOf: URL(fileURLWithPath: folder.planPath))
        let value = try #require(JSONValue(parsing: Array(text)))
        #expect(value["sources"]?["deploy.yml"] == .text("name: x\n"))
        #expect(value["targets"]?.elements?.count == 40)
    }
}
