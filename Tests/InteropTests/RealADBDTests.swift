import DroverTesting
import ADB
import ADBWire
import Crypto
import Foundation
import Lanes
import Synchronization
import Testing

/// Our client against Debian 13's adbd, which knows nothing of our reading of the protocol.
@Suite(
    "Our client and a real adbd",
    .enabled(if: Counterpart.adbd.isThere, Counterpart.adbd.absence),
    .timeLimit(.minutes(5))
)
struct RealADBDTests {
    @Test func `adbd does not run as root`() async throws {
        try await withRealADBD { phone, _ in
            let result = try await phone.run("id -u")
            #expect(String(decoding: result.output, as: UTF8.self) != "0\n")
        }
    }

    @Test func `a command tells its exit code and keeps its two outputs apart`() async throws {
        try await withRealADBD { phone, _ in try await Conversations.shell(on: phone) }
    }

    @Test func `a command reads what it is given`() async throws {
        try await withRealADBD { phone, _ in
            let input = SeededNumbers.bytes(300_000)
            let result = try await phone.run("cat", input: input)
            #expect(result.exit == 0)
            #expect(result.output == input)
        }
    }

    @Test func `a command reads 300 MB as they are`() async throws {
        try await withRealADBD { phone, _ in
            let block = SharedBytes(SeededNumbers.bytes(3_000_000))
            var hash = SHA256()
            for _ in 0..<100 { block.withUnsafeBytes { hash.update($0) } }
            let digest = hash.finish()
            let input = [SharedSlice](repeating: SharedSlice(block), count: 100)
            let result = try await phone.feed("cat | sha256sum", input: input)
            #expect(result.exit == 0)
            #expect(String(decoding: result.output, as: UTF8.self) == "\(digest.hex)  -\n")
            let early = try await phone.feed("head -c 5 >/dev/null; exit 7", input: input)
            #expect(early.exit == 7)
        }
    }

    @Test func `many commands run side by side on one link`() async throws {
        try await withRealADBD { phone, _ in
            let lane = phone.lane
            let answers = try await withThrowingTaskGroup(of: (Int, String).self) { group in
                for number in 0..<40 {
                    group.addTask(executorPreference: lane) {
                        let result = try await phone.run("echo \(number)")
                        return (number, String(decoding: result.output, as: UTF8.self))
                    }
                }
                return try await group.reduce(into: [Int: String]()) { $0[$1.0] = $1.1 }
            }
            #expect(answers == Dictionary(uniqueKeysWithValues: (0..<40).map { ($0, "\($0)\n") }))
        }
    }

    @Test func `a file comes back as it went`() async throws {
        try await withRealADBD { phone, storage in
            try await Conversations.roundTrips(on: phone, in: storage)
            let status = try #require(try await phone.status(of: ["\(storage)/size-65537.bin"]).first)
            #expect(status.modificationTime == 1_704_164_645)
            #expect(status.mode & 0o777 == 0o666, "adbd copies the owner's bits to group and others")
        }
    }

    @Test func `folders and links arrive as a tree`() async throws {
        try await withRealADBD { phone, storage in
            let root = "\(storage)/tree"
            let bytes = SharedBytes(Array("hello".utf8))
            let script = try PushScript(
                [
                    PushItem(path: "\(root)/empty", content: .folder, modified: 0),
                    PushItem(path: "\(root)/a/b/deep.txt", content: .bytes(bytes), modified: 1_700_000_000),
                    PushItem(path: "\(root)/tool", content: .bytes(bytes), mode: 0o755, modified: 1_700_000_000),
                    PushItem(path: "\(root)/link", content: .link(to: "a/b/deep.txt"), modified: 1_700_000_000),
                    PushItem(path: "\(root)/dangling", content: .link(to: "nowhere"), modified: 1_700_000_000),
                ], features: phone.features)
            #expect(try await phone.push(script).isEmpty)
            let entries = try await phone.tree(root)
            #expect(entries.map(\.text).sorted() == ["a", "a/b", "a/b/deep.txt", "dangling", "empty", "link", "tool"])
            let files = FileManager.default
            #expect(try files.destinationOfSymbolicLink(atPath: "\(root)/link") == "a/b/deep.txt")
            #expect(try files.destinationOfSymbolicLink(atPath: "\(root)/dangling") == "nowhere")
            #expect(try bytesOf("\(root)/link") == Array("hello".utf8))
            #expect(files.isExecutableFile(atPath: "\(root)/tool"))
            let statuses = try await phone.status(of: ["\(root)/link", "\(root)/missing"])
            #expect(statuses.first.map { $0.mode & 0o170000 } == 0o120000, "a link is not followed")
            #expect(statuses.last?.error == 2)
        }
    }

