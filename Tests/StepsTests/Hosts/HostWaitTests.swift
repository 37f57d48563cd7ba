import DroverTesting
import Farm
import Journal
import Lanes
import Synchronization
import Testing

@testable import Steps

@Suite(.timeLimit(.minutes(5))) struct `Waiting for an encoder` {
    /// Answers that are given one after the other, the last one again and again.
    private final class Answers: Sendable {
        private let texts: Mutex<[String?]>
        private let asked = Mutex<[String]>([])
        var requests: [String] { asked.withLock { $0 } }

        init(_ texts: [String?]) { self.texts = Mutex(texts) }

        func next(_ address: Address, _ request: [UInt8]) -> [UInt8]? {
            asked.withLock { $0.append("\(address) \(String(decoding: request, as: UTF8.self))") }
            return texts.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }.map { Array($0.utf8) }
        }
    }

    private func hostCase(_ answers: Answers) throws -> HostCase {
        var behaviour = ShellHost.Behaviour()
        behaviour.answer = { answers.next($0, $1) }
        return try HostCase(behaviour)
    }

    @Test func `a port is asked for from the encoder until somebody is there`() async throws {
        let answers = Answers([nil, nil, ""])
        let made = try hostCase(answers)
        let round = try await made.round("wait: { port: 8080 }")
        #expect(round.need == .work(because: "it is not so yet"))
        #expect(round.outcome?.verdict == .ok)
        #expect(answers.requests == Array(repeating: "127.0.0.1:8080 ", count: 3))
        #expect(try await made.round("wait: { port: \"db.inner:5432\" }").need == .nothing(because: "it is so already"))
        #expect(answers.requests.last == "db.inner:5432 ")
    }

    @Test func `an answer over HTTP must have the status and the text`() async throws {
        let answers = Answers([
            nil, "SSH-2.0-OpenSSH\r\n", "HTTP/1.1 503 Busy\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\nversion 1",
            "HTTP/1.1 200 OK\r\nServer: x\r\n\r\n{\"version\": 2}",
        ])
        let made = try hostCase(answers)
        let outcome = try await made.outcome(
            #"wait: { http: "http://localhost:8080/health?x=1", body: "\"version\": 2" }"#)
        #expect(outcome.verdict == .ok)
        #expect(
            answers.requests.last
                == "localhost:8080 GET /health?x=1 HTTP/1.0\r\nHost: localhost:8080\r\nUser-Agent: drover\r\n"
                + "Connection: close\r\n\r\n")
        #expect(answers.requests.count == 5)
    }

    @Test(
        arguments: [
            (nil, "nobody listens on localhost:80"), ("garbage", "localhost:80 does not answer with HTTP"),
            ("HTTP/1.0 404 Not Found\r\n\r\n", "http://localhost answers with status 404"),
            ("HTTP/1.0 200 OK\r\n\r\nold", #"http://localhost answers without "new""#),
        ] as [(String?, String)])
    func `what is missing in the answer is known when the time is up`(answer: String?, complaint: String) async throws {
        let made = try hostCase(Answers([answer]))
        let step = try StepText("wait: { http: http://localhost, body: new }", for: "encoders")
        let context = testContext(on: made.host, payloads: made.payloads)
        _ = try await made.onLane { [kind = step.kind, host = made.host] in
            try await kind.need(on: host, context: context)
        }
        #expect(context.soFar.kept?.reason == complaint)
    }

    @Test func `a line of a unit's journal is found, also one from before the waiting`() async throws {
        let made = try HostCase()
        try made.folder.addServicePrograms()
        try made.folder.write("starting\nencoder is ready, 4 streams\n", to: "units/encoder/journal")
        let outcome = try await made.outcome("wait: { log: is ready, unit: encoder }")
        #expect(outcome.outputs.values["line"] == .text("encoder is ready, 4 streams"))
        let line = try #require(made.host.requests.last)
        #expect(line.hasPrefix("follow journalctl -u encoder -f -o cat --no-pager --since @"))
    }

    @Test func `a line of a file counts when it is written after the waiting began`() async throws {
        let made = try HostCase()
        // Older than the step before, whatever this file system says of births.
        made.host.change { $0.answers["date +%s%N"] = .exiting(0, output: "99999999999000000000\n") }
        try made.folder.write("ready long ago\n", to: "var/encoder.log")
        let waiting = Task { try await made.outcome("wait: { log: ready, in: ROOT/var/encoder.log }") }
        while !made.host.requests.contains(where: { $0.hasPrefix("follow") }) { await Task.yield() }
        // As often as it takes: `tail` says nowhere that it has begun.
        let writer = Task { [folder = made.folder.path, made] in
            while !Task.isCancelled {
                try await made.onLane { [host = made.host] in
                    _ = try await host.run("echo ready now >> \(folder)/var/encoder.log")
                }
            }
        }
        let outcome = try await waiting.value
        writer.cancel()
        #expect(outcome.outputs.values["line"] == .text("ready now"))
    }

    @Test(arguments: [
        ("wait: boot", "`boot` is for phones"), ("wait: { property: a }", "encoders have no properties"),
        ("wait: { log: ready }", "the log of an encoder is that of a unit, or a file"),
        ("wait: { log: a, unit: b, in: /c }", "`unit` and `in` exclude each other"),
        ("wait: { unit: b }", "`unit` and `in` say where a line of a log is"),
        ("wait: { http: \"https://x/\" }", "`http` waits for plain HTTP"),
        ("wait: { http: \"http://x/ y\" }", "a URL holds no blanks"),
        ("wait: { port: 70000 }", "a port is a number from 1 to 65535"),
        ("wait: { status: 200, port: 1 }", "`status` and `body` belong to `http`"),
        ("wait: { port: 1, file: /a }", "`wait` waits for one thing"),
    ])
    func `what an encoder cannot be waited for is refused by the reader`(text: String, message: String) throws {
        let error = #expect(throws: StepText.Mistaken.self) { try StepText(text, for: "encoders") }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    }

    @Test(arguments: [
        ("wait: { http: \"http://x/\" }", "`http` is asked from an encoder"),
        ("wait: { log: a, unit: b }", "`unit` and `in` are for encoders"),
        ("upload: { from: a, to: /b }", "`upload` acts on encoders, this play is for phones"),
        ("service: restart a", "put it into a play for encoders"),
    ])
    func `what only encoders know is refused in a play for phones`(text: String, message: String) throws {
        let error = #expect(throws: StepText.Mistaken.self) { try StepText(text) }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    }

    @Test func `an app is not installed on an encoder`() throws {
        let error = #expect(throws: StepText.Mistaken.self) { try StepText("install: a.apk", for: "encoders") }
        #expect(error?.description.contains("`install` acts on phones, this play is for encoders") == true)
    }
}
