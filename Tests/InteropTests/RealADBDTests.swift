import ADB
import Testing

/// Our client against Debian 13's adbd, which knows nothing of our reading of the protocol.
@Suite(
    "Our client and a real adbd",
    .enabled(if: Counterpart.adbd.isThere, Counterpart.adbd.absence),
    .timeLimit(.minutes(5))
)
struct RealADBDTests {
    @Test func `adbd does not run as root`() async throws {
        try await withRealADBD { phone, _ in
            let result = try await phone.run("id -u")
            #expect(String(decoding: result.output, as: UTF8.self) != "0\n")
        }
    }

    @Test func `a command tells its exit code and keeps its two outputs apart`() async throws {
        try await withRealADBD { phone, _ in try await Conversations.shell(on: phone) }
    }

    @Test func `a command reads what it is given`() async throws {
        try await withRealADBD { phone, _ in
            let input = pseudorandom(300_000)
            let result = try await phone.run("cat", input: input)
            #expect(result.exit == 0)
            #expect(result.output == input)
        }
    }

    @Test func `many commands run side by side on one link`() async throws {
        try await withRealADBD { phone, _ in
            let lane = phone.lane
            let answers = try await withThrowingTaskGroup(of: (Int, String).self) { group in
                for number in 0..<40 {
                    group.addTask(executorPreference: lane) {
                        let result = try await phone.run("echo \(number)")
                        return (number, String(decoding: result.output, as: UTF8.self))
                    }
                }
                return try await group.reduce(into: [Int: String]()) { $0[$1.0] = $1.1 }
            }
            #expect(answers == Dictionary(uniqueKeysWithValues: (0..<40).map { ($0, "\($0)\n") }))
        }
    }
}
