import DroverTesting
import Farm
import Foundation
import Testing

@testable import Custody

/// The lease on the phone, with the machine's own shell in the phone's place.
@Suite struct PhoneLeaseTests {
    private let scratch: ScratchFolder
    private var folder: String { "\(scratch.path)/.drover-lease" }
    init() throws { scratch = try ScratchFolder() }

    private func lease(_ token: String, owner: String? = nil, life: Int = 600) -> PhoneLease {
        PhoneLease(owner: owner ?? "run of \(token)", token: token, life: .seconds(life), folder: folder)
    }

    private func run(_ line: String) async throws -> CommandResult {
        let name = "\(scratch.path)/out-\(UUID().uuidString)"
        try scratch.write("", to: String(name.split(separator: "/").last ?? ""))
        let file = try FileHandle(forWritingTo: URL(filePath: name))
        let id = try spawn(
            ["/bin/sh", "-c", line], ["PATH": "/usr/bin:/bin"], output: file.fileDescriptor, error: file.fileDescriptor)
        let exit = await exitCode(of: id)
        return ScriptedPhone.Script.result(RepositoryFile.text(at: name) ?? "", exit: Int(exit))
    }

    private func take(_ lease: PhoneLease) async throws -> PhoneLease.Answer {
        PhoneLease.answer(in: try await run(lease.takingLine))
    }

    private func isHeld(_ answer: PhoneLease.Answer, by owner: String) -> Bool {
        if case .held(owner, let seconds) = answer { (1...600).contains(seconds) } else { false }
    }

    @Test func `who comes first has the phone until they give it back`() async throws {
        #expect(try await take(lease("a1")) == .taken)
        #expect(isHeld(try await take(lease("b2")), by: "run of a1"))
        #expect(try await take(lease("a1")) == .taken, "it is renewed")
        _ = try await run(lease("b2").releasingLine)
        #expect(isHeld(try await take(lease("b2")), by: "run of a1"), "b2 gave back what is not theirs")
        _ = try await run(lease("a1").releasingLine)
        #expect(!FileManager.default.fileExists(atPath: folder))
        #expect(try await take(lease("b2")) == .taken)
    }

    @Test func `a lease whose time has passed is taken over, and cannot be renewed then`() async throws {
        try scratch.write("old owner\n", to: ".drover-lease/owner-old")
        try scratch.write("", to: ".drover-lease/until-1000-old")
        #expect(try await take(lease("a1")) == .taken)
        #expect(isHeld(try await take(lease("old")), by: "run of a1"))
        let names = RepositoryFile.names(in: folder)
        #expect(names.filter { $0.hasPrefix("until") }.count == 1, "\(names)")
    }

    @Test func `a folder whose maker died is made anew`() async throws {
        try scratch.folder(".drover-lease")
        #expect(try await take(lease("a1")) == .taken)
    }

    @Test(arguments: ["free", "expired", "empty"])
    func `of many who ask at once at most one has the phone`(before: String) async throws {
        for round in 0..<6 {
            try? FileManager.default.removeItem(atPath: folder)
            if before != "free" { try scratch.folder(".drover-lease") }
            if before == "expired" { try scratch.write("", to: ".drover-lease/until-1000-old") }
            let lines = (0..<8).map { lease("r\(round)n\($0)").takingLine }
            let answers = try await withThrowingTaskGroup(of: PhoneLease.Answer.self) { group in
                for line in lines { group.addTask { PhoneLease.answer(in: try await run(line)) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.count { $0 == .taken } <= 1, "\(answers)")
            if before != "empty" { #expect(answers.count { $0 == .taken } == 1, "\(answers)") }
        }
    }

    @Test func `an owner's words are words, whatever they hold`() async throws {
        let owner = "'; rm -rf / #\n$(id) `id` \\ \u{1B}[2J"
        #expect(try await take(lease("a1", owner: owner)) == .taken)
        guard case .held(let shown, _) = try await take(lease("b2")) else {
            Issue.record("it is not held")
            return
        }
        #expect(shown == "_; rm -rf / #_u{A}$(id) `id` _ _u{1B}[2J")
    }

    @Test func `what the phone says is told, and is never an answer by chance`() async throws {
        let cases: [(String, PhoneLease.Answer)] = [
            ("drover-lease taken\n", .taken), ("noise\r\ndrover-lease taken\r\n", .taken),
            ("drover-lease held 12 anna on hub\u{1B}[2J\n", .held(owner: "anna on hub\\u{1B}[2J", seconds: 12)),
            ("drover-lease held x", .held(owner: "somebody", seconds: 0)),
            (
                "drover-lease impossible mkdir: Read-only file system\n",
                .impossible("impossible mkdir: Read-only file system")
            ),
            ("sh: mkdir: not found\n", .impossible("sh: mkdir: not found")), ("", .impossible("")),
        ]
        for (text, answer) in cases {
            #expect(PhoneLease.answer(in: ScriptedPhone.Script.result(text)) == answer, "\(text)")
        }
        let missing = PhoneLease(owner: "a", token: "a", life: .seconds(9), folder: "\(scratch.path)/no/where")
        guard case .impossible(let words) = PhoneLease.answer(in: try await run(missing.takingLine)) else {
            Issue.record("there is no such folder")
            return
        }
        #expect(words.contains("No such file or directory"))
        #expect(PhoneLease.Answer.taken.failure == nil)
        #expect(
            PhoneLease.Answer.held(owner: "anna", seconds: 90).failure?.reason == "held by anna for another 1m30s")
    }
}
