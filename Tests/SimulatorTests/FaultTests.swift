import Testing

@testable import Simulator

/// How faults are written and dealt.
struct FaultTests {
    @Test(
        "a fault is read back as it was written",
        arguments: [
            "refuse", "hang-up", "stall:connect", "stall:auth", "stall:open", "stall:write", "stall:reply",
            "drop-at:65536", "wrong-magic", "wrong-length", "flood", "slow:65536", "exit-lost", "offline-after:3",
            "garbage", "unauthorized", "disk-full", "reset-mid-push", "double-close", "empty-write", "silent-reboot",
            "drop-at:5*2",
        ])
    func spelling(text: String) throws {
        #expect(try #require(Fault(text)).description == text)
    }

    @Test func `sizes in faults may carry units`() {
        #expect(Fault("slow:64KiB")?.kind == .slow(bytesPerSecond: 65536))
        #expect(Fault("slow:64KB")?.kind == .slow(bytesPerSecond: 64_000))
        #expect(Fault("slow:64kB")?.kind == .slow(bytesPerSecond: 64_000))
        #expect(Fault("drop-at:2MB")?.kind == .drop(atByte: 2_000_000))
    }

    @Test(
        "what is no fault is refused",
        arguments: [
            "", "none", "stall", "stall:lunch", "drop-at", "drop-at:x", "slow:0", "refuse:1", "garbage*0", "garbage*x",
        ])
    func refused(text: String) {
        #expect(Fault(text) == nil)
    }

    @Test func `shares are dealt by the seed, and a phone gets one fault at most`() throws {
        let names = (1...200).map { "sim-\($0)" }
        let assignments = ["garbage@10%", "refuse@7", "flood@sim-5"].compactMap { FaultAssignment($0) }
        try #require(assignments.count == 3)
        let dealt = FaultAssignment.deal(assignments, to: names, seed: 3)
        #expect(dealt.values.count { $0.kind == .garbage } == 20)
        #expect(dealt.values.count { $0.kind == .refuse } == 7)
        #expect(dealt["sim-5"]?.kind == .flood)
        #expect(dealt == FaultAssignment.deal(assignments, to: names, seed: 3))
        #expect(dealt != FaultAssignment.deal(assignments, to: names, seed: 4))
    }

    @Test("what is no share is refused", arguments: ["garbage@", "garbage@101%", "garbage@-1", "@5%"])
    func badShare(text: String) {
        #expect(FaultAssignment(text) == nil)
    }
}
