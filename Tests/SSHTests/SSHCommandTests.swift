import DroverTesting
import Lanes
import Testing

@testable import SSH

@Suite("Commands over SSH", .enabled(if: SSHServer.isThere), .timeLimit(.minutes(5)))
struct SSHCommandTests {
    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test func `output, error and exit code are told apart`() async throws {
        let result = try await SSHRig.connected { connection, _ in
            try await connection.run(SSHCommand("echo out; echo err >&2; exit 7"))
        }
        #expect(text(result.output) == "out\n")
        #expect(text(result.error) == "err\n")
        #expect(result.exit == 7)
        #expect(result.signal == nil)
    }

    @Test func `a signal that ends a command is told by its name`() async throws {
        let result = try await SSHRig.connected { connection, _ in
            try await connection.run(SSHCommand("kill -KILL $$"))
        }
        #expect(result.exit == nil)
        #expect(result.signal == "KILL")
    }

    @Test func `input goes to the command, and ends`() async throws {
        let input = SharedBytes((0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 / 7) })
        let result = try await SSHRig.connected { connection, _ in
            try await connection.run(SSHCommand("wc -c; echo done", input: [SharedSlice(input)]))
        }
        #expect(text(result.output) == "3000000\ndone\n")
    }

    @Test func `a command that reads nothing ends all the same`() async throws {
        let input = SharedBytes([UInt8](repeating: 65, count: 8 << 20))
        let result = try await SSHRig.connected { connection, _ in
            try await connection.run(SSHCommand("exit 3", input: [SharedSlice(input)]))
        }
        #expect(result.exit == 3)
    }

    @Test func `ten megabytes on standard error do not stop what comes on standard output`() async throws {
        let result = try await SSHRig.connected { connection, _ in
            try await connection.run(
                SSHCommand("head -c 10485760 /dev/zero >&2; echo after", outputLimit: 1 << 20))
        }
        #expect(text(result.output) == "after\n")
        #expect(result.error.count == 1 << 20)
        #expect(result.isTruncated)
        #expect(result.exit == 0)
    }

    @Test func `output without an end is stopped`() async throws {
        let result = try await SSHRig.connected { connection, _ in
            try await connection.run(SSHCommand("yes", outputLimit: 1000))
        }
        #expect(result.isEndless)
        #expect(result.output.count == 1000)
    }

    @Test func `a hundred commands run side by side on one connection`() async throws {
        let sums = try await SSHRig.connected { connection, _ in
            try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<100 {
                    group.addTask(executorPreference: connection.lane) {
                        let result = try await connection.run(SSHCommand("echo $((\(number) * 2))"))
                        return Int(String(decoding: result.output.dropLast(), as: UTF8.self)) ?? -1
                    }
                }
                return try await group.reduce(0, +)
            }
        }
        #expect(sums == 9900)
    }

    @Test func `a server that allows few sessions gets no more, and all commands have their turn`() async throws {
        var options = SSHServer.Options()
        options.lines = ["MaxSessions 3"]
        let codes = try await SSHRig.connected(options) { connection, _ in
            try await withThrowingTaskGroup(of: Int?.self) { group in
                for number in 0..<20 {
                    group.addTask(executorPreference: connection.lane) {
                        try await connection.run(SSHCommand("sleep 0.05; exit \(number)")).exit
                    }
                }
                var codes: [Int?] = []
                for try await code in group { codes.append(code) }
                return codes
            }
        }
        #expect(codes.compactMap { $0 }.sorted() == Array(0..<20))
    }

    /// How many processes of the host wait that long.
    private static func sleepers(_ seconds: Int, _ connection: SSHConnection) async throws -> String {
        let look = SSHCommand("pgrep -f 'slee[p] \(seconds)' | wc -l")
        return String(decoding: try await connection.run(look).output, as: UTF8.self)
    }

    @Test(arguments: ["", "trap '' TERM; "]) func `a cancelled command is ended on the host`(trap: String) async throws
    {
        let (before, after, abandoned) = try await SSHRig.connected { connection, server in
            let began = Waiter<Void>()
            let seconds = 100_000 + Int(server.port) + trap.utf8.count
            let task = Task(executorPreference: connection.lane) {
                try await connection.run(SSHCommand("\(trap)echo on; sleep \(seconds); true")) { _ in
                    began.resume(with: .success(()))
                    return true
                }
            }
            try await began.value()
            let before = try await Self.sleepers(seconds, connection)
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            return (before, try await Self.sleepers(seconds, connection), connection.abandoned)
        }
        #expect(before == "2\n", "the shell and its child")
        #expect(after == "0\n")
        #expect(abandoned == [])
    }

    @Test func `a login script's greeting does not hide the command`() {
        var line = GroupLine()
        var rest: [UInt8] = []
        for piece in ["Welcome!\n", "\u{2}dro", "ver 4711", "\nout", "put"] {
            rest += Array(piece.utf8).withUnsafeBytes { line.isOver ? Array($0) : line.strip($0) }
        }
        #expect(line.number == 4711)
        #expect(text(rest) == "Welcome!\noutput")
    }

    @Test func `what follows the output may end the command`() async throws {
        let seen = try await SSHRig.connected { connection, _ in
            let counter = ProgressMeter(clock: connection.lane.clock)
            _ = try await connection.run(SSHCommand("while :; do echo line; sleep 0.01; done"), meter: counter) { _ in
                counter.bytes < 50
            }
            return counter.bytes
        }
        #expect(seen >= 50)
    }
}
