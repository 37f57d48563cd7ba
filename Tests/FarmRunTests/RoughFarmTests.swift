import DroverTesting
import Farm
import Foundation
import Journal
import Lanes
import Reports
import Simulator
import Testing

/// A fault, and what a run has to make of it.
private struct Trouble {
    /// When a phone with it can have its verdict.
    enum Pace {
        /// Without any time passing.
        case prompt
        /// After a while in which bytes move.
        case busy
        /// After a limit.
        case silent
    }

    let spelling: String
    let verdict: Verdict
    var pace = Pace.prompt
    /// Whether the app is on the phone in the end, although the verdict is not `changed`.
    var hasApp = false

    static let all = [
        Trouble(spelling: "refuse", verdict: .lost), Trouble(spelling: "hang-up", verdict: .lost),
        Trouble(spelling: "garbage", verdict: .lost), Trouble(spelling: "wrong-magic", verdict: .lost),
        Trouble(spelling: "wrong-length", verdict: .lost), Trouble(spelling: "drop-at:65536", verdict: .lost),
        Trouble(spelling: "reset-mid-push", verdict: .lost), Trouble(spelling: "offline-after:2", verdict: .lost),
        Trouble(spelling: "disk-full", verdict: .failed), Trouble(spelling: "exit-lost", verdict: .failed),
        Trouble(spelling: "double-close", verdict: .changed), Trouble(spelling: "empty-write", verdict: .changed),
        Trouble(spelling: "flood", verdict: .failed, pace: .busy),
        Trouble(spelling: "slow:1048576", verdict: .changed, pace: .busy),
        Trouble(spelling: "unauthorized", verdict: .lost, pace: .silent),
        Trouble(spelling: "stall:connect", verdict: .lost, pace: .silent),
        Trouble(spelling: "stall:auth", verdict: .lost, pace: .silent),
        Trouble(spelling: "stall:open", verdict: .timedOut, pace: .silent),
        Trouble(spelling: "stall:write", verdict: .timedOut, pace: .silent),
        Trouble(spelling: "stall:reply", verdict: .timedOut, pace: .silent),
    ]
}

/// 200 phones, three in ten of which misbehave in every way there is, on a clock that only the test moves.
@Suite("A rough farm on a clock of its own", .timeLimit(.minutes(5)))
struct RoughFarmTests {
    private static let away = """
          away: { adb: "tcp:127.0.0.1:1" }
          nowhere: { adb: "tcp:255.255.255.255:5555" }

        """

    @Test func `everyone has the verdict and the line of its fault, and healthy phones need no time`() async throws {
        let each = 3
        var options = SimulationOptions(phones: 200)
        options.faults = try Trouble.all.map { trouble in
            FaultAssignment(try #require(Fault(trouble.spelling)), .count(each))
        }
        let rough = try RoughFarm(options)
        let data = [UInt8](repeating: 7, count: 131_072)
        try Data(data).write(to: URL(fileURLWithPath: "\(rough.folder.path)/data.bin"))
        let start = rough.clock.now
        #expect(Set(rough.farm.phones.compactMap(\.fault?.description)) == Set(Trouble.all.map(\.spelling)))
        let troubles = Dictionary(uniqueKeysWithValues: Trouble.all.map { ($0.spelling, $0) })
        func names(_ paces: Set<Trouble.Pace>) -> Set<String> {
            Set(
                rough.farm.phones.filter { phone in
                    phone.fault.flatMap { troubles[$0.description] }.map { paces.contains($0.pace) } ?? false
                }.map(\.name))
        }
        let (record, began) = try await rough.run(
            Self.playbook(rough.folder.path), more: Self.away, timed: names([.busy, .silent]), quick: names([.busy]))

        #expect(began == start, "phones that do not stall needed time")
        #expect(record.counts.total == 202)
        #expect(Verdict.allCases.reduce(0) { $0 + record.counts[$1] } == 202)
        let ends = Dictionary(uniqueKeysWithValues: record.phones.map { ($0.target.name, $0) })
        for name in ["away", "nowhere"] { #expect(ends[name]?.verdict == .lost, "\(name)") }
        #expect(rough.farm.phones.count { $0.fault != nil } == each * Trouble.all.count)
        for phone in rough.farm.phones {
            let trouble = phone.fault.flatMap { troubles[$0.description] }
            let verdict = trouble?.verdict ?? .changed
            let end = try #require(ends[phone.name], "\(phone.name) is missing")
            #expect(end.verdict == verdict, "\(phone.name), \(trouble?.spelling ?? "healthy"): \(end)")
            let deeds = phone.record.deeds
            let hasApp = verdict == .changed || trouble?.hasApp == true
            #expect(deeds.successfulInstalls == (hasApp ? 1 : 0), "\(phone.name), \(trouble?.spelling ?? "healthy")")
            guard verdict == .changed else { continue }
            #expect(deeds.shellLines.contains("id") && deeds.files.contains { $0.bytes == 131_072 }, "\(phone.name)")
        }
        expectGolden(Self.lines(of: record, rough.folder.path), "golden/reports/rough-farm.txt")
    }

    private static func playbook(_ folder: String) -> String {
        """
        name: Rough
        phones: all
        steps:
          - shell: id
          - push: { from: \(folder)/data.bin, to: /sdcard/Download/data.bin }
          - install: \(Fixture.path("apps/game-1.apk"))
        """
    }

    /// The report as a person reads it, without what differs from run to run.
    private static func lines(of record: RunRecord, _ folder: String) -> String {
        var text = TerminalReport(record).text
        text.replace(/127\.0\.0\.1:[0-9]{2,}/, with: "127.0.0.1:PORT")
        if let id = record.header?.id { text.replace(id.description, with: "RUN") }
        text.replace(/in [0-9.]+ s, [0-9.]+ [kMG]?B moved/, with: "in TIME, BYTES moved")
        text.replace(folder, with: "FOLDER")
        return text
    }
}
