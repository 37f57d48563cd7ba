import JSON
import Lanes
import Secrets
import Signing
import Testing

@testable import Simulator

@Suite("Whom the simulated cloud lets in, and how often") struct CloudGatewayTests {
    @Test("a right signature is let in; a wrong one, an old one and a changed request are not") func signatures()
        async throws
    {
        try await CloudBench.run { bench async throws in
            let right = try await bench.ask("GET", "phones?phone_name=a%20b%2Fc&limit=10")
            #expect(right.status == 200)
            let wrong = AccessKeys(id: "AKTEST", secret: Secret(name: "secret", "other"))
            for (keys, skew, code) in [
                (wrong, 0, "APIGW.0301"), (AccessKeys(id: "AKNONE", secret: wrong.secret), 0, "APIGW.0301"),
                (CloudBench.keys, 901, "APIGW.0303"), (CloudBench.keys, -901, "APIGW.0303"),
            ] {
                let answer = try await bench.ask("GET", "phones", keys: keys, skew: skew)
                #expect(answer.status == 401 && answer.code == code)
                #expect(answer.requestID.count == 32)
                #expect(answer.reply.fields.first { $0.name == "X-Request-Id" }?.value == answer.requestID)
            }
            let almost = try await bench.ask("GET", "phones", skew: 899)
            #expect(almost.status == 200)
            let nobody = await bench.send("GET", "\(bench.project)/cloud-phone/phones")
            #expect(nobody.status == 401 && nobody.code == "APIGW.0301")
        }
    }

    @Test("tokens of the project are let in until they end or die; those of the account are not") func tokens()
        async throws
    {
        try await CloudBench.run {
            $0.tokenLife = .seconds(600)
        } _: { bench async throws in
            let list = { (token: String) in
                let target = "\(bench.project)/cloud-phone/phones"
                return await bench.send("GET", target, [.init(name: "x-auth-token", value: token)])
            }
            let token = await Self.logIn(bench)
            #expect(token.status == 201 && token.text.utf8.count > 2048)
            #expect(await list(token.text).status == 200)
            #expect(await list("other").code == "APIGW.0301")
            #expect(await list(Self.logIn(bench, project: nil).text).code == "CPS.0001")
            await bench.cloud.add(CloudFault(.tokenDies))
            #expect(await list(token.text).code == "APIGW.0307")
            #expect(await list(token.text).code == "APIGW.0301")
            let next = await Self.logIn(bench).text
            await bench.clock.advance(by: .seconds(599))
            #expect(await list(next).status == 200)
            await bench.clock.advance(by: .seconds(2))
            #expect(await list(next).status == 401)
        }
    }

    private static func logIn(
        _ bench: CloudBench, name: String = "user", password: String = "password", project: String? = "cn-north-4"
    ) async -> (status: Int, text: String, answer: CloudBench.Answer) {
        let user: JSONValue = ["name": .text(name), "password": .text(password), "domain": ["name": "FARM"]]
        var auth: [String: JSONValue] = ["identity": ["methods": ["password"], "password": ["user": user]]]
        if let project { auth["scope"] = ["project": ["name": .text(project)]] }
        let body = JSONValue.object(["auth": .object(auth)]).bytes
        let answer = await bench.send("POST", "/v3/auth/tokens?nocatalog=true", [], body)
        return (answer.status, answer.reply.fields.first { $0.name == "X-Subject-Token" }?.value ?? "", answer)
    }