    @Test func `two thousand small files go and come in one stream each way`() async throws {
        try await withRealADBD { phone, storage in
            let contents = (0..<2000).map { SeededNumbers.bytes($0 % 3000, seed: UInt64($0)) }
            let items = contents.enumerated().map { number, content in
                PushItem(
                    path: "\(storage)/many/\(number % 20)/\(number)", content: .bytes(SharedBytes(content)),
                    modified: 1_700_000_000)
            }
            #expect(try await phone.push(try PushScript(items, features: phone.features)).isEmpty)
            let back = Mutex([[UInt8]](repeating: [], count: contents.count))
            let requests = items.enumerated().map { number, item in
                PullRequest(path: item.path) { bytes in back.withLock { $0[number].append(contentsOf: bytes) } }
            }
            let replies = try await phone.pull(requests)
            #expect(replies == contents.map { .pulled(bytes: UInt64($0.count)) })
            #expect(back.withLock { $0 } == contents)
        }
    }

    @Test func `a refused file is told in adbd's words and does not stop the others`() async throws {
        try await withRealADBD { phone, storage in
            let bytes = SharedBytes(SeededNumbers.bytes(200_000))
            let paths = ["\(storage)/before", "/proc/refused", "\(storage)/after"]
            let items = paths.map { PushItem(path: $0, content: .bytes(bytes), modified: 1_700_000_000) }
            let refusals = try await phone.push(try PushScript(items, features: phone.features))
            #expect(refusals.map(\.index) == [1])
            #expect(refusals.first?.reason.isEmpty == false)
            #expect(try await Conversations.pull(paths[2], from: phone).count == 200_000)
            let ignore = PullRequest(path: "\(storage)/missing") { _ in }
            #expect(
                try await phone.pull([ignore]) == [.refused(reason: "open failed: No such file or directory")])
        }
    }

    @Test func `a file of 5 GiB goes to dev-null and a sparse one comes back`() async throws {
        try await withRealADBD { phone, storage in
            let size: UInt64 = 5 << 30
            let folder = try TemporaryFolder()
            defer { folder.remove() }
            let local = try folder.file("sparse", "")
            try sparse(local, size)
            let item = PushItem(
                path: "/dev/null", content: .bytes(try SharedBytes(mapping: local)), mode: 0o666,
                modified: 1_700_000_000)
            #expect(try await phone.push(try PushScript([item], features: phone.features)).isEmpty)

            let remote = "\(storage)/sparse"
            let made = try await phone.run("truncate -s \(size) \(remote) && printf end >> \(remote)")
            #expect(made.exit == 0)
            let status = try #require(try await phone.status(of: [remote]).first)
            #expect(status.size == size + 3)
            let tail = Mutex<[UInt8]>([])
            let request = PullRequest(path: remote) { bytes in
                tail.withLock { $0 = Array(($0 + bytes.suffix(4)).suffix(4)) }
            }
            #expect(try await phone.pull([request]) == [.pulled(bytes: size + 3)])
            #expect(tail.withLock { $0 } == [0] + Array("end".utf8))
        }
    }
}

private func bytesOf(_ path: String) throws -> [UInt8] { try bytes(of: path) }

/// Makes a file larger without writing anything into it.
private func sparse(_ path: String, _ size: UInt64) throws {
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try file.truncate(atOffset: size)
    try file.close()
}
