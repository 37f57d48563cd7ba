import DroverTesting
import Farm
import Journal
import Reports
import Testing

@Suite struct ProgressTests {
    @Test(arguments: [PlainProgress.Detail.phones, .steps])
    func `plain progress is one line for each thing that ends`(detail: PlainProgress.Detail) throws {
        var text = ""
        for (name, story) in [("good", try Stories.goodDeploy()), ("bad", try Stories.badDeploy())] {
            var progress = PlainProgress(detail: detail)
            text += "== \(name)\n"
            var lines = story.events.compactMap { progress.line(for: $0) }
            if name == "good" { lines = lines.filter { $0.contains("042") || !$0.contains("sim-") } }
            for line in lines { text += line + "\n" }
        }
        expectGolden(text, detail == .phones ? "golden/reports/plain-phones.txt" : "golden/reports/plain-steps.txt")
        #expect(!text.utf8.contains(0x1B))
    }

    @Test func `live progress follows a run`() throws {
        var story = try Stories.Teller(
            "Deploy the nightly build", phones: 1_000, steps: Stories.deploySteps, commandLine: ["drover"])
        var progress = RunProgress()
        progress.apply(story.events[0])
        let live = LiveProgress(style: ReportStyle(isColoured: false, width: 80))
        var frames = ""
        var told = 1
        func draw(at time: Int64, bytes: Int64) {
            while told < story.events.count {
                progress.apply(story.events[told])
                told += 1
            }
            progress.note(bytes: bytes, at: story.start + time)
            frames += "== \(time) ms\n"
            for line in live.lines(progress, now: story.start + time) { frames += line + "\n" }
        }
        draw(at: 0, bytes: 0)
        for phone in 1...256 {
            story.tell(Int64(phone), .phoneConnected(story.header.targets[phone - 1], PhoneFacts()))
            story.tell(Int64(phone), .stepStarted(story.header.targets[phone - 1], story.path(0), attempt: 1))
        }
        draw(at: 1_200, bytes: 12_000_000)
        for phone in 5...200 {
            story.step(phone, 0, 1_300...1_300, StepEnd(verdict: .changed))
            story.step(phone, 1, 1_300...1_900, StepEnd(verdict: .changed))
            story.step(phone, 2, 1_900...2_000, StepEnd(verdict: .ok))
            story.phone(phone, 2_000, PhoneEnd(verdict: phone == 77 ? .lost : .changed))
        }
        story.tell(2_000, .stepStarted(.phone("sim-0001"), story.path(0), attempt: 2))
        draw(at: 31_000, bytes: 1_512_000_000)
        draw(at: 36_500, bytes: 1_512_000_000)
        for phone in 1...1_000 where phone < 5 || phone > 200 {
            story.phone(phone, 90_000, PhoneEnd(verdict: .changed))
        }
        draw(at: 90_000, bytes: 9_000_000_000)
        expectGolden(frames, "golden/reports/live.txt")
    }

    @Test(arguments: [40, 57, 80, 200])
    func `no line of a frame is wider than the terminal`(width: Int) throws {
        let story = try Stories.badDeploy()
        var progress = RunProgress()
        let live = LiveProgress(style: ReportStyle(isColoured: false, width: width))
        for (number, event) in story.events.enumerated() {
            progress.apply(event)
            progress.note(bytes: Int64(number) * 1_000_000, at: event.time)
            for line in live.lines(progress, now: event.time + 5_000) { #expect(line.count <= width, "\(line)") }
        }
    }

    @Test func `a frame is painted over the one before`() {
        var painter = LivePainter()
        #expect(painter.frame(["a", "b"]) == "\ra\u{1B}[K\nb\u{1B}[K\n\u{1B}[J")
        #expect(painter.frame(["c"]) == "\r\u{1B}[2Ac\u{1B}[K\n\u{1B}[J")
        #expect(painter.clear() == "\r\u{1B}[1A\u{1B}[J")
        #expect(painter.clear() == "")
    }
}
