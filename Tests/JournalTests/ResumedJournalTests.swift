import DroverTesting
import Farm
import Foundation
import Secrets
import Testing

@testable import Journal

struct ResumedJournalTests {
    let runs = JournalSamples.temporaryFolder()
    let header = JournalSamples.header(phones: 3)
    let phone = TargetID.phone("px8-1")

    func removeFolder() { try? FileManager.default.removeItem(atPath: runs) }

    /// A run that was stopped after its first step.
    func stopped() async throws -> RunFolder {
        let folder = try RunFolder.create(in: runs)
        let journal = try JournalWriter(in: folder)
        try await journal.append(.runStarted(header), .stepStarted(phone, StepPath(step: 0), attempt: 1))
        try await journal.append(.stepEnded(phone, StepPath(step: 0), StepEnd(verdict: .changed)))
        await journal.synchronize()
        return folder
    }

    func goOn(_ folder: RunFolder) throws -> JournalWriter {
        try JournalWriter(goingOnWith: try JournalContents(reading: folder.journalPath), in: folder)
    }

    func bytes(_ folder: RunFolder) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: folder.journalPath)))
    }

    func write(_ bytes: [UInt8], to folder: RunFolder) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: folder.journalPath))
    }

    @Test func `a journal goes on where it stopped`() async throws {
        defer { removeFolder() }
        let folder = try await stopped()
        let journal = try goOn(folder)
        #expect(await journal.record().phones[1].steps[0].verdict == .changed)
        try await journal.append(.runResumed(RunResumed(commandLine: [], version: "")))
        let read = try JournalContents(reading: folder.journalPath)
        #expect(read.damagedLines.isEmpty)
        #expect(read.events.count == 4)
        #expect(read.nextSequence == 4)
        #expect(await journal.record() == read.record)
    }

    @Test func `a journal cut at any byte goes on behind its last whole line`() async throws {
        defer { removeFolder() }
        let folder = try await stopped()
        let whole = try bytes(folder)
        let headerLength = try #require(whole.firstIndex(of: 0x0A)) + 1
        for length in stride(from: headerLength, through: whole.count, by: 7) {
            try write(Array(whole[..<length]), to: folder)
            let lines = whole[..<length].count { $0 == 0x0A }
            let journal = try goOn(folder)
            try await journal.append(.runResumed(RunResumed(commandLine: [], version: "")))
            let read = try JournalContents(reading: folder.journalPath)
            #expect(read.events.count == lines + 1)
            #expect(!read.isTorn && read.damagedLines.isEmpty, "cut at \(length)")
        }
    }

    @Test func `a last line with a wrong checksum is dropped`() async throws {
        defer { removeFolder() }
        let folder = try await stopped()
        var changed = try bytes(folder)
        changed[changed.count - 30] ^= 1
        try write(changed, to: folder)
        let journal = try goOn(folder)
        try await journal.append(.runResumed(RunResumed(commandLine: [], version: "")))
        let read = try JournalContents(reading: folder.journalPath)
        #expect(read.events.count == 3)
        #expect(read.damagedLines.isEmpty)
    }

    @Test func `zeros behind the last line, as a power failure leaves them, are dropped`() async throws {
        defer { removeFolder() }
        let folder = try await stopped()
        try write(try bytes(folder) + [UInt8](repeating: 0, count: 4096), to: folder)
        let journal = try goOn(folder)
        try await journal.append(.runResumed(RunResumed(commandLine: [], version: "")))
        #expect(try JournalContents(reading: folder.journalPath).events.count == 4)
    }

    @Test func `a damaged line in the middle is named and nothing is written`() async throws {
        defer { removeFolder() }
        let folder = try await stopped()
        var changed = try bytes(folder)
        changed[try #require(changed.firstIndex(of: 0x0A)) + 9] ^= 1
        try write(changed, to: folder)
        let error = #expect(throws: JournalError.self) { try goOn(folder) }
        #expect(error?.code == .damaged)
        #expect(error?.reason == "line 2 is damaged, or lines before it are missing")
        #expect(try bytes(folder) == changed)
    }

    @Test func `a missing line is noticed`() async throws {
        defer { removeFolder() }
        let folder = try await stopped()
        let lines = try bytes(folder).split(separator: 0x0A)
        try write(Array(lines[0]) + [0x0A] + Array(lines[2]) + [0x0A], to: folder)
        let error = #expect(throws: JournalError.self) { try goOn(folder) }
        #expect(error?.reason == "line 2 is damaged, or lines before it are missing")
    }

    @Test func `a run is going on for as long as it is held, and nobody else can take it`() throws {
        defer { removeFolder() }
        let folder = try RunFolder.create(in: runs)
        #expect(!folder.isRunning)
        do {
            let lock = try RunLock(folder)
            #expect(folder.isRunning)
            let error = #expect(throws: JournalError.self) { try RunLock(folder) }
            #expect(error?.code == .isRunning)
            withExtendedLifetime(lock) {}
        }
        #expect(!folder.isRunning)
        _ = try RunLock(folder)
    }

    @Test func `long traces and endless names are cut where a character ends`() async throws {
        defer { removeFolder() }
        let folder = try RunFolder.create(in: runs)
        let journal = try JournalWriter(in: folder)
        let test = TestCase(
            suite: String(repeating: "ü", count: 5000), name: "n", result: .errored,
            trace: String(repeating: "é", count: 1 << 16))
        let outputs = StepOutputs(cases: Array(repeating: test, count: 300))
        try await journal.append(.runStarted(header))
        try await journal.append(.stepEnded(phone, StepPath(step: 0), StepEnd(verdict: .failed, outputs: outputs)))
        let record = try JournalContents(reading: folder.journalPath).record
        let cases = try #require(record.phones[1].steps.first?.end?.outputs.cases)
        #expect(cases.count == 300)
        #expect(cases[0].suite == String(repeating: "ü", count: 256) + "…")
        #expect(cases[0].trace == String(repeating: "é", count: 4096) + "…")
        #expect(cases[299].trace == String(repeating: "é", count: 128) + "…")
        #expect(await journal.record() == record)
    }

    @Test func `an output nested too deep for readers ends in null and its line is read`() throws {
        var deep = OutputValue.integer(1)
        for _ in 0..<100 { deep = .list([deep]) }
        var encoder = EventEncoder(redactor: Redactor())
        var bytes: [UInt8] = []
        let end = StepEnd(verdict: .ok, outputs: StepOutputs(values: ["deep": deep, "flat": .integer(2)]))
        encoder.encode(JournalEvent(time: 1, .stepEnded(phone, StepPath(step: 0), end)), into: &bytes)
        let read = try JournalContents(bytes: bytes)
        guard case .stepEnded(_, _, let found)? = read.events.first?.body else {
            Issue.record("the line is not read")
            return
        }
        #expect(found.outputs.values["flat"] == .integer(2))
    }
}
