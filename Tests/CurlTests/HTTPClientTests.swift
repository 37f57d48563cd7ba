import Curl
import DroverTesting
import Lanes
import Testing

@Suite("Asking HTTP servers", .timeLimit(.minutes(5)))
struct HTTPClientTests {
    @Test(
        "a request arrives as it was meant",
        arguments: [
            ("GET", HTTPBody.none, nil), ("DELETE", .none, nil), ("PUT", .bytes(Array("content".utf8)), "7"),
            ("POST", .bytes([]), "0"), ("POST", .bytes([UInt8](repeating: 7, count: 3_000_000)), "3000000"),
            ("DELETE", .bytes([1]), "1"),
        ] as [(String, HTTPBody, String?)])
    func requests(method: String, body: HTTPBody, length: String?) async throws {
        try await ScriptedHTTPServer.serving {
            $1.answer(200, "well")
        } _: { server in
            let client = try testClient()
            let response = try await client.send(
                server.request(method, "/a?b=c", fields: [HTTPField("X-Test", "yes")], body: body))
            #expect(response.status == 200)
            #expect(response.text == "well")
            #expect(response.version == "1.1")
            let taken = try #require(await server.requests().first)
            #expect(taken.method == method)
            #expect(taken.target == "/a?b=c")
            #expect(taken.fields["x-test"] == "yes")
            #expect(taken.fields["user-agent"] == "drover")
            #expect(taken.fields["content-length"] == length)
            #expect(HTTPBody.bytes(taken.body) == (body == .none ? .bytes([]) : body))
        }
    }

    @Test func `a part of a file is sent as a body`() async throws {
        let folder = try ScratchFolder()
        let path = try folder.write("0123456789", to: "digits")
        try await ScriptedHTTPServer.serving {
            $1.answer(200, [], $0.body)
        } _: { server in
            let client = try testClient()
            for (body, expected) in [
                (HTTPBody.file(path: path), "0123456789"), (.file(path: path, offset: 4), "456789"),
                (.file(path: path, offset: 2, count: 3), "234"),
            ] {
                #expect(try await client.send(server.request("PUT", body: body)).text == expected)
            }
            let error = await failure {
                try await client.send(server.request("PUT", body: .file(path: path, offset: 4, count: 9)))
            }
            #expect(error?.code == .unreadableBody)
            #expect(await server.requests().count == 3)
        }
    }

    @Test func `a HEAD has a header and no body`() async throws {
        try await ScriptedHTTPServer.serving {
            $1.answer(200, [("Content-Length", "1000000")])
        } _: { server in
            let response = try await testClient().send(server.request("HEAD"))
            #expect(response.headers["content-length"] == "1000000")
            #expect(response.body.isEmpty)
        }
    }

    @Test func `a status of failure is an answer`() async throws {
        try await ScriptedHTTPServer.serving {
            $1.answer(503, [("Retry-After", "5")], "busy")
        } _: { server in
            let response = try await testClient().send(server.request())
            #expect(response.status == 503)
            #expect(!response.isSuccess)
            #expect(response.headers["retry-after"] == "5")
        }
    }

    @Test func `requests one after the other share a connection`() async throws {
        try await ScriptedHTTPServer.serving {
            $1.answer(200, "well")
        } _: { server in
            let client = try testClient()
            for _ in 0..<20 { _ = try await client.send(server.request()) }
            #expect(await server.connectionCount() == 1)
        }
    }

    @Test func `hundreds of requests at once are answered over the connections that are allowed`() async throws {
        try await ScriptedHTTPServer.serving {
            $1.answer(200, $0.target)
        } _: { server in
            let client = try testClient(connectionsPerHost: 8)
            let answered = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<300 {
                    group.addTask { try await client.send(server.request("GET", "/\(number)")).text == "/\(number)" }
                }
                return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(answered == 300)
            #expect(await server.connectionCount() <= 8)
        }
    }

    @Test func `a client that is let go of closes its connections`() async throws {
        try await ScriptedHTTPServer.serving {
            $1.answer(200, "well")
        } _: { server in
            _ = try await testClient().send(server.request())
            try await server.hungUp(1)
        }
    }

    @Test func `a cancelled request closes its connection and leaves the others alone`() async throws {
        try await ScriptedHTTPServer.serving { exchange, line in
            if exchange.target == "/other" { line.answer(200, "well") }
        } _: { server in
            let client = try testClient()
            let request = try server.request("GET", "/never")
            let task = Task { try await client.send(request) }
            try await server.received(1)
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            try await server.hungUp(1)
            #expect(try await client.send(server.request("GET", "/other")).text == "well")
        }
    }

    @Test func `a task that was cancelled before asks nobody`() async throws {
        try await ScriptedHTTPServer.serving {
            $1.answer(200, "well")
        } _: { server in
            let client = try testClient()
            let request = try server.request()
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return try await client.send(request)
            }
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(await server.requests().isEmpty)
        }
    }

    @Test func `a proxy is asked with the whole address`() async throws {
        try await ScriptedHTTPServer.serving {
            $1.answer(200, $0.target)
        } _: { proxy in
            let client = try testClient(proxy: .address(proxy.base))
            let response = try await client.send(HTTPRequest("GET", HTTPURL("http://files.studio.example/a")))
            #expect(response.text == "http://files.studio.example/a")
        }
    }

    @Test func `redirections are followed, and the answer says where it came from`() async throws {
        try await ScriptedHTTPServer.serving { exchange, line in
            switch exchange.target {
            case "/start": line.answer(302, [("Location", "next?x=1")], "moved")
            case "/next?x=1": line.answer(307, [("Location", "/end")])
            default: line.answer(200, exchange.fields["authorization"] ?? "nobody")
            }
        } _: { server in
            let request = try server.request("GET", "/start", fields: [HTTPField("Authorization", "me")])
            let response = try await testClient().send(request)
            #expect(response.text == "me")
            #expect(response.url.path == "/end")
        }
    }

    @Test func `a password in the address goes to no other host`() async throws {
        try await ScriptedHTTPServer.serving {
            $1.answer(200, "\($0.fields)")
        } _: { target in
            try await ScriptedHTTPServer.serving {
                $1.answer(302, [("Location", target.base + "/a")])
            } _: { server in
                let url = try HTTPURL(server.base.replacing("//", with: "//me:geheim@", maxReplacements: 1))
                let fields = [HTTPField("X-Auth-Token", "geheim"), HTTPField("Accept", "text/plain")]
                _ = try await testClient().send(HTTPRequest("GET", url, fields: fields))
                #expect(await server.requests().first?.fields["authorization"] != nil)
                let taken = try #require(await target.requests().first)
                #expect(taken.fields["authorization"] == nil)
                #expect(taken.fields["x-auth-token"] == nil)
                #expect(taken.fields["accept"] == "text/plain")
            }
        }
    }

    @Test("circles end", arguments: [0, 1, 5])
    func circles(allowed: Int) async throws {
        try await ScriptedHTTPServer.serving {
            $1.answer(302, [("Location", "/")])
        } _: { server in
            let client = try testClient()
            if allowed == 0 {
                #expect(try await client.send(server.request(redirections: 0)).status == 302)
            } else {
                let error = await failure { try await client.send(server.request(redirections: allowed)) }
                #expect(error?.code == .badRedirection)
            }
            #expect(await server.requests().count == allowed + 1)
        }
    }
}