    @Test("IAM refuses wrong passwords, locks the user, and knows one project") func identity() async throws {
        try await CloudBench.run {
            let password = Secret(name: "password", "password")
            $0.users.append(.init(account: "FARM", name: "barred", password: password, hasAccess: false))
        } _: { bench async throws in
            let barred = await Self.logIn(bench, name: "barred")
            #expect(barred.status == 403)
            let malformed = await bench.send("POST", "/v3/auth/tokens", [], Array("{}".utf8))
            #expect(malformed.status == 400 && malformed.json["error"]?["title"]?.text == "Bad Request")
            #expect(await Self.logIn(bench, project: "elsewhere").status == 401)
            let projects = try await bench.ask("GET", "/v3/projects?name=cn-north-4")
            #expect(projects.json["projects"]?.elements?.first?["id"]?.text == bench.cloud.options.projectID)
            let none = try await bench.ask("GET", "/v3/projects?name=cn-east-9")
            #expect(none.json["projects"]?.elements == [])
            for _ in 0..<5 { #expect(await Self.logIn(bench, password: "wrong").status == 401) }
            let locked = await Self.logIn(bench)
            #expect(locked.status == 401)
            #expect(locked.answer.json["error"]?["message"]?.text?.contains("locked") == true)
        }
    }

    @Test("temporary keys sign until they end, and only with their token") func temporaryKeys() async throws {
        try await CloudBench.run { bench async throws in
            let token = await Self.logIn(bench).text
            let order = { (seconds: Int64) in
                let identity: JSONValue = ["methods": ["token"], "token": ["duration_seconds": .integer(seconds)]]
                return await bench.send(
                    "POST", "/v3.0/OS-CREDENTIAL/securitytokens", [.init(name: "X-Auth-Token", value: token)],
                    JSONValue.object(["auth": ["identity": identity]]).bytes)
            }
            #expect(await order(899).status == 400)
            let answer = await order(900)
            #expect(answer.status == 201)
            let parts = try ["access", "secret", "securitytoken"].map { name in
                try #require(answer.json["credential"]?[name]?.text)
            }
            let secret = Secret(name: "secret", parts[1])
            let keys = AccessKeys(id: parts[0], secret: secret, token: Secret(name: "token", parts[2]))
            #expect(try await bench.ask("GET", "phones", keys: keys).status == 200)
            let without = try await bench.ask("GET", "phones", keys: AccessKeys(id: parts[0], secret: secret))
            #expect(without.status == 401)
            #expect(await bench.cloud.accessKeys(parts[0])?.secret == secret)
            await bench.clock.advance(by: .seconds(901))
            #expect(try await bench.ask("GET", "phones", keys: keys).status == 401)
        }
    }

    @Test("flow control counts a minute of writes, and one of synchronous commands") func flowControl() async throws {
        try await CloudBench.run {
            $0.writesPerMinute = 3
            $0.syncCommandsPerMinute = 2
            $0.readsPerSecond = 5
        } _: { bench async throws in
            let write = { try await bench.ask("PUT", "phones/\(bench.phones[0])", ["phone_name": "a"]) }
            let command: JSONValue = [
                "command": "shell", "content": "id", "phone_ids": CloudBench.list([bench.phones[0]]),
            ]
            let sync = { try await bench.ask("POST", "phones/sync-commands", command) }
            var statuses: [Int] = []
            for _ in 0..<4 { statuses.append(try await write().status) }
            for _ in 0..<3 { statuses.append(try await sync().status) }
            #expect(statuses == [200, 200, 200, 429, 200, 200, 429])
            let refused = try await sync()
            #expect(refused.code == "APIGW.0308")
            #expect(refused.json["error_msg"]?.text?.hasSuffix("limit:2,time:1 minute") == true)
            for _ in 0..<5 { #expect(try await bench.ask("GET", "phones").status == 200) }
            let read = try await bench.ask("GET", "phones")
            #expect(read.json["error_msg"]?.text?.hasSuffix("limit:5,time:1 second") == true)
            #expect(try await bench.ask("GET", "servers").status == 200)
            #expect(bench.cloud.record.throttled == ["UpdatePhoneName": 1, "RunSyncCommand": 2, "ListCloudPhones": 1])
            await bench.clock.advance(by: .seconds(60))
            #expect(try await write().status == 200)
            #expect(try await sync().status == 200)
        }
    }

    @Test("what leads nowhere, other projects and accounts in trouble are refused") func refusals() async throws {
        try await CloudBench.run {
            $0.deniedOperations = ["ListCloudPhoneModels"]
        } _: { bench async throws in
            let other = "/v1/\(String(repeating: "0", count: 32))/cloud-phone/phones"
            for (method, path, body, status, code) in [
                ("GET", "nothing", nil, 404, "APIGW.0101"), ("DELETE", "phones", nil, 405, "APIGW.0101"),
                ("GET", other, nil, 403, "APIGW.0310"), ("GET", "phone-models", nil, 403, "CPS.0001"),
                ("POST", "phones/commands", ["command": "pull", "content": "x"], 400, "CPS.0117"),
                ("POST", "phones/batch-stop", .array([]), 400, "APIGW.0201"),
            ] as [(String, String, JSONValue?, Int, String)] {
                let answer = try await bench.ask(method, path, body)
                #expect(answer.status == status && answer.code == code, "\(method) \(path)")
            }
            await bench.cloud.restrict(.suspended)
            #expect(try await bench.ask("GET", "phones").code == "CPS.0007")
        }
    }

    @Test("over a connection, answers are JSON with the id of the request, and bodies have their limit")
    func connection()
        async throws
    {
        let lane = try Lane(name: "cloud")
        let cloud = SimulatedCloud(CloudOptions(), objects: ObjectsInMemory(), lanes: [lane])
        let address = try await cloud.start()
        let path = "/v1/\(cloud.options.projectID)/cloud-phone/phones"
        let asked = "GET \(path) HTTP/1.1\r\nConnection: close\r\n\r\n"
        let answer = try await HTTPBench.say([Array(asked.utf8)], to: address, on: lane)
        #expect(answer.hasPrefix("HTTP/1.1 401 ") && answer.contains("X-Request-Id: "))
        #expect(answer.contains("\"error_code\":\"APIGW.0301\"") && answer.contains("\"request_id\":\""))
        let large = "POST \(path)/commands HTTP/1.1\r\nContent-Length: \((12 << 20) + 1)\r\n\r\n"
        let refused = try await HTTPBench.say([Array(large.utf8)], to: address, on: lane)
        #expect(refused.hasPrefix("HTTP/1.1 413 ") && refused.contains("\"error_code\":\"APIGW.0201\""))
        await cloud.stop()
    }

    @Test("a cloud whose clock is ahead refuses signatures of now, and tells its own time") func skew() async throws {
        try await CloudBench.run {
            $0.clockSkew = .seconds(1200)
        } _: { bench async throws in
            #expect(try await bench.ask("GET", "phones").status == 200)
            #expect(try await bench.ask("GET", "phones", skew: -1200).code == "APIGW.0303")
            let connection = try await HTTPBench.say(
                [Array("GET / HTTP/1.1\r\nConnection: close\r\n\r\n".utf8)], to: bench.address,
                on: try Lane(name: "client"))
            let time = SigningTime(secondsSince1970: Int(await bench.cloud.seconds))
            #expect(connection.contains("Date: \(time.header)\r\n"))
        }
    }

    @Test("faults come before or after the work, and spoil answers") func faults() async throws {
        try await CloudBench.run { bench async throws in
            let rename = { (name: String) in
                try await bench.ask("PUT", "phones/\(bench.phones[0])", ["phone_name": .text(name)])
            }
            let name = { try await bench.ask("GET", "phones/\(bench.phones[0])").json["phone_name"]?.text }
            func meet(_ kind: CloudFault.Kind, _ number: String) async throws -> CloudBench.Answer {
                await bench.cloud.add(CloudFault(kind, operations: ["UpdatePhoneName"]))
                return try await rename(number)
            }
            let before = try await name()
            #expect(try await meet(.throttled, "a").status == 429)
            #expect(try await meet(.failsBefore(status: 503), "b").status == 503)
            #expect(try await name() == before)
            #expect(try await meet(.failsAfter(status: 502), "c").status == 502)
            #expect(try await name() == "c")
            #expect(try await meet(.dropsAnswer, "d").reply.ending == .hangUp)
            #expect(try await name() == "d")
            #expect(try await meet(.malformed, "e").json == .null)
            let cut = try await meet(.truncated, "f").reply
            #expect(cut.ending == .cut(afterBytes: cut.body.count / 2))
            let redirect = try await meet(.redirect(to: "https://other/"), "g").reply
            #expect(redirect.status == 307 && redirect.hasField("location"))
            #expect(try await meet(.huge(bytes: 1 << 20), "h").reply.body.count > 1 << 20)
            #expect(try await rename("i").status == 200)
            await bench.cloud.add(CloudFault(.throttled, after: 1, times: 2))
            var statuses: [Int] = []
            for _ in 0..<4 { statuses.append(try await bench.ask("GET", "phones").status) }
            #expect(statuses == [200, 429, 429, 200])
        }
    }
}
