import Foundation
import Simulator
import Testing

/// What a phone does wrong, and how a run over it has to end.
struct PhoneTrouble: Sendable, CustomTestStringConvertible {
    let fault: String
    let exitCode: Int32
    /// What the whole run says.
    let says: [String]
    /// What is done to the phone; a push of 1 MB when not said.
    var command = ["push", "all", "big.bin", "/sdcard/Download/"]

    var testDescription: String { fault }

    private static let app = ["install", "all", PracticeFarm.project("fixtures/apps/game-1.apk")]
    private static let line = ["exec", "all", "--", "id"]

    static let all = [
        PhoneTrouble(fault: "refuse", exitCode: 4, says: ["1 lost = 1 phone", "  -> "]),
        PhoneTrouble(fault: "hang-up", exitCode: 4, says: ["1 lost = 1 phone", "  -> "]),
        PhoneTrouble(fault: "garbage", exitCode: 4, says: ["1 lost = 1 phone", "does not speak ADB", "  -> "]),
        PhoneTrouble(fault: "unauthorized", exitCode: 4, says: ["1 lost = 1 phone", "drover keys new", "  -> "]),
        PhoneTrouble(fault: "wrong-length", exitCode: 4, says: ["1 lost = 1 phone", "0xffffffff", "  -> "]),
        PhoneTrouble(fault: "wrong-magic", exitCode: 4, says: ["1 lost = 1 phone", "magic", "  -> "]),
        PhoneTrouble(fault: "reset-mid-push", exitCode: 4, says: ["1 lost = 1 phone", "  -> "]),
        PhoneTrouble(fault: "drop-at:65536", exitCode: 4, says: ["1 lost = 1 phone", "  -> "]),
        PhoneTrouble(fault: "offline-after:1", exitCode: 4, says: ["1 lost = 1 phone", "  -> "]),
        PhoneTrouble(fault: "disk-full", exitCode: 1, says: ["1 failed = 1 phone", "free", "  -> "]),
        PhoneTrouble(fault: "exit-lost", exitCode: 1, says: ["1 failed = 1 phone"], command: line),
        PhoneTrouble(fault: "stall:open", exitCode: 1, says: ["1 timed out = 1 phone", "  -> "], command: line),
        PhoneTrouble(fault: "stall:reply", exitCode: 1, says: ["1 timed out = 1 phone", "  -> "], command: app),
        PhoneTrouble(fault: "double-close", exitCode: 0, says: ["1 changed = 1 phone"]),
        PhoneTrouble(fault: "empty-write", exitCode: 0, says: ["1 changed = 1 phone"]),
    ]
}

@Suite("Phones that misbehave", .timeLimit(.minutes(5)))
struct FaultyPhoneTests {
    @Test("every trouble has its verdict, its exit code and a line that helps", arguments: PhoneTrouble.all)
    func verdict(of trouble: PhoneTrouble) async throws {
        let fault = try #require(FaultAssignment(trouble.fault))
        try await PracticeFarm.with(SimulationOptions(phones: 1, faults: [fault])) { practice in
            try practice.write(String(repeating: "0123456789abcdef", count: 65_536), to: "big.bin")
            var arguments = trouble.command
            arguments.insert(contentsOf: ["--timeout", "8s", "--retries", "0"], at: 2)
            let name = "phone-" + trouble.fault.replacing(":", with: "-")
            let result = try await practice.drover.expect(name, exitCode: trouble.exitCode, arguments)
            for text in trouble.says { #expect((result.output + result.error).contains(text)) }
        }
    }

    @Test func `a phone without a route to it is lost`() async throws {
        try await DroverProcess.with { drover in
            try drover.write("phones:\n  nowhere: { adb: \"tcp:255.255.255.255:5555\" }\n", to: "farm.yml")
            let result = try await drover.expect("phone-no-route", exitCode: 4, ["exec", "all", "--", "id"])
            #expect(result.error.contains("1 lost = 1 phone"))
            #expect(result.error.contains("  -> "))
        }
    }

    @Test func `a rostered phone that is away is listed with its reason, and counted as lost`() async throws {
        let away = FaultAssignment(Fault(.refuse), .phone("sim-002"))
        try await PracticeFarm.with(SimulationOptions(phones: 3, faults: [away])) { practice in
            let list = try await practice.run("phones")
            #expect(list.exitCode == 0)
            #expect(list.output.contains("3 phones, 2 ready"))
            #expect(list.output.contains("Connection refused"))
            let run = try await practice.run("exec", "all", "--retries", "0", "--", "id")
            #expect(run.exitCode == 4)
            #expect(run.error.contains("2 changed + 1 lost = 3 phones"), "\(run.error)")
        }
    }
}
