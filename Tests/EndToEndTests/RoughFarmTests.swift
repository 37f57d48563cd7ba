import Foundation
import Journal
import Reports
import Simulator
import Testing

/// 200 phones, three in ten of which misbehave in every way there is.
@Suite("A rough farm", .timeLimit(.minutes(5)))
struct RoughFarmTests {
    /// Each fault goes to four phones.
    private static let faults: [(spelling: String, verdict: Verdict)] = [
        ("refuse", .lost), ("hang-up", .lost), ("garbage", .lost), ("unauthorized", .lost),
        ("wrong-magic", .lost), ("wrong-length", .lost), ("drop-at:65536", .lost), ("reset-mid-push", .lost),
        ("offline-after:2", .lost), ("disk-full", .failed), ("exit-lost", .failed),
        ("stall:open", .timedOut), ("stall:reply", .timedOut), ("double-close", .changed), ("empty-write", .changed),
    ]

    private static let playbook = """
        name: Rough
        phones: all
        steps:
          - push: { from: data.bin, to: /sdcard/Download/data.bin }
            timeout: 15s
          - install: \(PracticeFarm.project("fixtures/apps/game-1.apk"))
            timeout: 15s
          - shell: id
            timeout: 15s

        """

    @Test func `everyone has the verdict of its fault, and all counts agree`() async throws {
        var options = SimulationOptions(phones: 200)
        options.faults = try Self.faults.map { fault in
            FaultAssignment(try #require(Fault(fault.spelling)), .count(4))
        }
        try await PracticeFarm.with(options) { practice in
            try practice.write(String(repeating: "0123456789abcdef", count: 8192), to: "data.bin")
            try practice.write(Self.playbook, to: "rough.yml")
            let result = try await practice.run("run", "rough.yml", "--json", "--forks", "256")
            #expect(result.exitCode == 1, "\(result.error)")
            let report = try RunJSON(result.output)
            let expected = Dictionary(uniqueKeysWithValues: Self.faults.map { ($0.spelling, $0.verdict) })
            #expect(report.verdicts.count == 200)
            for phone in practice.farm.phones {
                let verdict = phone.fault.flatMap { expected[$0.description] } ?? .changed
                let failure = report.failures[phone.name] ?? ""
                #expect(
                    report.verdicts[phone.name] == verdict,
                    "\(phone.name), \(phone.fault?.description ?? "healthy"): \(failure)")
                guard verdict == .changed else { continue }
                let deeds = phone.record.deeds
                #expect(deeds.successfulInstalls == 1 && deeds.shellLines.contains("id"), "\(phone.name)")
                #expect(deeds.files.contains { $0.bytes == 131_072 }, "\(phone.name)")
            }
            try agree(report, practice.drover)
        }
    }

    /// The journal, the report for programs and the report for people tell the same numbers.
    private func agree(_ report: RunJSON, _ drover: DroverProcess) throws {
        let journal = try JournalContents(reading: try drover.journal(of: report.run))
        #expect(journal.damagedLines.isEmpty && !journal.isTorn)
        let counts = journal.record.counts
        #expect(counts.total == 200)
        for verdict in Verdict.allCases {
            #expect(report.counts[verdict.rawValue] == counts[verdict])
            #expect(report.verdicts.values.count { $0 == verdict } == counts[verdict])
        }
        let terms = [Verdict.changed, .failed, .lost, .timedOut].map { "\(counts[$0]) \($0.words)" }
        let text = TerminalReport(journal.record).text
        #expect(text.contains(terms.joined(separator: " + ") + " = 200 phones"), "\(text)")
    }
}
