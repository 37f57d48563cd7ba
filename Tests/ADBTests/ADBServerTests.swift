import ADBWire
import Lanes
import Testing

@testable import ADB

@Suite(.timeLimit(.minutes(5))) struct ADBServerTests {
    static let list = """
        R5CT1                  device usb:1-1 product:p model:Pixel_8 device:shiba transport_id:1
        TWIN                   device usb:1-2 product:p model:M device:d transport_id:2
        TWIN                   device usb:1-3 product:p model:M device:d transport_id:3
        GONE                   offline usb:1-4 transport_id:4
        NEW                    unauthorized usb:1-5 transport_id:5

        """

    /// Answers every service with a shell's output and exit code, then hangs up.
    static let shell = ScriptedServer.carrying(list) { line, service in
        line.okay()
        line.isRaw = true
        line.send(ShellPacket.stdout.encoded(Array(service.utf8)) + ShellPacket.exit.encoded([0]))
        line.hangUp()
    }

    static func withServer<Value: Sendable>(
        limit: Int = 64, _ script: @escaping @Sendable (ServerLine, String) -> Void,
        _ body: @escaping @Sendable (ADBServer, ScriptedServer, Lane, ManualClock) async throws -> Value
    ) async throws -> Value {
        try await onLane { lane, clock in
            let scripted = try ScriptedServer(on: lane, script: script)
            defer { scripted.close() }
            let server = ADBServer(at: try scripted.address(), name: "rack-1:5037", connectionLimit: limit)
            return try await body(server, scripted, lane, clock)
        }
    }

    @Test func `a phone is found, and its commands go through the server`() async throws {
        try await Self.withServer(Self.shell) { server, scripted, lane, _ in
            let phone = try await ADBServerConnection.connect(to: "R5CT1", through: server, on: lane)
            defer { phone.close() }
            #expect(phone.name == "rack-1:5037/R5CT1")
            #expect(phone.banner.model == "Pixel_8")
            #expect(phone.features.contains(.abb_exec))
            #expect(!phone.features.contains(.delayed_ack))
            let result = try await phone.run("id")
            #expect(result.output == Array("shell,v2,raw:id".utf8))
            #expect(result.exit == 0)
            #expect(
                scripted.requests == [
                    "host:devices-l", "host-serial:R5CT1:features", "host:transport:R5CT1", "shell,v2,raw:id",
                ])
        }
    }

    @Test(
        "a phone that cannot be used is told apart",
        arguments: [
            ("NOBODY", nil, ADBError.Code.noSuchPhone), ("GONE", nil, .phoneNotReady), ("NEW", nil, .unauthorized),
            ("TWIN", nil, .noSuchPhone), ("TWIN", "9-9", .noSuchPhone), ("TWIN", "1-3", nil),
        ] as [(String, String?, ADBError.Code?)])
    func choice(serial: String, usbPath: String?, expected: ADBError.Code?) async throws {
        try await Self.withServer(Self.shell) { server, _, lane, _ in
            let found = await code {
                _ = try await ADBServerConnection.connect(to: serial, usbPath: usbPath, through: server, on: lane)
            }
            #expect(found == expected)
        }
    }

    @Test func `phones with the same serial are reached by their number`() async throws {
        try await Self.withServer(Self.shell) { server, scripted, lane, _ in
            let phone = try await ADBServerConnection.connect(to: "TWIN", usbPath: "1-3", through: server, on: lane)
            _ = try await phone.run("id")
            #expect(scripted.requests.contains("host:transport-id:3"))
        }
    }

    @Test func `a number that means another phone by now is not used`() async throws {
        let script = ScriptedServer.carrying(Self.list, devpath: "usb:1-2") { line, _ in line.okay() }
        try await Self.withServer(script) { server, scripted, lane, _ in
            let phone = try await ADBServerConnection.connect(to: "TWIN", usbPath: "1-3", through: server, on: lane)
            #expect(await code { _ = try await phone.run("id") } == .lost)
            #expect(!scripted.requests.contains { $0.hasPrefix("host:transport-id") })
        }
    }

    @Test func `bytes both ways are counted and complete`() async throws {
        let app = [UInt8](repeating: 7, count: 5 << 20)
        let script = ScriptedServer.carrying(Self.list) { line, _ in
            line.okay()
            line.isRaw = true
        }
        try await Self.withServer(script) { server, scripted, lane, _ in
            let phone = try await ADBServerConnection.connect(to: "R5CT1", through: server, on: lane)
            let meter = ProgressMeter(clock: lane.clock)
            let installing = Task(executorPreference: lane) {
                try await phone.install([AppPart(name: "a", bytes: SharedBytes(app))], flags: ["-r"], meter: meter)
            }
            let line = try await scripted.line(3)
            try await line.received(app.count)
            line.send("Success\n")
            line.hangUp()
            #expect(try await installing.value.reply == .success(detail: ""))
            #expect(meter.bytes == UInt64(app.count + 8))
        }
    }

    @Test func `a service that the phone refuses is told as such`() async throws {
        let script = ScriptedServer.carrying(Self.list) { line, service in
            if service.hasPrefix("abb_exec:") { return line.fail("closed") }
            line.okay()
            line.send("Success\n")
            line.hangUp()
        }
        try await Self.withServer(script) { server, _, lane, _ in
            let phone = try await ADBServerConnection.connect(to: "R5CT1", through: server, on: lane)
            let outcome = try await phone.install([AppPart(name: "a", bytes: SharedBytes([1]))], flags: [])
            #expect(outcome == InstallOutcome(reply: .success(detail: ""), way: .exec))
        }
    }

    @Test(
        "a stream without an answer is judged by the phone's state",
        arguments: [
            ("device", nil), ("offline", ADBError.Code.lost),
        ] as [(String, ADBError.Code?)])
    func earlyEnd(state: String, expected: ADBError.Code?) async throws {
        let script: @Sendable (ServerLine, String) -> Void = { line, request in
            guard request.hasSuffix(":get-state") else {
                return ScriptedServer.carrying(Self.list) { line, _ in
                    line.okay()
                    line.hangUp()
                }(line, request)
            }
            line.okay(state)
            line.hangUp()
        }
        try await Self.withServer(script) { server, _, lane, _ in
            let phone = try await ADBServerConnection.connect(to: "R5CT1", through: server, on: lane)
            let found = await code {
                let result = try await phone.run("id")
                #expect(result.exit == nil)
            }
            #expect(found == expected)
        }
    }

    @Test func `a server that goes away loses its phones, and rests`() async throws {
        try await Self.withServer(Self.shell) { server, scripted, lane, clock in
            let phone = try await ADBServerConnection.connect(to: "R5CT1", through: server, on: lane)
            scripted.close()
            #expect(await code { _ = try await phone.run("id") } == .refused)
            #expect(phone.failure?.code == .lost)
            #expect(await code { _ = try await phone.run("id") } == .lost)
            let rest = try #require(server.rest(at: lane.now))
            #expect(rest <= .milliseconds(300))
            await clock.advance(by: rest)
            #expect(server.rest(at: lane.now) == nil)
        }
    }

    @Test func `the rest grows with every failure, and ends with an answer`() throws {
        let clock = ManualClock()
        let server = ADBServer(at: .loopback(port: 1))
        var now = clock.now
        var last = Duration.zero
        for _ in 0..<6 {
            server.couldNotBeReached(at: now)
            let rest = try #require(server.rest(at: now))
            #expect(rest > last)
            last = rest
            now = now.advanced(by: rest)
        }
        server.answered()
        #expect(server.rest(at: now) == nil)
    }

    @Test func `no more connections are open than the server's limit`() async throws {
        let script = ScriptedServer.carrying(Self.list) { line, _ in
            line.okay()
            line.isRaw = true
        }
        try await Self.withServer(limit: 2, script) { server, scripted, lane, _ in
            let phone = try await ADBServerConnection.connect(to: "R5CT1", through: server, on: lane)
            let running = (0..<4).map { number in
                Task(executorPreference: lane) { try await phone.run("echo \(number)").exit }
            }
            // Each of the first two sends its close-stdin; the others have no place yet.
            for count in [4, 5, 6] {
                try await scripted.line(count).received(ShellPacket.headerSize)
                #expect(scripted.lines.count == count)
                scripted.lines[count - 2].send(ShellPacket.exit.encoded([0]))
            }
            scripted.lines[5].send(ShellPacket.exit.encoded([0]))
            for task in running { #expect(try await task.value == 0) }
        }
    }

    @Test func `the list is handed over at every change`() async throws {
        let script: @Sendable (ServerLine, String) -> Void = { line, _ in
            line.okay("")
            line.send(ServerFraming.hex4(Self.list.utf8.count) + Array(Self.list.utf8))
            line.send("0000")
        }
        try await Self.withServer(script) { server, _, lane, _ in
            let counts = Basket()
            try await server.track(on: lane) { devices in
                withUnsafeBytes(of: UInt8(devices.count)) { counts.take($0) }
                return counts.bytes.count < 3
            }
            #expect(counts.bytes == [0, 5, 0])
        }
    }

    @Test("what is no adb server is recognised", arguments: ["HTTP/1.1 400\r\n", "CNXN", "FAILzzzz"])
    func somethingElse(words: String) async throws {
        try await Self.withServer({ line, _ in line.send(words) }) { server, _, lane, _ in
            #expect(await code { _ = try await server.devices(on: lane) } == .notADB)
        }
    }

    @Test func `a server that says nothing costs its limit`() async throws {
        try await Self.withServer({ _, _ in }) { server, scripted, lane, clock in
            let asking = Task(executorPreference: lane) { try await server.devices(on: lane) }
            _ = try await scripted.line(1)
            await clock.advance(by: .seconds(15))
            #expect(await code { _ = try await asking.value } == .timedOut)
        }
    }
}
