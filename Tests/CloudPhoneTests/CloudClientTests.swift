import CloudPhone
import DroverTesting
import JSON
import Lanes
import Testing

@Suite("The client", .timeLimit(.minutes(2)))
struct CloudClientTests {
    private static let phone = SampleID.numbered(1)
    private static let stop = StopCloudPhoneOperation(phoneIDs: [phone])
    private static let started: JSONValue = [
        "request_id": .text(SampleID.numbered(5, "c")),
        "jobs": [["phone_id": .text(phone), "job_id": .text(SampleID.numbered(6, "d"))]],
    ]

    @Test func `a call is signed as it is sent, and its answer is read`() async throws {
        try await ScriptedHTTPServer.serving { _, line in
            line.answer(Self.started)
        } _: { server in
            let operation = UninstallApkOperation(packageName: "com.example.app", targets: .phones([Self.phone]))
            let call = try await server.client().send(operation)
            #expect(call.requestID == SampleID.numbered(5, "c"))
            #expect(call.elements.map(\.jobID) == [SampleID.numbered(6, "d")])
            let sent = try #require(await server.requests().first)
            #expect(sent.method == "POST")
            #expect(sent.target == "/v1/\(SampleID.project)/cloud-phone/phones/commands")
            #expect(
                String(decoding: sent.body, as: UTF8.self)
                    == #"{"command":"uninstall","content":"com.example.app","phone_ids":["\#(Self.phone)"]}"#)
            #expect(sent.fields["x-project-id"] == SampleID.project)
            #expect(
                sent.fields["authorization"]?.hasPrefix(
                    "SDK-HMAC-SHA256 Access=AKEXAMPLE00000000001, SignedHeaders=content-type;host;x-project-id;x-sdk-date, Signature="
                ) == true)
        }
    }

    @Test func `a DELETE has a body`() async throws {
        try await ScriptedHTTPServer.serving { _, line in
            line.answer(["request_id": .text(SampleID.numbered(5)), "jobs": []])
        } _: { server in
            let operation = DeleteShareAppsOperation(
                packageName: "com.example.app", serverIDs: [SampleID.numbered(2, "b")])
            _ = try await server.client().send(operation)
            let sent = try #require(await server.requests().first)
            #expect(sent.method == "DELETE")
            #expect(
                String(decoding: sent.body, as: UTF8.self)
                    == #"{"package_name":"com.example.app","server_ids":["\#(SampleID.numbered(2, "b"))"]}"#)
        }
    }

    @Test(
        "calls that look are repeated when they fail in passing",
        arguments: [
            (500, "CPS.0003"), (400, "CPS.0042"), (502, "APIGW.0610"), (504, "APIGW.0201"), (503, "CPS.9999"),
        ])
    func readAgain(status: Int, code: String) async throws {
        try await ScriptedHTTPServer.serving { exchange, line in
            exchange.number < 2 ? line.refuse(status, code, "no") : line.answer(["phones": []])
        } _: { server in
            _ = try await server.client().send(ListCloudPhonesOperation())
            #expect(await server.requests().count == 3)
        }
    }

    @Test(
        "and not when they do not",
        arguments: [(404, "CPS.0005"), (400, "APIGW.0201"), (403, "CPS.0001"), (404, "CPS.9999")])
    func readOnce(status: Int, code: String) async throws {
        try await ScriptedHTTPServer.serving { _, line in
            line.refuse(status, code, "no")
        } _: { server in
            let error = await failure { try await server.client().send(ListCloudPhonesOperation()) }
            #expect(error?.code == code)
            #expect(error?.isPassing == false)
            #expect(await server.requests().count == 1)
        }
    }

    @Test("a call that starts work is not repeated after it was sent", arguments: [500, 502, 503, 504])
    func unknownOutcome(status: Int) async throws {
        try await ScriptedHTTPServer.serving { _, line in
            line.refuse(status, "APIGW.0201", "Backend timeout")
        } _: { server in
            let error = await failure { try await server.client().send(Self.stop) }
            #expect(error?.mayHaveRun == true)
            #expect(await server.requests().count == 1)
        }
    }

    @Test("nor when the answer does not come", arguments: [true, false])
    func droppedAnswer(isReset: Bool) async throws {
        try await ScriptedHTTPServer.serving { exchange, line in
            // The first call leaves a connection behind, over which libcurl may repeat a lost request by itself.
            if exchange.method == "GET" { return line.answer(["phones": []]) }
            isReset ? line.reset() : line.hangUp()
        } _: { server in
            let client = try server.client()
            _ = try await client.send(ListCloudPhonesOperation())
            let error = await failure { try await client.send(Self.stop) }
            #expect(error?.kind == .unreachable)
            #expect(error?.mayHaveRun == true)
            #expect(await server.requests().map(\.method) == ["GET", "POST"])
        }
    }

    @Test func `what was never sent did not run, and is tried again`() async throws {
        let (client, port) = try await ScriptedHTTPServer.serving({ _, _ in }) { server in
            (try server.client(), server.base)
        }
        let error = await failure { try await client.send(Self.stop) }
        #expect(error?.kind == .unreachable)
        #expect(error?.mayHaveRun == false)
        #expect(error?.isPassing == true)
        #expect(error?.reason.hasPrefix("POST \(port)/v1/") == true)
    }

    @Test func `one call too many stops everything that changes something for the period that the answer names`()
        async throws
    {
        let clock = ManualClock()
        let times = TimeLog()
        try await ScriptedHTTPServer.serving { exchange, line in
            if exchange.method == "POST" { times.add(exchange.number, clock.now) }
            exchange.number == 0
                ? line.refuse(
                    429, "APIGW.0308",
                    "The throttling threshold has been reached: policy api over ratelimit,limit:6,time:1 minute")
                : line.answer(Self.started)
        } _: { server in
            let client = try server.client(clock: clock)
            let first = Task { try await client.send(Self.stop) }
            try await server.received(1)
            while await client.limiter.waitingCount(.write) < 1 { await clock.advance(by: .milliseconds(1)) }
            let second = Task { try await client.send(Self.stop) }
            while await client.limiter.waitingCount(.write) < 2 { await Task.yield() }
            // What only looks may go on.
            _ = try await client.limiter.admit(.read)
            await advance(clock, by: .milliseconds(200)) { times.entries.count == 3 }
            let finished = NumberBox(0)
            for task in [first, second] {
                Task {
                    _ = try await task.value
                    finished.value += 1
                }
            }
            await advance(clock, by: .milliseconds(1)) { finished.value == 2 }
            let stamps = times.entries.map(\.time)
            for stamp in stamps.dropFirst() { #expect(stamp.since(stamps[0]) >= .seconds(60)) }
            #expect(await server.requests().count == 3)
        }
    }

    @Test func `hooks run before the call and directly after its answer`() async throws {
        let log = NoteBook()
        let hooks = CallHooks(
            willSend: { log.add("will") }, didAnswer: { log.add("did \($0.requestID) \($0.elements.count)") })
        try await ScriptedHTTPServer.serving { exchange, line in
            log.add(exchange.method)
            exchange.number == 0 ? line.refuse(429, "APIGW.0308", "time:1 second") : line.answer(Self.started)
        } _: { server in
            let client = try server.client()
            _ = try await client.send(Self.stop, hooks: hooks)
            #expect(log.lines == ["will", "POST", "POST", "did \(SampleID.numbered(5, "c")) 1"])
            // Nothing is written down for what only looks.
            _ = try await client.send(ListCloudPhonesOperation(), hooks: hooks)
            #expect(log.lines.count == 5)
        }
    }

    @Test func `a hook that fails before the call keeps it from being sent`() async throws {
        struct Full: Error {}
        try await ScriptedHTTPServer.serving { _, line in
            line.answer(Self.started)
        } _: { server in
            let client = try server.client()
            await #expect(throws: Full.self) {
                try await client.send(Self.stop, hooks: CallHooks(willSend: { throw Full() }, didAnswer: { _ in }))
            }
            #expect(await server.requests().isEmpty)
        }
    }

    @Test func `a cancelled caller still learns what a call started`() async throws {
        let log = NoteBook()
        let held = HeldLine()
        try await ScriptedHTTPServer.serving { exchange, line in
            if exchange.method == "POST" { return held.keep(line) }
            held.take()?.answer(Self.started)
            line.answer(["phones": []])
        } _: { server in
            let client = try server.client()
            let task = Task {
                try await client.send(
                    Self.stop, hooks: CallHooks(willSend: {}, didAnswer: { log.add($0.requestID) }))
            }
            try await server.received(1)
            task.cancel()
            // The answer comes only now.
            _ = try await client.send(ListCloudPhonesOperation())
            #expect(try await task.value.elements.count == 1)
            #expect(log.lines == [SampleID.numbered(5, "c")])
        }
    }

    @Test("no call leaves whose arguments the service would refuse")
    func checks() async throws {
        try await ScriptedHTTPServer.serving { _, _ in
        } _: { server in
            let operation = RunShellCommandOperation(line: "echo $HOME", targets: .phones([Self.phone]))
            let error = await failure { try await server.client().send(operation) }
            #expect(
                error?.description
                    == "RunShellCommand: `$` at place 6 is not allowed in a shell command; push a script and run it")
            #expect(error?.mayHaveRun == false)
            #expect(await server.requests().isEmpty)
        }
    }

    @Test func `an error inside an answer of success is an error, but not that of a job`() async throws {
        try await ScriptedHTTPServer.serving { exchange, line in
            if exchange.method == "GET" {
                return line.answer(["job_id": "j", "status": -1, "error_code": "CPS.0054", "error_msg": "timeout"])
            }
            line.refuse(200, "CPS.0087", "server_name is invalid")
        } _: { server in
            let client = try server.client()
            let error = await failure {
                try await client.send(UpdateServerNameOperation(serverID: SampleID.numbered(1), serverName: "rack"))
            }
            #expect(error?.code == "CPS.0087")
            #expect(try await client.send(ShowJobOperation(jobID: "j")).fault?.code == "CPS.0054")
        }
    }

    @Test func `output that is cut inside a character does not spoil the answer`() async throws {
        try await ScriptedHTTPServer.serving { _, line in
            let text = Array(#"{"jobs":[{"phone_id":"p","status":2,"execute_msg":""#.utf8)
            let output = Array(String(repeating: "a", count: 1022).utf8) + [0xE6, 0x89]
            line.answer(200, [], text + output + Array(#""}]}"#.utf8))
        } _: { server in
            let answer = try await server.client().send(
                RunSyncCommandOperation(line: "ls", targets: .phones([Self.phone])))
            #expect(answer.results.first?.output?.isCut == true)
            #expect(answer.results.first?.output?.text.hasPrefix("aaaa") == true)
        }
    }

    @Test func `an empty answer to a tag call is a success`() async throws {
        try await ScriptedHTTPServer.serving { _, line in
            line.send("HTTP/1.1 204 No Content\r\n\r\n")
        } _: { server in
            let operation = BatchCreateTagsOperation(
                serverID: SampleID.numbered(1), tags: [ResourceTag(key: "rack", value: "1")])
            _ = try await server.client().send(operation)
            #expect(
                await server.requests().first?.target
                    == "/v1/\(SampleID.project)/cph-server/\(SampleID.numbered(1))/tags/action")
        }
    }
}

// Sendable: touched only by the script, on the server's lane.

/// A line that is answered later.
private final class HeldLine: @unchecked Sendable {
    private var line: HTTPLine?

    func keep(_ line: HTTPLine) { self.line = line }

    func take() -> HTTPLine? {
        defer { line = nil }
        return line
    }
}
