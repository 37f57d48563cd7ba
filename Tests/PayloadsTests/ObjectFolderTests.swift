import Crypto
import Curl
import DroverTesting
import Farm
import Fetching
import Glibc
import Lanes
import Packing
import Payloads
import Testing

/// Folders of objects, fetched from a scripted server.
@Suite("Folders of objects as payloads", .timeLimit(.minutes(1)))
struct ObjectFolderTests {
    /// Lists what a test says, and fetches it from a server.
    private struct Supply: ObjectSupply {
        let base: String
        /// The content of each key; its mark is its hash.
        var objects: [String: String]

        func object(_ address: ObjectAddress, account: String?) throws -> any FetchOrigin {
            try Origin(name: "\(address)", url: HTTPURL("\(base)/\(SHA256.hash(of: address.key).hex)"))
        }

        func objects(below folder: ObjectAddress, account: String?) throws -> [SuppliedObject] {
            try objects.sorted { $0.key < $1.key }.map { key, text in
                let address = try #require(ObjectAddress("obs://\(folder.bucket)/\(key)"))
                return SuppliedObject(
                    key: key, byteCount: Int64(text.utf8.count), version: SHA256.hash(of: text).hex,
                    origin: try object(address, account: account))
            }
        }
    }

    private struct Origin: FetchOrigin {
        let name: String
        let url: HTTPURL
        var identity: String { name }
        var isProtected: Bool { true }
        var takesIfMatch: Bool { true }
        var client: HTTPClient? { nil }

        func request(_ fields: [Field], limits: HTTPLimits, renewing: Bool) -> HTTPRequest {
            HTTPRequest("GET", url, fields: fields.map { HTTPField($0.name, $0.value) }, limits: limits)
        }

        func refusal(_ response: HTTPResponse) -> FetchRefusal? { nil }
    }

    /// A server of objects, where each is found by the hash of its key; those in `missing` are answered with 404.
    private func serving(
        _ objects: [String: String], missing: Set<String> = [],
        _ body: (Supply, ScriptedHTTPServer, ScratchFolder) async throws -> Void
    ) async throws {
        let texts = Dictionary(uniqueKeysWithValues: objects.map { ("/\(SHA256.hash(of: $0.key).hex)", $0) })
        try await ScriptedHTTPServer.serving { exchange, line in
            guard let (key, text) = texts[exchange.target], !missing.contains(key) else {
                return line.answer(404, "no")
            }
            let etag = "\"\(SHA256.hash(of: text).hex)\""
            if exchange.fields["if-none-match"] == etag { return line.answer(304, [("ETag", etag)]) }
            line.answer(200, [("ETag", etag)], Array(text.utf8))
        } _: { server in
            try await body(Supply(base: server.base, objects: objects), server, try ScratchFolder())
        }
    }

    private func fetch(
        _ supply: Supply, _ folder: ScratchFolder, _ change: (inout PayloadDefinition) -> Void = { _ in }
    ) async throws -> String {
        var definition = PayloadDefinition(name: "it", from: "obs://studio/assets/")
        change(&definition)
        let store = PayloadStore()
        let client = try HTTPClient(on: try Lane(name: "fetch"), options: HTTPClientOptions(proxy: .none))
        try await store.fetch([definition], with: client, into: folder.path, objects: supply)
        return try store.place(of: definition)
    }

    private func names(_ place: String) -> [String] { RepositoryFile.names(in: place).sorted() }

    @Test("a folder comes once, and a version that is there already costs a list alone")
    func once() async throws {
        let objects = ["assets/": "", "assets/a": "one", "assets/x/b": "two", "assets/x/y/c": "three"]
        try await serving(objects) { supply, server, folder in
            let place = try await fetch(supply, folder)
            #expect(RepositoryFile.bytes(at: "\(place)/a") == Array("one".utf8))
            #expect(RepositoryFile.bytes(at: "\(place)/x/y/c") == Array("three".utf8))
            #expect(names(place) == ["a", "x"])
            #expect(try await fetch(supply, folder) == place)
            #expect(await server.requests().count == 3)
        }
    }

    @Test("another version is another folder that brings what is new, and the one before stays as it was")
    func versions() async throws {
        try await serving(["assets/a": "one", "assets/x/b": "two", "assets/c": "three"]) { supply, server, folder in
            var less = supply
            less.objects["assets/c"] = nil
            let first = try await fetch(less, folder)
            let inode = FileStamp(of: "\(first)/x/b")
            let second = try await fetch(supply, folder)
            #expect(second != first)
            #expect(names(first) == ["a", "x"])
            #expect(names(second) == ["a", "c", "x"])
            #expect(RepositoryFile.bytes(at: "\(second)/x/b") == Array("two".utf8))
            #expect(await server.requests().count == 3)
            // Nobody who reads the first sees a change.
            #expect(FileStamp(of: "\(first)/x/b") == inode)
        }
    }

