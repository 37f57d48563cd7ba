import CloudPhone
import Curl
import DroverTesting
import JSON
import Lanes
import Testing

@Suite("Errors", .timeLimit(.minutes(2)))
struct FaultTests {
    private struct Case: Sendable {
        let status: Int
        var fields: [(String, String)] = []
        let body: String
    }

    private static let request = #""request_id":"99998888777766665555444433332222""#

    private static let cases: [Case] = [
        Case(status: 403, body: #"{\#(request),"error_code":"CPS.0001","error_msg":"Insufficient rights."}"#),
        Case(status: 404, body: #"{\#(request),"error_code":"CPS0005","error_msg":"Phone not found."}"#),
        Case(status: 400, body: #"{\#(request),"error_code":"CPS.0053","error_msg":"The phone is frozen."}"#),
        Case(status: 403, body: #"{\#(request),"error_code":"CPS.0006","error_msg":"The account is restricted."}"#),
        Case(status: 405, body: #"{"error_code":"APIGW.0502","error_msg":"Balance","request_id":"a1"}"#),
        Case(status: 400, body: #"{\#(request),"error_code":"CPS.0141","error_msg":""}"#),
        Case(status: 400, body: #"{"errorCode":"CPS.0190","errorMsg":"too many"}"#),
        Case(status: 400, body: #"{"error":{"code":400,"message":"deep","title":"Bad Request"}}"#),
        Case(status: 400, body: #"{"failures":[{"server_id":"s","error_code":"CPS.0099","error_msg":"not ready"}]}"#),
        Case(status: 404, body: #"{"error_code":"APIGW.0101","error_msg":"The API does not exist"}"#),
        Case(status: 400, body: #"{"error_code":"CPS.7777","error_msg":"something new"}"#),
        Case(status: 502, body: "<html>\u{1B}[31mBad Gateway</html>"),
        Case(status: 500, fields: [("X-Request-Id", "header-id")], body: ""),
        Case(status: 400, body: "{\"error_code\":\"CPS.0118\",\"error_msg\":\"line\\none\\u001b[0m\"}"),
        Case(status: 302, fields: [("Location", "https://elsewhere.example.com/login?token=x")], body: ""),
        Case(status: 200, body: "no JSON"),
        Case(status: 200, body: ""),
        Case(status: 200, body: #"{"jobs":[{"phone_id":7}]}"#),
        Case(status: 200, body: #"{"jobs":{}}"#),
        Case(status: 200, body: "[]"),
    ]

    @Test func `each shape of an error gives one clear line`() async throws {
        var lines: [String] = []
        for (isWrite, single) in Self.cases.flatMap({ [(false, $0), (true, $0)] }) {
            let line = try await ScriptedHTTPServer.serving { _, line in
                line.answer(single.status, single.fields, single.body)
            } _: { server -> String in
                let client = try server.client()
                let error = await failure {
                    if isWrite {
                        _ = try await client.send(StopCloudPhoneOperation(phoneIDs: [SampleID.numbered(1)]))
                    } else {
                        _ = try await client.send(ListJobsOperation(requestIDs: ["r"]))
                    }
                }
                return error.map { "\($0.kind.rawValue), retry \($0.retry.rawValue)\n    \($0)" } ?? "no error"
            }
            #expect(!line.contains("\u{1B}"))
            lines.append(line.replacing(/127\.0\.0\.1:\d+/, with: "127.0.0.1:PORT"))
        }
        expectGolden(lines.joined(separator: "\n") + "\n", "golden/cloud/errors.txt")
    }

    @Test(
        "codes have one spelling",
        arguments: [
            ("CPS0005", "CPS.0005"), ("CPS.0005", "CPS.0005"), ("cps.0005", "CPS.0005"), ("APIG.0308", "APIGW.0308"),
            ("401", "401"),
            ("", nil),
        ])
    func spelling(code: String, expected: String?) {
        #expect(ServiceFault(code: code, message: "", requestID: nil).code == expected)
    }

    @Test func `the table knows every code of the documents, and when to repeat`() {
        let later = [
            "CPS.0003", "CPS.0042", "CPS.0054", "CPS.0061", "CPS.0103", "CPS.0108", "APIGW.0601", "APIGW.0613",
        ]
        for code in later { #expect(FaultRule.rule(for: code).retry == .later, "\(code)") }
        for code in ["CPS.0141", "CPS.0098", "CPS.0099", "CPS.0124", "CPS.0158", "CPS.0165"] {
            #expect(FaultRule.rule(for: code).retry == .whenReady, "\(code)")
        }
        for code in ["CPS.0001", "CPS.0005", "CPS.0118", "APIGW.0302", "APIGW.1009"] {
            #expect(FaultRule.rule(for: code).retry == .never, "\(code)")
        }
        #expect(FaultRule.rule(for: "APIGW.0308").retry == .throttled)
        #expect(FaultRule.rule(for: "CPS.0241").meaning == "too few free IP addresses")
        #expect(FaultRule.rule(for: "CPS.4711").meaning == nil)
        for code in ["CPS.0053", "CPS.0006", "CPS.0007", "APIGW.0501", "APIGW.0502"] {
            #expect(FaultRule.rule(for: code).isFrozen, "\(code)")
        }
    }

    @Test func `a permission that is missing is named`() async throws {
        try await ScriptedHTTPServer.serving { _, line in
            line.refuse(403, "CPS.0001", "no permission")
        } _: { server in
            let operation = PushShareAppsOperation(
                packageName: "com.a.b", bucketName: "bucket", objectPath: "a.tar", serverIDs: [SampleID.numbered(1)])
            let error = await failure { try await server.client().send(operation) }
            #expect(
                error?.advice
                    == "allow the user cph:servers:pushShareApps (or give it the role CPH FullAccess) in this project, and use a token with project scope"
            )
        }
    }

    @Test(
        "the period of a flow limit is read",
        arguments: [
            ("limit:6,time:1 minute", nil, 60), ("limit:200,time:1 second", nil, 3), ("time:2 hours", nil, 3600),
            ("limit:6,time:1minute", nil, 60), ("", nil, 60), ("time:1 minute", "7", 7),
        ] as [(String, String?, Int)])
    func period(message: String, retryAfter: String?, seconds: Int) async throws {
        let clock = ManualClock()
        try await ScriptedHTTPServer.serving { exchange, line in
            guard exchange.number == 0 else { return line.answer(["jobs": []]) }
            let body: JSONValue = ["error_code": "APIGW.0308", "error_msg": .text(message)]
            line.answer(429, retryAfter.map { [("Retry-After", $0)] } ?? [], body.bytes)
        } _: { server in
            let client = try server.client(clock: clock)
            let task = Task { try await client.send(StopCloudPhoneOperation(phoneIDs: [SampleID.numbered(1)])) }
            try await server.received(1)
            await advance(clock, by: .milliseconds(1)) { await client.limiter.waitingCount(.write) == 1 }
            await clock.advance(by: .seconds(seconds) - .milliseconds(500))
            #expect(await client.limiter.waitingCount(.write) == 1)
            await clock.advance(by: .milliseconds(500))
            #expect(await client.limiter.waitingCount(.write) == 0)
            let finished = NumberBox(0)
            Task {
                _ = try await task.value
                finished.value = 1
            }
            await advance(clock, by: .milliseconds(1)) { finished.value == 1 }
        }
    }
}
