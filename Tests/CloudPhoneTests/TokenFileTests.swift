import CloudPhone
import DroverTesting
import Glibc
import JSON
import Secrets
import Testing

@Suite("Tokens on disk", .timeLimit(.minutes(2)))
struct TokenFileTests {
    private let notes = NoteBook()

    private static let script: ScriptedHTTPServer.Script = { exchange, line in
        if exchange.target.hasPrefix("/v3/auth/tokens") { return line.grant("TOKEN-\(exchange.number)") }
        line.answer(["phones": []])
    }

    private func list(_ server: ScriptedHTTPServer, _ folder: String) async throws {
        _ = try await server.client(SampleLogin.password, folder: folder, notes: notes).send(ListCloudPhonesOperation())
    }

    private func logins(_ server: ScriptedHTTPServer) async -> Int {
        await server.requests().filter { $0.method == "POST" }.count
    }

    private static func mode(_ path: String) -> UInt32 {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & 0o777 : 0
    }

    @Test func `a token is kept for the next run, where nobody else can read it`() async throws {
        let scratch = try ScratchFolder()
        let folder = "\(scratch.path)/tokens"
        try await ScriptedHTTPServer.serving(Self.script) { server in
            try await list(server, folder)
            try await list(server, folder)
            #expect(await logins(server) == 1)
        }
        let names = RepositoryFile.names(in: folder)
        #expect(names.count == 1)
        let name = try #require(names.first)
        #expect(name.count == "token-.json".count + 64)
        #expect(Self.mode(folder) == 0o700)
        #expect(Self.mode("\(folder)/\(name)") == 0o600)
        #expect(notes.lines.isEmpty)
    }

    @Test("a token that others could have read or written is not used", arguments: [true, false])
    func loose(isFolder: Bool) async throws {
        let scratch = try ScratchFolder()
        let folder = "\(scratch.path)/tokens"
        try await ScriptedHTTPServer.serving(Self.script) { server in
            try await list(server, folder)
            let file = "\(folder)/\(RepositoryFile.names(in: folder)[0])"
            chmod(isFolder ? folder : file, isFolder ? 0o755 : 0o644)
            try await list(server, folder)
            #expect(await logins(server) == 2)
            let path = isFolder ? folder : file
            #expect(
                notes.lines.first
                    == "kept tokens are not used, since others can reach \(path); chmod \(isFolder ? 700 : 600) '\(path)'"
            )
        }
    }

    @Test("a token of another user is not used", .enabled(if: geteuid() == 0), arguments: [true, false])
    func foreign(isFolder: Bool) async throws {
        let scratch = try ScratchFolder()
        let folder = "\(scratch.path)/tokens"
        try await ScriptedHTTPServer.serving(Self.script) { server in
            try await list(server, folder)
            let file = "\(folder)/\(RepositoryFile.names(in: folder)[0])"
            try #require(chown(isFolder ? folder : file, 1, 1) == 0)
            try await list(server, folder)
            #expect(await logins(server) == 2)
            #expect(
                notes.lines.first
                    == "kept tokens are not used, since \(isFolder ? folder : file) belongs to another user")
        }
    }

    @Test(
        "a damaged or ended record is no reason to stop",
        arguments: ["", "{}", "no JSON", #"{"token":"OLD","expires_at":5}"#])
    func damaged(record: String) async throws {
        let scratch = try ScratchFolder()
        let folder = "\(scratch.path)/tokens"
        try await ScriptedHTTPServer.serving(Self.script) { server in
            try await list(server, folder)
            let file = try scratch.write(record, to: "tokens/\(RepositoryFile.names(in: folder)[0])")
            chmod(file, 0o600)
            try await list(server, folder)
            #expect(await logins(server) == 2)
        }
    }

    @Test func `a kept token that the service refuses is renewed and replaced`() async throws {
        let scratch = try ScratchFolder()
        let folder = "\(scratch.path)/tokens"
        let script: ScriptedHTTPServer.Script = { exchange, line in
            if exchange.target.hasPrefix("/v3/auth/tokens") { return line.grant("TOKEN-\(exchange.number)") }
            if exchange.number > 1, exchange.fields["x-auth-token"] == "TOKEN-0" {
                return line.refuse(401, "APIGW.0307", "token must be updated")
            }
            line.answer(["phones": []])
        }
        try await ScriptedHTTPServer.serving(script) { server in
            try await list(server, folder)
            try await list(server, folder)
            try await list(server, folder)
            #expect(await logins(server) == 2)
            #expect(await server.requests().last?.fields["x-auth-token"] == "TOKEN-3")
        }
    }

    @Test func `tokens of different users are kept apart`() async throws {
        let scratch = try ScratchFolder()
        try await ScriptedHTTPServer.serving(Self.script) { server in
            try await list(server, scratch.path + "/tokens")
            let other = CloudLogin.password(account: "studio", user: "other", .init(name: "password", "correct horse"))
            _ = try await server.client(other, folder: scratch.path + "/tokens").send(ListCloudPhonesOperation())
            #expect(await logins(server) == 2)
        }
        #expect(RepositoryFile.names(in: scratch.path + "/tokens").count == 2)
    }
}
