import Farm
import Foundation
import Journal
import Testing

struct JournalGlanceTests {
    @Test func `the ends of a journal tell what the whole does`() async throws {
        let runs = JournalSamples.temporaryFolder()
        defer { try? FileManager.default.removeItem(atPath: runs) }
        let folder = try RunFolder.create(in: runs)
        let journal = try JournalWriter(in: folder)
        // A first line that is longer than one read.
        let header = JournalSamples.header(phones: 9_000)
        try await journal.append(.runStarted(header))
        for target in header.targets.prefix(100) { journal.post(.phoneEnded(target, PhoneEnd(verdict: .ok))) }
        let running = try JournalGlance(reading: folder.journalPath)
        #expect(running.header == header)
        #expect(running.end == nil)
        let end = RunEnd(counts: await journal.record().counts, exitCode: 1, why: "some \"failed\"", duration: 7)
        try await journal.append(.runEnded(end))
        let ended = try JournalGlance(reading: folder.journalPath)
        let record = try JournalContents(reading: folder.journalPath).record
        #expect(ended.end == end)
        #expect(ended.end?.counts == record.counts)
        #expect(ended.startTime == record.startTime)
        try await journal.append(.runResumed(RunResumed(commandLine: [], version: "")))
        #expect(try JournalGlance(reading: folder.journalPath).end == nil)
    }

    @Test("what is no journal has no beginning and no end", arguments: ["", "\n", "{}\n{}\n", "no newline"])
    func none(text: String) throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("glance-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(text.utf8).write(to: file)
        let glance = try JournalGlance(reading: file.path)
        #expect(glance.header == nil)
        #expect(glance.end == nil)
    }
}
