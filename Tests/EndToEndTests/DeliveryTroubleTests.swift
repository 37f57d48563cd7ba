import Foundation
import Simulator
import Testing

/// Deliveries to phones that lack what deliveries use.
@Suite("Deliveries to poor phones", .timeLimit(.minutes(5)))
struct DeliveryTroubleTests {
    private static let place = "/sdcard/game/"
    private static let walk = "cd /sdcard/game && cat *.txt && wc -c sub/large.bin"

    @Test(arguments: [
        "lacks:tar", "lacks:sha256sum", "lacks:xargs", "lacks:tar+sha256sum+xargs+find+stat+dd-notrunc+dd-flags+head-c",
        "lacks:dd-notrunc", "loses-times",
    ])
    func `a folder arrives whole, is not sent again, and changes arrive`(fault: String) async throws {
        // A phone without a fault is the judge of the others.
        let faults = [try #require(FaultAssignment("\(fault)@3"))]
        try await PracticeFarm.with(SimulationOptions(phones: 4, faults: faults)) { practice in
            for number in 0..<40 { try practice.write("small \(number)", to: "game/\(number).txt") }
            try practice.write(String(repeating: "x", count: (1 << 20) + 100) + "end.", to: "game/sub/large.bin")
            let first = try await practice.run("push", "all", "game/", Self.place)
            #expect(first.exitCode == 0, "\(first.error)\(first.output)")
            try await expectEqual(practice)
            let received = practice.farm.record.total(\.receivedFiles)
            #expect(received == 4 * 41)
            // Where neither times nor hashes can tell, everything is sent again, which is right as well.
            let again = try await practice.run("push", "all", "game/", Self.place)
            #expect(again.exitCode == 0, "\(again.error)\(again.output)")
            #expect(practice.farm.record.total(\.receivedFiles) == received)
            #expect(again.output.contains("4 ok"), "\(again.output)")
            try practice.write("SMALL 7", to: "game/7.txt")
            let third = try await practice.run("push", "all", "game/", Self.place)
            #expect(third.exitCode == 0, "\(third.error)\(third.output)")
            #expect(practice.farm.record.total(\.receivedFiles) == received + 4)
            try await expectEqual(practice)
        }
    }

    /// All phones hold the same, and nothing temporary is left.
    private func expectEqual(_ practice: PracticeFarm) async throws {
        let sums = try await practice.run("exec", "all", "--", Self.walk)
        #expect(sums.exitCode == 0, "\(sums.error)")
        #expect(sums.output.contains("sim-[001-004]"), "\(sums.output)")
        let left = try await practice.run("exec", "all", "--", "ls -a /sdcard/game /sdcard | grep drover || echo none")
        #expect(left.output.contains("none"), "\(left.output)")
    }

    /// Deliveries of less than 1 MiB do not ask for the room first.
    @Test(arguments: [
        ("full-after:20000", 10_000, "No space left"), ("full-after:100", 10_000, "No space left"),
        ("full-after:300KiB", 10_000, "No space left"), ("full-after:4MiB", 100_000, "are needed"),
    ])
    func `on a disk that gets full nothing stands under its name in part`(
        fault: String, size: Int, word: String
    ) async throws {
        let faults = [try #require(FaultAssignment(fault))]
        try await PracticeFarm.with(SimulationOptions(phones: 2, faults: faults)) { practice in
            for number in 0..<60 {
                try practice.write(String(repeating: "\(number % 10)", count: size), to: "game/\(number).txt")
            }
            let first = try await practice.run("push", "all", "game/", Self.place, "--retries", "0")
            #expect(first.exitCode == 1, "\(first.error)\(first.output)")
            #expect((first.output + first.error).contains(word), "\(first.error)\(first.output)")
            #expect((first.output + first.error).contains("free space on the phone"), "\(first.error)")
            let left = try await practice.run(
                "exec", "all", "--", "ls -a /sdcard/game 2>/dev/null; ls -a /sdcard | grep drover; :")
            #expect(!left.output.contains(".txt") && !left.output.contains("drover"), "\(left.output)")
        }
    }
}
