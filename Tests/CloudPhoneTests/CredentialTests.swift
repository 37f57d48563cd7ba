import CloudPhone
import Curl
import DroverTesting
import JSON
import Lanes
import Secrets
import Signing
import Testing

@Suite("Credentials", .timeLimit(.minutes(2)))
struct CredentialTests {
    @Test func `fifty callers at a time get one token together`() async throws {
        try await ScriptedHTTPServer.serving { exchange, line in
            if exchange.target.hasPrefix("/v3/auth/tokens") { return line.grant("TOKEN-1") }
            line.answer(["phones": []])
        } _: { server in
            let client = try server.client(SampleLogin.password)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<50 {
                    group.addTask { _ = try await client.send(ListCloudPhonesOperation()) }
                }
                try await group.waitForAll()
            }
            let requests = await server.requests()
            let logins = requests.filter { $0.method == "POST" }
            #expect(logins.count == 1)
            #expect(logins.first?.target == "/v3/auth/tokens?nocatalog=true")
            #expect(logins.first?.fields["content-type"] == "application/json;charset=utf8")
            #expect(
                JSONValue(parsing: logins.first?.body ?? []) == [
                    "auth": [
                        "identity": [
                            "methods": ["password"],
                            "password": [
                                "user": [
                                    "name": "runner", "password": "correct horse", "domain": ["name": "studio"],
                                ]
                            ],
                        ],
                        "scope": ["project": ["id": .text(SampleID.project)]],
                    ]
                ])
            #expect(requests.filter { $0.fields["x-auth-token"] == "TOKEN-1" }.count == 50)
        }
    }

    @Test("a refused token is renewed once", arguments: ["APIGW.0301", "APIGW.0305", "APIGW.0307", "APIG.0307"])
    func renewal(code: String) async throws {
        try await ScriptedHTTPServer.serving { exchange, line in
            if exchange.target.hasPrefix("/v3/auth/tokens") { return line.grant("TOKEN-\(exchange.number)") }
            if exchange.fields["x-auth-token"] == "TOKEN-0" { return line.refuse(401, code, "token must be updated") }
            line.answer(["request_id": .text(SampleID.numbered(5)), "jobs": []])
        } _: { server in
            let client = try server.client(SampleLogin.password)
            // A call that starts work, too: one that was refused so did not run.
            _ = try await client.send(StopCloudPhoneOperation(phoneIDs: [SampleID.numbered(1)]))
            #expect(await server.requests().map(\.method) == ["POST", "POST", "POST", "POST"])
            #expect(await server.requests().last?.fields["x-auth-token"] == "TOKEN-2")
        }
    }

    @Test func `many callers whose token is refused at a time get one new token together`() async throws {
        try await ScriptedHTTPServer.serving { exchange, line in
            if exchange.target.hasPrefix("/v3/auth/tokens") { return line.grant("TOKEN-\(exchange.number)") }
            if exchange.fields["x-auth-token"] == "TOKEN-0" { return line.refuse(401, "APIGW.0307", "renew") }
            line.answer(["phones": []])
        } _: { server in
            let client = try server.client(SampleLogin.password)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<30 { group.addTask { _ = try await client.send(ListCloudPhonesOperation()) } }
                try await group.waitForAll()
            }
            #expect(await server.requests().filter { $0.method == "POST" }.count == 2)
        }
    }

    @Test func `a new token that is refused as well is an error`() async throws {
        try await ScriptedHTTPServer.serving { exchange, line in
            if exchange.target.hasPrefix("/v3/auth/tokens") { return line.grant("TOKEN-\(exchange.number)") }
            line.refuse(401, "APIGW.0301", "Incorrect IAM authentication information")
        } _: { server in
            let client = try server.client(SampleLogin.password)
            let error = await failure { try await client.send(ListCloudPhonesOperation()) }
            #expect(error?.kind == .login)
            #expect(error?.mayHaveRun == false)
            #expect(await server.requests().count == 4)
        }
    }

    @Test func `a refused login is not tried again, since that locks the user`() async throws {
        try await ScriptedHTTPServer.serving { _, line in
            line.answer(
                ["error": ["code": 401, "message": "The username or password is wrong.", "title": "Unauthorized"]], 401)
        } _: { server in
            let client = try server.client(SampleLogin.password)
            for _ in 0..<3 {
                let error = await failure { try await client.send(ListCloudPhonesOperation()) }
                #expect(error?.kind == .login)
                #expect(
                    error?.description
                        == "log in for the account lab: The username or password is wrong (status 401, request \(SampleID.numbered(1, "e"))); "
                        + "check account, user and password; it is not tried again, since that locks the user")
            }
            #expect(await server.requests().count == 1)
        }
    }

    @Test func `a login that fails in passing is tried again`() async throws {
        try await ScriptedHTTPServer.serving { exchange, line in
            if exchange.number < 2 { return line.refuse(503, "APIGW.0613", "IAM is down") }
            if exchange.target.hasPrefix("/v3/auth/tokens") { return line.grant("TOKEN") }
            line.answer(["phones": []])
        } _: { server in
            _ = try await server.client(SampleLogin.password).send(ListCloudPhonesOperation())
            #expect(await server.requests().count == 4)
        }
    }

    @Test func `a token is renewed 45 minutes before its end`() async throws {
        let end = try #require(CloudTime.seconds(of: "2026-01-03T03:04:05.000000Z"))
        let clock = NumberBox(end - 46 * 60)
        try await ScriptedHTTPServer.serving { exchange, line in
            if exchange.target.hasPrefix("/v3/auth/tokens") {
                return line.grant("TOKEN", until: "2026-01-03T03:04:05.000000Z")
            }
            line.answer(["phones": []])
        } _: { server in
            let client = try server.client(SampleLogin.password, now: { clock.value })
            _ = try await client.send(ListCloudPhonesOperation())
            _ = try await client.send(ListCloudPhonesOperation())
            #expect(await server.requests().filter { $0.method == "POST" }.count == 1)
            clock.value = end - 44 * 60
            _ = try await client.send(ListCloudPhonesOperation())
            #expect(await server.requests().filter { $0.method == "POST" }.count == 2)
        }
    }

    @Test func `the project comes from the token, or is looked up once`() async throws {
        try await ScriptedHTTPServer.serving { exchange, line in
            if exchange.target.hasPrefix("/v3/auth/tokens") { return line.grant("TOKEN") }
            if exchange.target.hasPrefix("/v3/projects") {
                return line.answer(["projects": [["id": .text(SampleID.project), "name": "cn-north-4"]]])
            }
            line.answer(["phones": []])
        } _: { server in
            let byToken = try server.client(SampleLogin.password, projectID: nil)
            _ = try await byToken.send(ListCloudPhonesOperation())
            let byKeys = try server.client(projectID: nil)
            async let first = byKeys.send(ListCloudPhonesOperation())
            async let second = byKeys.send(ListCloudPhonesOperation())
            _ = try await (first, second)
            let targets = await server.requests().map(\.target)
            #expect(targets.filter { $0 == "/v3/projects?name=cn-north-4" }.count == 1)
            #expect(targets.filter { $0 == "/v1/\(SampleID.project)/cloud-phone/phones" }.count == 3)
        }
    }

    @Test("no project and several are errors that say what to do", arguments: [0, 2])
    func projects(count: Int) async throws {
        try await ScriptedHTTPServer.serving { _, line in
            line.answer(["projects": .array((0..<count).map { ["id": .text("p\($0)")] })])
        } _: { server in
            let error = await failure { try await server.client(projectID: nil).projectID() }
            let words = count == 0 ? "there is none" : "there are 2: p0, p1"
            #expect(
                error?.description
                    == "look up the project of cn-north-4 for the account lab: \(words) (status 200); name one by its id in the account"
            )
        }
    }

    @Test func `a token gets keys for the storage, and gets them again well before their end`() async throws {
        let clock = NumberBox(1_000_000)
        try await ScriptedHTTPServer.serving { exchange, line in
            if exchange.target.hasPrefix("/v3/auth/tokens") { return line.grant("TOKEN") }
            line.answer(
                [
                    "credential": [
                        "access": "AK", "secret": "secret-key", "securitytoken": "security-token",
                        "expires_at": "1970-01-12T16:46:40.000000Z",
                    ]
                ], 201)
        } _: { server in
            let client = try server.client(SampleLogin.password, now: { clock.value })
            let keys = try await client.storageKeys()
            #expect(keys.token?.reveal { $0 } == "security-token")
            #expect(try await client.storageKeys() == keys)
            let calls = await server.requests().filter { $0.target == "/v3.0/OS-CREDENTIAL/securitytokens" }
            #expect(calls.count == 1)
            #expect(
                calls.first.map { String(decoding: $0.body, as: UTF8.self) }
                    == #"{"auth":{"identity":{"methods":["token"],"token":{"duration_seconds":14400}}}}"#)
            clock.value = 1_010_800 - 39 * 60
            _ = try await client.storageKeys()
            #expect(await server.requests().filter { $0.target.hasSuffix("securitytokens") }.count == 2)
            let own = try server.client()
            #expect(try await own.storageKeys().id == "AKEXAMPLE00000000001")
        }
    }

    @Test func `a given token that has ended cannot be renewed, and the error says so`() async throws {
        try await ScriptedHTTPServer.serving { _, line in
            line.refuse(401, "APIGW.0307", "token must be updated")
        } _: { server in
            let client = try server.client(.token(Secret(name: "token", "GIVEN-TOKEN")))
            let error = await failure { try await client.send(ListCloudPhonesOperation()) }
            #expect(
                error?.description
                    == "ListCloudPhones: token must be updated (APIGW.0307, status 401, request \(SampleID.numbered(9, "c"))); "
                    + "give a new token of this project, as a given one cannot be renewed")
            #expect(await server.requests().map { $0.fields["x-auth-token"] } == ["GIVEN-TOKEN"])
        }
    }

    @Test(
        "a clock that is wrong is named when a signature is refused",
        arguments: [(-20, "behind"), (20, "ahead of"), (3, nil)])
    func skew(minutes: Int, word: String?) async throws {
        try await ScriptedHTTPServer.serving { _, line in
            line.answer(
                401, [("Date", "Fri, 02 Jan 2026 03:04:05 GMT")],
                #"{"error_code":"APIGW.0301","error_msg":"Incorrect IAM authentication information"}"#)
        } _: { server in
            let client = try server.client(now: { 1_767_323_045 + minutes * 60 })
            let error = await failure { try await client.send(ListCloudPhonesOperation()) }
            let words = word.map { "this machine's clock is 20 minutes \($0) the service's" }
            #expect(error?.description.contains("this machine's clock is") == (word != nil))
            if let words { #expect(error?.reason.hasSuffix(words) == true) }
            #expect(await server.requests().count == 1)
        }
    }

    @Test func `an unknown region names those that are known`() throws {
        let error = #expect(throws: CloudError.self) { try CloudEndpoints(region: "cn-nort-4") }
        #expect(
            error?.description.hasPrefix(
                "find the region cn-nort-4: the service is not known to be there, did you mean cn-north-4?; give the addresses of cph, iam and obs, or use one of cn-north-4, cn-north-9, "
            ) == true)
        let endpoints = try CloudEndpoints(region: "cn-north-4", cph: "https://gate.example.com/cph/")
        #expect(endpoints.cph == "https://gate.example.com/cph")
        #expect(endpoints.iam == "https://iam.cn-north-4.myhuaweicloud.com")
        for address in ["ftp://a", "https://a?b=c", "https://user:pw@host", "https://a b"] {
            #expect(throws: CloudError.self) { try CloudEndpoints(region: "cn-north-4", cph: address) }
        }
    }
}
