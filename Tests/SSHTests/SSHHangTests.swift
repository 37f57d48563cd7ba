import DroverTesting
import Lanes
import Synchronization
import Testing

@testable import SSH

@Suite("Hosts that hang", .enabled(if: SSHServer.isThere), .timeLimit(.minutes(10)))
struct SSHHangTests {
    /// A lane whose clock stands still until the test moves it, so that no limit passes by itself.
    private struct Rig: Sendable {
        let clock = ManualClock()
        let lane: Lane

        init() throws { lane = try Lane(name: "hanging", clock: clock) }

        /// Starts `body` on the lane.
        func start<Answer: Sendable>(_ body: @escaping @Sendable (Lane) async throws -> Answer) -> Task<
            Answer, any Error
        > {
            Task(executorPreference: lane) { [lane] in try await body(lane) }
        }

        /// Lets time pass until the task has ended.
        func end<Answer: Sendable>(_ task: Task<Answer, any Error>) async throws -> Answer {
            let hasEnded = Mutex(false)
            let watch = Task {
                while !hasEnded.withLock({ $0 }) {
                    await clock.advance(by: .seconds(1))
                    await Task.yield()
                }
            }
            let result = await task.result
            hasEnded.withLock { $0 = true }
            await watch.value
            return try result.get()
        }
    }

    private static func login(_ server: SSHServer, _ key: SSHKeyPair, through proxy: FaultyProxy) throws -> SSHLogin {
        var login = try SSHRig.login(server, key)
        login.port = proxy.port
        login.limits = SSHLimits()
        return login
    }

    @Test func `a phase that takes too long is named`() async throws {
        var notes = FailureNotes()
        try await SSHServer.serving { server in
            let key = try await server.keys.make()
            try server.authorize(key)
            let faults: [(String, ProxyFault)] = [
                ("says nothing", .say([])),
                ("says something else and then nothing", .say(Array("OKAY\r\n".utf8))),
                ("stops after its banner", .hang(after: 60, .toClient)),
                ("stops in the key exchange", .hang(after: 1300, .toClient)),
                ("hears nothing of the key exchange", .hang(after: 300, .toServer)),
                ("stops in the login", .hang(after: 1750, .toClient)),
            ]
            let silent = try SilentPort()
            var unreachable = try SSHRig.login(server, key)
            unreachable.port = silent.port
            unreachable.limits = SSHLimits()
            notes.hide(unreachable.name, as: "USER@HOST")
            let rig = try Rig()
            let connecting = rig.start { [unreachable] lane in
                try await SSHConnection.connect(to: unreachable, on: lane).close()
                return "logged in"
            }
            await notes.note("answers nothing, not even that nobody is there") { try await rig.end(connecting) }
            for (title, fault) in faults {
                let proxy = try await FaultyProxy(to: server.port, [fault])
                let rig = try Rig()
                let login = try Self.login(server, key, through: proxy)
                notes.hide(login.name, as: "USER@HOST")
                let task = rig.start { lane in
                    let connection = try await SSHConnection.connect(to: login, on: lane)
                    connection.close()
                    return "logged in"
                }
                await proxy.struck()
                await notes.note(title) { try await rig.end(task) }
                try await proxy.stop()
            }
        }
        notes.expectGolden("hanging.txt")
    }

    /// Connects through a proxy, runs `body` while time stands still, and closes.
    private func connected(
        _ body: @escaping @Sendable (SSHConnection, FaultyProxy, ManualClock) async throws -> Void
    ) async throws {
        try await SSHServer.serving { server in
            let key = try await server.keys.make()
            try server.authorize(key)
            let proxy = try await FaultyProxy(to: server.port)
            let rig = try Rig()
            let login = try Self.login(server, key, through: proxy)
            try await rig.start { lane in
                let connection = try await SSHConnection.connect(to: login, on: lane)
                do {
                    try await body(connection, proxy, rig.clock)
                } catch {
                    connection.close()
                    throw error
                }
                connection.close()
            }.value
            try await proxy.stop()
        }
    }

    @Test func `a network that is away for thirty seconds costs nothing`() async throws {
        try await connected { connection, proxy, clock in
            let began = Waiter<Void>()
            let running = Task(executorPreference: connection.lane) {
                // The second word can only come once the network is back.
                try await connection.run(SSHCommand("echo first; sleep 0.2; seq 1 20000; echo last")) { _ in
                    began.resume(with: .success(()))
                    return true
                }
            }
            try await began.value()
            try await proxy.pause()
            for _ in 0..<30 { await clock.advance(by: .seconds(1)) }
            try await proxy.resume()
            #expect(try await running.value.exit == 0)
            #expect(connection.failure == nil)
            #expect(try await connection.run(SSHCommand("echo on")).output == Array("on\n".utf8))
        }
    }

    @Test func `a network that stays away ends the connection, and everybody hears of it`() async throws {
        try await connected { connection, proxy, clock in
            let began = Waiter<Void>()
            let running = Task(executorPreference: connection.lane) {
                try await connection.run(SSHCommand("echo first; sleep 600")) { _ in
                    began.resume(with: .success(()))
                    return true
                }
            }
            try await began.value()
            try await proxy.pause()
            for _ in 0..<70 { await clock.advance(by: .seconds(1)) }
            let error = await #expect(throws: SSHError.self) { try await running.value }
            #expect(error?.code == .lost)
            let after = await #expect(throws: SSHError.self) { try await connection.run(SSHCommand("true")) }
            #expect(after?.code == .lost)
            #expect(connection.failure?.reason == "the host has been silent for 60.0 seconds")
        }
    }

    @Test func `a channel that does not open is given up in time`() async throws {
        try await connected { connection, proxy, clock in
            try await proxy.pause()
            let running = Task(executorPreference: connection.lane) {
                try await connection.run(SSHCommand("echo never"))
            }
            // It has asked once the lane has gone round.
            await clock.advance(by: .milliseconds(1))
            for _ in 0..<16 { await clock.advance(by: .seconds(1)) }
            let error = await #expect(throws: SSHError.self) { try await running.value }
            #expect(error?.code == .timedOut)
            #expect(error?.reason.contains("did not open the channel within 15.0 seconds") == true)
        }
    }
}