    @Test("who finds another one at the same version waits for its lock")
    func locked() async throws {
        try await serving(["assets/a": "one"]) { supply, server, folder in
            let place = try await fetch(supply, folder)
            // As if it had never come, and somebody were at it.
            for name in ["\(place)/a", "\(place).list", "\(place).marks"] { #expect(unlink(name) == 0) }
            #expect(rmdir(place) == 0)
            #expect(mkdir("\(place).work", 0o700) == 0)
            let lock = open("\(place).work/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
            #expect(flock(lock, LOCK_EX | LOCK_NB) == 0)
            let again = Task { try await fetch(supply, folder) }
            // Long enough to come to the lock; however it goes, what counts is the end.
            try await Task.sleep(for: .milliseconds(50))
            #expect(await server.requests().count == 1)
            close(lock)
            #expect(try await again.value == place)
            #expect(await server.requests().count == 2)
            #expect(RepositoryFile.bytes(at: "\(place)/a") == Array("one".utf8))
        }
    }

    @Test("a version that nobody used for a week goes when another one comes")
    func old() async throws {
        try await serving(["assets/a": "one", "assets/x/y/b": "two"]) { supply, _, folder in
            let whole = try await fetch(supply, folder)
            var less = supply
            less.objects["assets/a"] = nil
            let second = try await fetch(less, folder)
            #expect(names(whole) == ["a", "x"])
            var times = [timeval](repeating: timeval(tv_sec: time(nil) - 8 * 86_400, tv_usec: 0), count: 2)
            #expect(utimes("\(whole).list", &times) == 0)
            less.objects = ["assets/a": "one"]
            let third = try await fetch(less, folder)
            #expect(access(whole, F_OK) != 0)
            #expect(access("\(whole).list", F_OK) != 0)
            #expect(names(second) == ["x"])
            #expect(names(third) == ["a"])
            // One that is used again is young again.
            #expect(utimes("\(second).list", &times) == 0)
            less.objects = ["assets/x/y/b": "two"]
            #expect(try await fetch(less, folder) == second)
            _ = try await fetch(supply, folder)
            #expect(names(second) == ["x"])
        }
    }

    @Test("a version that somebody took files out of comes again")
    func removed() async throws {
        try await serving(["assets/a": "one", "assets/x/b": "two"]) { supply, server, folder in
            let place = try await fetch(supply, folder)
            try folder.remove(String(place.dropFirst(folder.path.count + 1)) + "/x/b")
            #expect(try await fetch(supply, folder) == place)
            #expect(RepositoryFile.bytes(at: "\(place)/x/b") == Array("two".utf8))
            // The other is still there to be copied.
            #expect(await server.requests().count == 3)
        }
    }

    @Test("a kill between the last two steps costs nothing", arguments: [true, false])
    func killed(isNamed: Bool) async throws {
        try await serving(["assets/a": "one", "assets/x/b": "two"]) { supply, server, folder in
            let place = try await fetch(supply, folder)
            #expect(mkdir("\(place).work", 0o700) == 0)
            #expect(rename("\(place).list", "\(place).work/list") == 0)
            if !isNamed { #expect(rename(place, "\(place).work/tree") == 0) }
            #expect(try await fetch(supply, folder) == place)
            #expect(names(place) == ["a", "x"])
            #expect(await server.requests().count == 2)
            #expect(access("\(place).work", F_OK) != 0)
        }
    }

    @Test("what fails in the middle goes on where it stopped")
    func resumed() async throws {
        let objects = ["assets/a": "one", "assets/b": "two", "assets/c": "three"]
        let folder = try ScratchFolder()
        try await serving(objects, missing: ["assets/c"]) { supply, _, _ in
            await #expect(throws: PayloadError.self) { try await fetch(supply, folder) }
        }
        try await serving(objects) { supply, server, _ in
            let place = try await fetch(supply, folder)
            #expect(names(place) == ["a", "b", "c"])
            // Those that had come are asked about, and only the third comes.
            let asked = await server.requests().filter { $0.fields["if-none-match"] != nil }
            #expect(asked.count == 2)
        }
    }

    @Test("rules choose before anything comes")
    func chosen() async throws {
        try await serving(["assets/a.txt": "one", "assets/b.tmp": "two", "assets/d/c.txt": "three"]) {
            supply, server, folder in
            let place = try await fetch(supply, folder) { $0.exclude = ["*.tmp"] }
            #expect(names(place) == ["a.txt", "d"])
            #expect(await server.requests().count == 2)
            let error = await #expect(throws: PayloadError.self) {
                try await fetch(supply, folder) { $0.include = ["*.none"] }
            }
            #expect(error?.reason == "holds nothing that `include` and `exclude` leave")
        }
    }

    @Test("a folder that changed is told where its checksum was recorded")
    func recorded() async throws {
        try await serving(["assets/a": "one", "assets/b": "two"]) { supply, _, folder in
            _ = try await fetch(supply, folder) { $0.recordsChecksum = true }
            _ = try await fetch(supply, folder) { $0.recordsChecksum = true }
            var less = supply
            less.objects["assets/b"] = nil
            let error = await #expect(throws: PayloadError.self) {
                try await fetch(less, folder) { $0.recordsChecksum = true }
            }
            #expect(error?.reason == "holds other files than the first time")
            #expect(error?.advice?.contains(".sha256") == true)
        }
    }

    @Test("an object that changes behind its list is refused")
    func changed() async throws {
        try await serving(["assets/a": "one"]) { supply, _, folder in
            var stale = supply
            stale.objects["assets/a"] = "two"
            let error = await #expect(throws: PayloadError.self) { try await fetch(stale, folder) }
            #expect(error?.reason == "has changed since the folder was listed")
        }
    }

    @Test(
        "names that are no paths here are refused, whatever a store says",
        arguments: [
            (["assets/../../x"], "holds assets/../../x, which is no path of files here"),
            (["assets//x"], "holds assets//x, which is no path of files here"),
            (["assets/a", "assets/a/b"], "holds a and a/b, and a file is no folder"),
            (["assets/"], "holds no object"), ([], "holds no object"),
        ])
    func hostile(keys: [String], reason: String) async throws {
        let objects = Dictionary(uniqueKeysWithValues: keys.map { ($0, "x") })
        try await serving(objects) { supply, server, folder in
            let error = await #expect(throws: PayloadError.self) { try await fetch(supply, folder) }
            #expect(error?.reason == reason)
            #expect(await server.requests().isEmpty)
        }
    }
}
