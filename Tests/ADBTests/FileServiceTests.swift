import ADB
import ADBWire
import DroverTesting
import Lanes
import Simulator
import Testing

@Suite(.timeLimit(.minutes(5))) struct FileServiceTests {
    @Test("files of every awkward size come back as they went", arguments: Profile.all)
    func roundTrips(profile: Profile) async throws {
        try await withPhone(profile) { phone in
            let sizes = [0, 1, 1023, 1025, 65535, 65536, 65537, 131_072, 1_100_001]
            let contents = sizes.map { SeededNumbers.bytes($0, seed: UInt64($0)) }
            let items = zip(sizes, contents).map { size, bytes in
                PushItem(
                    path: "/data/local/tmp/size-\(size)", content: .bytes(SharedBytes(bytes)), modified: 1_704_164_645)
            }
            let meter = ProgressMeter(clock: phone.lane.clock)
            let script = try PushScript(items, features: phone.link.features)
            #expect(try await phone.link.push(script, meter: meter).isEmpty)
            #expect(meter.bytes > UInt64(sizes.reduce(0, +)))
            #expect(!meter.isDue)
            let baskets = items.map { _ in Basket() }
            let requests = zip(items, baskets).map { item, basket in
                PullRequest(path: item.path) { basket.take($0) }
            }
            let replies = try await phone.link.pull(requests)
            #expect(replies == sizes.map { .pulled(bytes: UInt64($0)) })
            for (basket, content) in zip(baskets, contents) { #expect(basket.bytes == content) }
            let statuses = try await phone.link.status(of: items.map(\.path) + ["/data/local/tmp/missing"])
            #expect(statuses.dropLast().map(\.size) == sizes.map { UInt64($0) })
            #expect(statuses.dropLast().allSatisfy { $0.isRegular && $0.modificationTime == 1_704_164_645 })
            #expect(statuses.last?.exists == false)
        }
    }

    @Test("folders, links and modes arrive as a tree", arguments: Profile.all)
    func trees(profile: Profile) async throws {
        try await withPhone(profile) { phone in
            let root = "/data/local/tmp/tree's"
            let hello = SharedBytes(Array("hello".utf8))
            let script = try PushScript(
                [
                    PushItem(path: root + "/empty/deeper", content: .folder, modified: 0),
                    PushItem(path: root + "/a/b/file", content: .bytes(hello), modified: 7),
                    PushItem(path: root + "/tool", content: .bytes(hello), mode: 0o755, modified: 7),
                    PushItem(path: root + "/link", content: .link(to: "a/b/file"), modified: 7),
                ], features: phone.link.features)
            #expect(try await phone.link.push(script).isEmpty)
            let tree = try await phone.link.tree(root)
            #expect(tree.map(\.text).sorted() == ["a", "a/b", "a/b/file", "empty", "empty/deeper", "link", "tool"])
            let kinds = Dictionary(uniqueKeysWithValues: tree.map { ($0.text, $0.status) })
            #expect(kinds["link"]?.isSymlink == true)
            #expect(kinds["empty/deeper"]?.isDirectory == true)
            #expect(kinds["tool"].map { $0.mode & 0o100 } == 0o100)
            #expect(try await phone.link.list(root + "/missing").isEmpty)
        }
    }

    @Test("a refused file is told by its place, and the others arrive", arguments: [Profile.android7, .android14])
    func refusals(profile: Profile) async throws {
        try await withPhone(profile) { phone in
            let bytes = SharedBytes(SeededNumbers.bytes(200_000))
            let paths = ["/data/local/tmp/1", "/system/2", "/data/local/tmp/3", "/proc/4", "/data/local/tmp/5"]
            let items = paths.map { PushItem(path: $0, content: .bytes(bytes), modified: 1) }
            let refusals = try await phone.link.push(try PushScript(items, features: phone.link.features))
            #expect(refusals.map(\.index) == [1, 3])
            #expect(refusals.allSatisfy { !$0.reason.isEmpty })
            let there = try await phone.link.status(of: paths).map { $0.exists && $0.size == 200_000 }
            #expect(there == [true, false, true, false, true])
        }
    }

    @Test func `after eight equal refusals in a row the rest is not tried`() async throws {
        try await withPhone { phone in
            let bytes = SharedBytes([1])
            let items = (0..<50).map { PushItem(path: "/system/\($0)", content: .bytes(bytes), modified: 1) }
            let refusals = try await phone.link.push(try PushScript(items, features: phone.link.features))
            #expect(refusals.map(\.index) == Array(0..<50))
            #expect(refusals[49].reason.hasPrefix("not tried after: "))
            #expect(phone.deeds.services.filter { $0 == "sync:" }.count == 8)
        }
    }

    @Test func `many files go and come in one stream each way`() async throws {
        try await withPhone { phone in
            let contents = (0..<1000).map { SeededNumbers.bytes($0 % 300, seed: UInt64($0)) }
            let items = contents.enumerated().map { index, bytes in
                PushItem(
                    path: "/data/local/tmp/many/\(index % 20)/\(index)", content: .bytes(SharedBytes(bytes)),
                    modified: 1)
            }
            #expect(try await phone.link.push(try PushScript(items, features: phone.link.features)).isEmpty)
            let baskets = items.map { _ in Basket() }
            let requests = zip(items, baskets).map { item, basket in PullRequest(path: item.path) { basket.take($0) } }
            let replies = try await phone.link.pull(requests)
            #expect(replies == contents.map { .pulled(bytes: UInt64($0.count)) })
            #expect(baskets.map(\.bytes) == contents)
            #expect(phone.deeds.services.filter { $0 == "sync:" }.count == 2)
        }
    }

    @Test func `a missing file is refused, and what was asked for behind it comes`() async throws {
        try await withPhone { phone in
            let item = PushItem(path: "/data/local/tmp/x", content: .bytes(SharedBytes([1, 2])), modified: 1)
            _ = try await phone.link.push(try PushScript([item], features: phone.link.features))
            let paths = ["/data/local/tmp/no", "/data/local/tmp/x", "/data/local/tmp/nor", "/data/local/tmp/x"]
            let replies = try await phone.link.pull(paths.map { PullRequest(path: $0) { _ in } })
            #expect(
                replies == [
                    .refused(reason: "open failed: No such file or directory"), .pulled(bytes: 2),
                    .refused(reason: "open failed: No such file or directory"), .pulled(bytes: 2),
                ])
        }
    }

    struct SinkIsFull: Error {}

    @Test func `a taker that fails ends the pull with its own error`() async throws {
        try await withPhone { phone in
            let item = PushItem(
                path: "/data/local/tmp/x", content: .bytes(SharedBytes(SeededNumbers.bytes(500_000))), modified: 1)
            _ = try await phone.link.push(try PushScript([item], features: phone.link.features))
            await #expect(throws: SinkIsFull.self) {
                _ = try await phone.link.pull([PullRequest(path: item.path) { _ in throw SinkIsFull() }])
            }
            #expect(try await phone.link.run("echo still here").exit == 0)
        }
    }

    @Test func `a path that the protocol cannot carry is refused before anything is sent`() async throws {
        try await withPhone { phone in
            let path = "/" + String(repeating: "a", count: 1024)
            #expect(await code { _ = try await phone.link.status(of: [path]) } == .unsupported)
            #expect(await code { _ = try await phone.link.pull([PullRequest(path: path) { _ in }]) } == .unsupported)
            let item = PushItem(path: path, content: .bytes(SharedBytes([])), modified: 0)
            #expect(throws: ADBError.self) { try PushScript([item], features: .android9) }
            #expect(phone.deeds.services.isEmpty)
        }
    }

    @Test("a hostile name ends the listing", arguments: ["../up", "a/b", "", "nul\0"])
    func hostileNames(name: String) async throws {
        let script = ScriptedPhone.accepting(.android9) { line, packet in
            guard packet.command == .write else { return }
            var bytes: [UInt8] = []
            let status = FileStatus(mode: 0o100644, size: 1, modificationTime: 1)
            SyncResponse.appendEntry(status, name: Array(name.utf8), expectation: .directory1, to: &bytes)
            SyncResponse.appendDone(.directory1, to: &bytes)
            line.send(.write, packet.arg1, packet.arg0, bytes)
        }
        try await withLink(script) { link, _, _ in
            #expect(await code { _ = try await link.list("/sdcard") } == .protocolViolation)
        }
    }

    @Test func `a file service that ends without a word is lost`() async throws {
        let script = ScriptedPhone.accepting { line, packet in
            if packet.command == .write { line.send(.close, packet.arg1, packet.arg0) }
        }
        try await withLink(script) { link, _, _ in
            #expect(await code { _ = try await link.status(of: ["/sdcard"]) } == .lost)
        }
    }
}
