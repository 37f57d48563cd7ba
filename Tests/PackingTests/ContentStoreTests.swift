import Crypto
import DroverTesting
import Glibc
import Lanes
import Packing
import Testing

struct ContentStoreTests {
    private let scratch: ScratchFolder
    private let store: ContentStore

    init() throws {
        scratch = try ScratchFolder()
        store = ContentStore(at: "\(scratch.path)/cache/store", capacity: 1000)
    }

    private func add(_ bytes: [UInt8], expecting hash: SHA256Digest? = nil) throws -> StoredContent {
        let new = try store.begin()
        try bytes.withUnsafeBytes { bytes in Result { () throws(PackingError) in try new.write(bytes) } }.get()
        return try new.finish(expecting: hash)
    }

    private func bytes(of content: StoredContent) throws -> [UInt8] {
        try LocalFile.open(content.path).copied().withUnsafeBytes { Array($0) }
    }

    /// Makes a content look as if it had been used so many seconds ago.
    private func age(_ hash: SHA256Digest, _ seconds: Int) {
        let path = "\(store.path)/objects/\(hash.hex.prefix(2))/\(hash.hex).seen"
        var times = [
            timeval(tv_sec: time(nil) - seconds, tv_usec: 0), timeval(tv_sec: time(nil) - seconds, tv_usec: 0),
        ]
        #expect(utimes(path, &times) == 0)
    }

    @Test func `a content is found by its hash`() throws {
        let hash = SHA256.hash(of: "content")
        #expect(try store.content(hash) == nil)
        #expect(store.list().isEmpty)
        let added = try add(Array("content".utf8))
        #expect(added.hash == hash)
        #expect(added.size == 7)
        let found = try #require(try store.content(hash))
        #expect(try bytes(of: found) == Array("content".utf8))
        #expect(try add(Array("content".utf8)).path == added.path)
        #expect(store.list().map(\.name) == [hash.hex])
    }

    @Test func `a content that is not what was expected is not kept`() throws {
        let error = #expect(throws: PackingError.self) {
            try add(Array("content".utf8), expecting: SHA256.hash(of: "other"))
        }
        #expect(error?.code == .refused)
        #expect(store.list().isEmpty)
    }

    @Test(arguments: ["changed in place", "cut short", "another file"])
    func `a content that is not what its name says is removed when it is asked for`(how: String) throws {
        let path = try add(Array("content".utf8)).path
        let hash = SHA256.hash(of: "content")
        if how == "another file" { #expect(unlink(path) == 0) }
        #expect(how == "another file" || chmod(path, 0o644) == 0)
        let descriptor = open(path, O_WRONLY | O_CREAT | (how == "cut short" ? O_TRUNC : 0), 0o644)
        #expect(write(descriptor, "kontent", 3) == 3)
        close(descriptor)
        #expect(try store.content(hash) == nil)
        #expect(store.list().isEmpty)
        #expect(try bytes(of: try add(Array("content".utf8))) == Array("content".utf8))
    }

    @Test func `a content that only looks different is kept`() throws {
        let path = try add(Array("content".utf8)).path
        #expect(chmod(path, 0o400) == 0)
        #expect(try store.content(SHA256.hash(of: "content")) != nil)
    }

    @Test func `what was used longest ago goes first, and never what is held`() throws {
        var held: StoredContent? = try add([UInt8](repeating: 1, count: 400))
        let first = try #require(held).hash
        let second = try add([UInt8](repeating: 2, count: 400)).hash
        age(first, 500)
        age(second, 300)
        #expect(store.list().map(\.name) == [first.hex, second.hex])
        #expect(store.list().map(\.isHeld) == [true, false])
        let third = try add([UInt8](repeating: 3, count: 400)).hash
        #expect(store.list().map(\.name) == [first.hex, third.hex])
        #expect(store.prune(keeping: 0).kept.map(\.name) == [first.hex])
        withExtendedLifetime(held) {}
        held = nil
        #expect(store.prune(keeping: 0).removed.map(\.name) == [first.hex])
        #expect(store.list().isEmpty)
    }

    @Test func `what was not used for long can be removed`() throws {
        let old = try add(Array("old".utf8)).hash
        let new = try add(Array("new".utf8)).hash
        age(old, 86_400)
        let cleaning = store.prune(usedSince: Int64(time(nil)) - 3600)
        #expect(cleaning.removed.map(\.name) == [old.hex])
        #expect(cleaning.kept.map(\.name) == [new.hex])
        age(new, 86_400)
        #expect(try store.content(new) != nil)
        #expect(store.prune(usedSince: Int64(time(nil)) - 3600).removed.isEmpty)
    }

    @Test func `a key leads to what was made, as long as it is there`() throws {
        let key = SHA256.hash(of: "tree and options")
        #expect(try store.content(forKey: key) == nil)
        let hash = try add(Array("archive".utf8)).hash
        try store.remember(hash, forKey: key)
        #expect(try store.content(forKey: key)?.hash == hash)
        #expect(store.prune(keeping: 0).removed.count == 1)
        #expect(try store.content(forKey: key) == nil)
        #expect(try Folder.open("\(store.path)/keys").names().isEmpty)
    }

    @Test func `a content that is given up leaves nothing`() throws {
        do {
            let new = try store.begin()
            [UInt8](repeating: 7, count: 100).withUnsafeBytes { bytes in
                #expect(throws: Never.self) { try new.write(bytes) }
            }
        }
        #expect(try Folder.open("\(store.path)/objects").names().isEmpty)
    }

    @Test(
        arguments: [
            (["DROVER_CACHE": "/c", "XDG_CACHE_HOME": "/x", "HOME": "/h"], "/c/store"),
            (["XDG_CACHE_HOME": "/x", "HOME": "/h"], "/x/drover/store"), (["HOME": "/h"], "/h/.cache/drover/store"),
            (["HOME": ""], nil),
        ] as [([String: String], String?)])
    func `the user's own place`(environment: [String: String], path: String?) {
        #expect(ContentStore.usualPath(environment) == path)
    }

    @Test func `many at once add and use the same contents`() async throws {
        let store = store
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<8 {
                group.addTask {
                    for number in 0..<100 {
                        let bytes = [UInt8](repeating: UInt8(number), count: 300)
                        let content = try await onOwnThread { () throws(PackingError) in
                            let new = try store.begin()
                            try bytes.withUnsafeBytes { bytes in
                                Result { () throws(PackingError) in try new.write(bytes) }
                            }.get()
                            return try new.finish()
                        }
                        #expect(content.hash == SHA256.hash(of: bytes), "worker \(worker)")
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(store.list().allSatisfy { !$0.isHeld })
        // What others held when the last one looked may be over the cap; whoever adds next removes it.
        let last = try store.begin()
        try [UInt8](repeating: 200, count: 300).withUnsafeBytes { bytes in
            Result { () throws(PackingError) in try last.write(bytes) }
        }.get()
        _ = try last.finish()
        #expect(store.list().reduce(0) { $0 + $1.size } <= 1000)
    }
}
