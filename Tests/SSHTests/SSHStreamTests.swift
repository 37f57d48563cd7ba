import DroverTesting
import Lanes
import SSH
import Testing

@Suite("Streams through SSH", .enabled(if: SSHServer.isThere), .timeLimit(.minutes(5)))
struct SSHStreamTests {
    /// A port of this machine that gives back what it gets.
    private static func echo(on lane: Lane) throws -> TCPListener {
        try TCPListener(at: .loopback(port: 0), on: lane) { descriptor in
            let line = Echo()
            line.socket = try? TCPSocket(adopting: descriptor, on: lane, handler: line)
        }
    }

    // Sendable: touched only on the lane.
    private final class Echo: SocketHandler, @unchecked Sendable {
        var socket: TCPSocket?
        func socketConnected() {}
        func socketDrained() { socket?.resumeReading() }
        func socketFailed(_ failure: StreamFailure) { socket = nil }
        func socketReadable() {
            guard let socket else { return }
            switch socket.read(atMost: 1 << 20, { socket.send(Array($0)) }) {
            case .drained:
                if socket.queuedByteCount > 4 << 20 {
                    socket.pauseReading()
                    socket.tellWhenDrained()
                }
            case .endOfStream: socket.closeWhenDrained()
            case .failed:
                socket.close()
                self.socket = nil
            }
        }
    }

    @Test func `bytes go through and come back whole, on many channels at once`() async throws {
        try await SSHRig.connected { connection, _ in
            let lane = connection.lane
            let echo = try Self.echo(on: lane)
            let bulk = SharedBytes((0..<2_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 / 5) })
            let ends = (0..<30).map { _ in StreamEnd() }
            for end in ends {
                end.stream = connection.openStream(to: "127.0.0.1", port: echo.address.port, handler: end)
                end.stream?.send(Array("head".utf8))
                end.stream?.send(bulk, 0..<bulk.count)
            }
            for end in ends {
                try await end.received(bulk.count + 4)
                #expect(end.bytes.starts(with: Array("head".utf8)))
                bulk.withUnsafeBytes { #expect(end.bytes[4...].elementsEqual($0)) }
                end.stream?.close()
            }
            echo.close()
        }
    }

    @Test func `a channel that is not read holds the others up for nothing`() async throws {
        try await SSHRig.connected { connection, _ in
            let echo = try Self.echo(on: connection.lane)
            let bulk = SharedBytes([UInt8](repeating: 7, count: 32 << 20))
            let lazy = StreamEnd()
            lazy.stream = connection.openStream(to: "127.0.0.1", port: echo.address.port, handler: lazy)
            try await lazy.up.value()
            lazy.stream?.pauseReading()
            lazy.stream?.send(bulk, 0..<bulk.count)
            let busy = StreamEnd()
            busy.stream = connection.openStream(to: "127.0.0.1", port: echo.address.port, handler: busy)
            for number in 1...50 {
                busy.stream?.send(Array("ping".utf8))
                try await busy.received(4 * number)
            }
            #expect(lazy.count == 0)
            lazy.keeps = false
            lazy.stream?.resumeReading()
            try await lazy.received(bulk.count)
            lazy.stream?.close()
            busy.stream?.close()
            echo.close()
        }
    }

    @Test func `a connection of which nothing is read lives, and loses nothing`() async throws {
        try await SSHRig.connected { connection, _ in
            let echo = try Self.echo(on: connection.lane)
            let bulk = SharedBytes((0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 / 7) })
            let ends = (0..<6).map { _ in StreamEnd() }
            for end in ends {
                end.stream = connection.openStream(to: "127.0.0.1", port: echo.address.port, handler: end)
                try await end.up.value()
                end.stream?.pauseReading()
            }
            for end in ends { end.stream?.send(bulk, 0..<bulk.count) }
            // What has left comes back, until the windows are full.
            while ends.contains(where: { $0.stream?.queuedByteCount != 0 }) {
                try await Task.sleep(for: .milliseconds(5))
            }
            for end in ends { end.stream?.resumeReading() }
            for end in ends {
                try await end.received(bulk.count)
                bulk.withUnsafeBytes { #expect(end.bytes.elementsEqual($0)) }
                end.stream?.close()
            }
            echo.close()
        }
    }

    @Test func `a port where nobody listens, and a server that forwards nothing, are told apart`() async throws {
        func failure(_ lines: [String]) async throws -> String {
            var options = SSHServer.Options()
            options.lines = lines
            return try await SSHRig.connected(options) { connection, server in
                let end = StreamEnd()
                end.stream = connection.openStream(to: "127.0.0.1", port: 1, handler: end)
                do {
                    try await end.up.value()
                    return "opened"
                } catch let failure as StreamFailure {
                    return failure.description.replacing("\(server.port)", with: "PORT")
                        .replacing(SSHServer.user, with: "USER")
                }
            }
        }
        #expect(
            try await failure([])
                == "connect to 127.0.0.1:1 through USER@127.0.0.1:PORT: USER@127.0.0.1:PORT cannot connect to 127.0.0.1:1"
        )
        #expect(
            try await failure(["AllowTcpForwarding no"])
                == "connect to 127.0.0.1:1 through USER@127.0.0.1:PORT: USER@127.0.0.1:PORT forwards no connections")
    }

    @Test func `a host behind a jump host is reached through it`() async throws {
        let behind = try await SSHServer()
        let key = try await behind.keys.make()
        try behind.authorize(key)
        try await behind.start()
        let login = try SSHRig.login(behind, key)
        let answer = try await SSHRig.connected { gate, _ in
            let opening = StreamOpening { _, handler in
                gate.openStream(to: login.host, port: login.port, handler: handler)
            }
            let host = try await SSHConnection.connect(to: login, through: opening, on: gate.lane)
            defer { host.close() }
            let input = SharedBytes([UInt8](repeating: 65, count: 5_000_000))
            return try await host.run(SSHCommand("wc -c", input: [SharedSlice(input)])).output
        }
        #expect(String(decoding: answer, as: UTF8.self) == "5000000\n")
        await behind.stop()
    }

    @Test func `a subsystem is spoken to, and one that is not there is told`() async throws {
        try await SSHRig.connected { connection, _ in
            let end = StreamEnd()
            end.stream = connection.openSubsystem("sftp", handler: end)
            // SSH_FXP_INIT, version 3.
            end.stream?.send([0, 0, 0, 5, 1, 0, 0, 0, 3])
            try await end.received(9)
            #expect(end.bytes[4...8] == [2, 0, 0, 0, 3])
            end.stream?.close()
            let missing = StreamEnd()
            missing.stream = connection.openSubsystem("nothing", handler: missing)
            await #expect(throws: StreamFailure.self) { try await missing.up.value() }
        }
    }

    @Test func `when the host goes away every channel hears of it`() async throws {
        try await SSHRig.connected { connection, server in
            let echo = try Self.echo(on: connection.lane)
            let end = StreamEnd()
            end.stream = connection.openStream(to: "127.0.0.1", port: echo.address.port, handler: end)
            try await end.up.value()
            await server.stop()
            await #expect(throws: StreamFailure.self) { try await end.ended.value() }
            #expect(connection.failure?.code == .lost)
            echo.close()
        }
    }
}
