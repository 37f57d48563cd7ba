import DroverTesting
import Farm
import Journal
import Synchronization
import Testing

@testable import Custody

@Suite final class QuarantineTests: Sendable {
    private let folder: ScratchFolder
    private let clock = Mutex<Int64>(1_000_000_000)
    init() throws { folder = try ScratchFolder() }

    /// Another process' book of the same user.
    private func withBook<Answer>(_ body: (QuarantineBook) throws -> Answer) rethrows -> Answer {
        let time = clock.withLock { $0 }
        return try body(QuarantineBook(folder: "\(folder.path)/state/drover/quarantine", now: { time }))
    }

    /// A run with an end for each phone: nil is `ok`, a code is a failure.
    private func run(_ name: String, _ ends: [String: String?], verdict: Verdict = .failed) throws -> RunRecord {
        let targets = ends.keys.sorted().map(TargetID.phone)
        let step = StepPath(step: 0)
        let header = RunHeader(
            id: try #require(RunID(name)), title: "t", targets: targets,
            steps: [StepLabel(path: step, keyword: "install", summary: "install game.apk")])
        var events = [JournalEvent(time: 1, .runStarted(header))]
        for target in targets {
            let failure = ends[target.name].flatMap { $0 }.map { code in
                StepFailure(code: code, operation: "connect", reason: "it said \(code)\n\u{1B}[2J")
            }
            let end = PhoneEnd(
                verdict: failure == nil ? .ok : verdict, failure: failure, step: failure.map { _ in step })
            events.append(JournalEvent(time: 2, .stepStarted(target, step, attempt: 1)))
            events.append(JournalEvent(time: 3, .phoneEnded(target, end)))
        }
        return RunRecord(events)
    }

    @Test func `three failures of its own in five runs quarantine a phone, with the evidence`() throws {
        let codes: [String?] = ["lost", nil, "no-space", nil, "preflight-battery"]
        for (number, code) in codes.enumerated() {
            let new = try withBook { try $0.note(run("run-\(number)", ["px-1": code, "px-2": nil])) }
            #expect(new.map(\.name) == (number == 4 ? ["px-1"] : []), "run \(number)")
        }
        let phone = try #require(try withBook { try $0.phones() }.first)
        #expect(phone.reason == "lost, no-space, preflight-battery: 3 of its last 5 runs")
        #expect(
            phone.evidence == [
                "run-0: install game.apk: it said lost\n\u{1B}[2J",
                "run-2: install game.apk: it said no-space\n\u{1B}[2J",
                "run-4: install game.apk: it said preflight-battery\n\u{1B}[2J",
            ])
        #expect(phone.by == nil && phone.until - phone.since == 7 * 86_400_000)
        #expect(try withBook { try $0.isQuarantined("px-1") })
        #expect(try !withBook { try $0.isQuarantined("px-2") })
    }

    @Test func `failures that are too far apart do not`() throws {
        for (number, code) in ["lost", nil, nil, nil, "lost", nil, nil, nil, "lost", "lost"].enumerated() {
            #expect(try withBook { try $0.note(run("run-\(number)", ["px-1": code])) } == [])
        }
    }

    @Test(
        arguments: [
            "failed", "timeout", "stall", "refused", "INSTALL_FAILED_VERSION_DOWNGRADE", "expect", "payload", "value",
            "unsupported", "held", "unknown", "unreachableish", "host-unreachable", "host-lost",
        ])
    func `what was done to the phone never speaks against it`(code: String) throws {
        for number in 0..<5 {
            #expect(try withBook { try $0.note(run("run-\(number)", ["px-1": code])) } == [])
        }
        #expect(try withBook { try $0.phones() } == [])
    }

    @Test(
        arguments: [
            "unreachable", "lost", "unauthorized", "INSTALL_FAILED_INSUFFICIENT_STORAGE", "no-space", "not-a-phone",
            "no-answer", "preflight-temperature", "preflight-boot",
        ])
    func `what the phone is does`(code: String) throws {
        for number in 0..<3 { _ = try withBook { try $0.note(run("run-\(number)", ["px-1": code], verdict: .lost)) } }
        #expect(try withBook { try $0.names() } == ["px-1"])
    }

    @Test func `a full volume is told by its words, too`() {
        let words = "couldn't write: No space left on device"
        #expect(PhoneReason.holds(for: StepFailure(code: "refused", operation: "push", reason: words)))
    }

    @Test func `a run in which most phones fail speaks about the network`() throws {
        let ends = Dictionary(uniqueKeysWithValues: (1...6).map { ("px-\($0)", $0 < 5 ? "unreachable" : nil) })
        for number in 0..<5 { #expect(try withBook { try $0.note(run("run-\(number)", ends)) } == []) }
    }

    @Test func `a run counts once, however often it is resumed`() throws {
        for _ in 0..<5 { #expect(try withBook { try $0.note(run("run-1", ["px-1": "lost"])) } == []) }
        _ = try withBook { try $0.note(run("run-1", ["px-1": nil])) }
        for number in 2...3 { #expect(try withBook { try $0.note(run("run-\(number)", ["px-1": "lost"])) } == []) }
    }

    @Test func `it ends with its time or when somebody says so, and what was is forgotten`() throws {
        for number in 0..<3 { _ = try withBook { try $0.note(run("run-\(number)", ["px-1": "lost"])) } }
        try withBook { try $0.add(["px-2", "px-3"], reason: "screen\nbroken %", by: "anna", for: .seconds(60)) }
        #expect(try withBook { try $0.names() } == ["px-1", "px-2", "px-3"])
        #expect(try withBook { try $0.phones() }.map(\.reason).last == "screen\nbroken %")
        #expect(try withBook { try $0.release(["px-3", "px-9"]) } == ["px-3"])
        clock.withLock { $0 += 60_000 }
        #expect(try withBook { try $0.names() } == ["px-1"])
        clock.withLock { $0 += 7 * 86_400_000 }
        #expect(try withBook { try $0.names() } == [])
        #expect(try withBook { try $0.note(run("run-5", ["px-1": "lost"])) } == [])
    }

    @Test func `a book that is damaged is told of and never overwritten`() throws {
        try withBook { try $0.add(["px-2"], reason: "r", by: "anna") }
        let file = try folder.write("drover-quarantine 1\nphone px-2\n", to: "state/drover/quarantine/phones")
        #expect(throws: CustodyError.self) { try withBook { try $0.names() } }
        #expect(throws: CustodyError.self) { try withBook { try $0.add(["px-3"], reason: "r", by: "anna") } }
        #expect(RepositoryFile.text(at: file) == "drover-quarantine 1\nphone px-2\n")
    }

    @Test func `nobody stands in it who did nothing, and reading makes no folder`() throws {
        #expect(try withBook { try $0.phones() } == [])
        #expect(RepositoryFile.names(in: folder.path) == [])
        _ = try withBook { try $0.note(run("run-1", ["px-1": nil])) }
        #expect(RepositoryFile.text(at: "\(folder.path)/state/drover/quarantine/phones") == nil)
    }
}
