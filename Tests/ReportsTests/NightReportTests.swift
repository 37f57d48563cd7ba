import DroverTesting
import Farm
import Foundation
import Journal
import Reports
import Testing

/// Plays, waves, test cases and rescues in every report.
@Suite struct NightReportTests {
    @Test func `a night is told to people`() throws {
        expectGolden(
            TerminalReport(try Stories.night().record, folder: "runs/2026-11-20-brave-otter").text,
            "golden/reports/night.txt")
    }

    @Test func `a night is told to programs`() throws {
        expectGolden(JSONReport(try Stories.night().record).text, "golden/reports/night.json")
    }

    @Test func `a night is told to test servers`() throws {
        expectGolden(JUnitReport(try Stories.night().record).text, "golden/reports/night.junit.xml")
    }

    @Test func `a night that goes on, was killed or is over can be looked at`() throws {
        let story = try Stories.night(isOver: false)
        let now = story.start + 12_000
        var text = ""
        for (title, record, isRunning) in [
            ("running", story.record, true), ("killed", story.record, false),
            ("ended", try Stories.night().record, false),
        ] {
            let report = StatusReport(record, isRunning: isRunning, now: now)
            text += "== \(title)\n\(report.text)\(report.json)"
        }
        expectGolden(text, "golden/reports/status.txt")
    }

    @Test func `what was cut off is waiting when the run goes on, and not in flight`() throws {
        var story = try Stories.night(isOver: false)
        story.tell(20_000, .runResumed(RunResumed(commandLine: ["drover", "resume"], version: "0.1.0")))
        let text = StatusReport(story.record, isRunning: true, now: story.start + 21_000).text
        #expect(text.contains("2 ended, 0 in flight, 6 waiting = 8 phones\n"), "\(text)")
    }

    @Test func `runs are listed`() throws {
        let killed = try Stories.night(isOver: false).record
        let rows = [
            RunListing.Row(
                id: try id("2026-11-18-bold-yak"), record: try Stories.goodDeploy().record, isRunning: false,
                size: 9_000),
            RunListing.Row(id: try id("2026-11-19-calm-elk"), record: killed, isRunning: false, size: 10),
            RunListing.Row(
                id: try id("2026-11-20-brave-otter"), record: try Stories.night().record, isRunning: false, size: 70_000
            ),
            RunListing.Row(id: try id("2026-11-21-deft-owl"), record: killed, isRunning: true, size: 4_000_000),
            RunListing.Row(id: try id("2026-11-21-odd-one"), record: RunRecord(), isRunning: false, size: 0),
        ]
        let listing = RunListing(rows)
        expectGolden(listing.text + listing.json, "golden/reports/runs.txt")
        #expect(RunListing([]).text == "no runs yet\n")
    }

    private func id(_ text: String) throws -> RunID { try #require(RunID(text)) }

    @Test func `waves and the reason to stop are told while they happen`() throws {
        var plain = PlainProgress()
        var progress = RunProgress()
        var text = ""
        for event in try Stories.night().events {
            if let line = plain.line(for: event) { text += line + "\n" }
            progress.apply(event)
        }
        let live = LiveProgress(style: ReportStyle(isColoured: false, width: 80))
        text += "== live\n" + live.lines(progress, now: 1_795_219_212_000).map { $0 + "\n" }.joined()
        expectGolden(text, "golden/reports/night-progress.txt")
    }
}
