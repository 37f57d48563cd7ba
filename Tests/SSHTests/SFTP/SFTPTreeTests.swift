import DroverTesting
import Foundation
import Lanes
import Testing

@testable import SSH

@Suite struct `Trees of an SFTP server` {
    private static func file(_ path: String, _ bytes: [UInt8], mode: UInt32 = 0o644) -> SFTPTreeItem {
        SFTPTreeItem(
            SFTPPath(path), .file(size: bytes.count) { SharedBytes(bytes) }, mode: mode, modified: 1_600_000_000)
    }

    @Test func `five thousand small files go and come back`() async throws {
        let folder = try ScratchFolder()
        try folder.folder("back")
        let items = (0..<5000).map { index in
            Self.file("d\(index % 50)/e\(index % 7)/f\(index)", SeededNumbers.bytes(index % 97, seed: UInt64(index)))
        }
        try await withServer { client, _ in
            let root = SFTPPath(folder.path).appending("there/deep")
            let report = try await client.upload(tree: items, to: root)
            #expect(report.moved == 5000 && report.refusals.isEmpty)
            #expect(report.bytes == UInt64((0..<5000).reduce(0) { $0 + $1 % 97 }))
            var again = SFTPTreeOptions()
            again.skipsUnchanged = true
            let second = try await client.upload(tree: items, to: root, again)
            #expect(second.unchanged == 5000 && second.moved == 0 && second.bytes == 0)
            let back = try await client.download(tree: root, into: LocalTree(folder.path + "/back"))
            #expect(back.moved == 5000 && back.refusals.isEmpty)
            let unchanged = try await client.download(
                tree: root, into: LocalTree(folder.path + "/back", skipsUnchanged: true))
            #expect(unchanged.unchanged == 5000 && unchanged.moved == 0)
        }
        for index in [0, 96, 97, 4999] {
            let path = "d\(index % 50)/e\(index % 7)/f\(index)"
            #expect(
                try contents(of: "\(folder.path)/back/\(path)") == SeededNumbers.bytes(index % 97, seed: UInt64(index)))
        }
        let left = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        #expect(left.filter { $0.hasSuffix(".part") }.isEmpty)
        #expect(left.count { $0.hasPrefix("back/") && $0.contains("/f") } == 5000)
    }

    @Test func `modes, times, links and empty folders are kept`() async throws {
        let folder = try ScratchFolder()
        try folder.folder("back")
        let items = [
            Self.file("bin/run me.sh", Array("echo".utf8), mode: 0o755),
            SFTPTreeItem("empty", .folder, mode: 0o700, modified: 1_500_000_000),
            SFTPTreeItem("closed", .folder, mode: 0o555, modified: 1_500_000_000),
            Self.file("closed/in", [1]),
            SFTPTreeItem("bin/latest", .link(to: Array("run me.sh".utf8)), modified: nil),
        ]
        try await withServer { client, _ in
            let root = SFTPPath(folder.path).appending("there")
            for _ in 0..<2 {
                let report = try await client.upload(tree: items, to: root)
                #expect(report.moved == 3 && report.refusals.isEmpty)
            }
            #expect(try await client.look(at: root.appending("bin/run me.sh")).mode == 0o100755)
            #expect(try await client.look(at: root.appending("empty")).mode == 0o040700)
            #expect(try await client.look(at: root.appending("closed")).mode == 0o040555)
            #expect(try await client.look(at: root.appending("closed")).modified == 1_500_000_000)
            let back = try await client.download(tree: root, into: LocalTree(folder.path + "/back"))
            #expect(back.moved == 3 && back.refusals.isEmpty)
            #expect(
                try await client.readLink(SFTPPath(folder.path).appending("back/bin/latest")) == Array("run me.sh".utf8)
            )
            #expect(
                try await client.look(at: SFTPPath(folder.path).appending("back/bin/run me.sh")).modified
                    == 1_600_000_000)
        }
        #expect(try contents(of: folder.path + "/back/closed/in") == [1])
    }

    @Test func `one refusal does not keep the others back`() async throws {
        let folder = try ScratchFolder()
        try folder.folder("there/taken")
        try folder.write("x", to: "there/plain")
        let items = [
            Self.file("taken", [1]), Self.file("plain/in", [2]), Self.file("good", [3]), Self.file("good", [4]),
            Self.file("../out", [5]), Self.file("a//b", [6]), Self.file(String(repeating: "n", count: 300), [7]),
        ]
        try await withServer { client, _ in
            let report = try await client.upload(tree: items, to: SFTPPath(folder.path).appending("there"))
            #expect(report.moved == 1)
            let told = report.refusals.map { "\($0.path.description.prefix(9)): \($0.error.reason)" }
            #expect(
                told == [
                    "../out: this is no path below a folder",
                    "a//b: this is no path below a folder",
                    "good: the tree has it twice",
                    "nnnnnnnnn: its name has 300 bytes, and 255 is the limit",
                    "plain: something that is no folder is there",
                    "plain/in: the folder \(folder.path)/there/plain is no folder",
                    "taken: a folder has this name",
                ])
        }
        #expect(try contents(of: folder.path + "/there/good") == [3])
    }

    @Test func `links that lead out, pipes and control characters stay behind and are told`() async throws {
        let folder = try ScratchFolder()
        try folder.folder("back")
        try folder.write("ok", to: "there/deep/ok")
        try folder.write("bad", to: "there/esc\u{1B}[2J")
        try folder.link("there/deep/up", to: "..")
        try folder.link("there/deep/out", to: "../../back")
        try folder.link("there/deep/root", to: "/etc/passwd")
        try folder.link("there/around", to: "deep/up/../../back")
        #expect(mkfifo(folder.path + "/there/pipe", 0o600) == 0)
        try await withServer { client, _ in
            let root = SFTPPath(folder.path).appending("there")
            let report = try await client.download(tree: root, into: LocalTree(folder.path + "/back"))
            #expect(report.moved == 2)
            #expect(
                report.refusals.map { "\($0.path): \($0.error.reason)" } == [
                    "around: it leads out of the folder, to deep/up/../../back",
                    "deep/out: it leads out of the folder, to ../../back",
                    "deep/root: it leads out of the folder, to /etc/passwd",
                    "esc\\u{1B}[2J: its name holds a control character",
                    "pipe: it is no file, folder or link",
                ])
        }
        let back = FileManager.default.enumerator(atPath: folder.path + "/back")?.compactMap { $0 as? String } ?? []
        #expect(back.sorted() == ["deep", "deep/ok", "deep/up"])
    }

    @Test func `a local link in the way is not followed`() async throws {
        let folder = try ScratchFolder()
        try folder.write("new", to: "there/deep/file")
        try folder.folder("victim")
        try folder.folder("back")
        try folder.link("back/deep", to: "../victim")
        try await withServer { client, _ in
            let root = SFTPPath(folder.path).appending("there")
            await #expect(throws: SFTPError.self) {
                try await client.download(tree: root, into: LocalTree(folder.path + "/back"))
            }
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/victim").isEmpty)
    }

    @Test func `files that change while they are read are told`() async throws {
        let folder = try ScratchFolder()
        try folder.folder("back")
        for name in ["calm", "log", "shrunk"] { try folder.write(SeededNumbers.bytes(9), to: "there/\(name)") }
        try await withServer { client, _ in
            let root = SFTPPath(folder.path).appending("there")
            let taker = MeddlingTaker(try LocalTree(folder.path + "/back")) { path in
                if path == "log" { try folder.write(SeededNumbers.bytes(12), to: "there/log") }
                if path == "shrunk" { try folder.write(SeededNumbers.bytes(4), to: "there/shrunk") }
            }
            let report = try await client.download(tree: root, into: taker)
            #expect(report.moved == 3 && report.changed == ["log", "shrunk"])
        }
        #expect(try contents(of: folder.path + "/back/log") == SeededNumbers.bytes(9))
        #expect(try contents(of: folder.path + "/back/shrunk") == SeededNumbers.bytes(4))
    }
}

@Suite struct `Files that are read in their order` {
    @Test func `each is handed over whole before the next one begins, whatever their sizes`() async throws {
        let folder = try ScratchFolder()
        let sizes = [0, 3_000_000, 5, 70_000, 0, 600_000, 1] + Array(repeating: 10, count: 60) + [2_000_000, 9]
        for (index, size) in sizes.enumerated() where index != 4 {
            try folder.write(Array(manyBytes(size + index).suffix(size)), to: "\(index)")
        }
        let order = Order()
        try await withServer { client, _ in
            let wanted = sizes.indices.map { index in
                let sink = NamedSink(index, order)
                return SFTPWanted(SFTPPath(folder.path).appending("\(index)"), into: sink) { result in
                    order.ended.append(index)
                    switch result {
                    case .success(let download):
                        #expect(download.bytes == UInt64(sizes[index]))
                        #expect(sink.bytes == Array(manyBytes(sizes[index] + index).suffix(sizes[index])))
                    case .failure(let error):
                        #expect(index == 4 && error.code == .noSuchFile)
                    }
                }
            }
            try await client.download(inOrder: wanted)
        }
        #expect(order.ended == Array(sizes.indices))
        #expect(order.took == order.took.sorted())
    }

    @Test func `a sink that fails ends all`() async throws {
        let folder = try ScratchFolder()
        for index in 0..<40 { try folder.write([1, 2, 3], to: "\(index)") }
        let order = Order()
        try await withServer { client, _ in
            let wanted = (0..<40).map { index in
                SFTPWanted(
                    SFTPPath(folder.path).appending("\(index)"), into: NamedSink(index, order, fails: index == 20)
                ) {
                    _ in order.ended.append(index)
                }
            }
            await #expect(throws: NamedSink.Full.self) { try await client.download(inOrder: wanted) }
        }
        #expect(order.ended == Array(0..<20))
    }
}

// Sendable: touched only on the client's lane, and read when that is done.

/// Which files were handed over when.
private final class Order: @unchecked Sendable {
    var took: [Int] = []
    var ended: [Int] = []
}

// Sendable: touched only on the client's lane.

/// Keeps one file, and notes whose turn it is.
private final class NamedSink: SFTPSink, @unchecked Sendable {
    struct Full: Error {}
    private(set) var bytes: [UInt8] = []
    private let index: Int
    private let order: Order
    private let fails: Bool

    init(_ index: Int, _ order: Order, fails: Bool = false) {
        self.index = index
        self.order = order
        self.fails = fails
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws {
        guard !fails else { throw Full() }
        self.bytes.append(contentsOf: bytes)
        order.took.append(index)
    }
}

/// Takes a tree, and changes files of it between the look and the reading.
private final class MeddlingTaker: SFTPTreeTaker {
    private let tree: LocalTree
    private let meddle: @Sendable (SFTPPath) throws -> Void

    init(_ tree: LocalTree, _ meddle: @escaping @Sendable (SFTPPath) throws -> Void) {
        self.tree = tree
        self.meddle = meddle
    }

    func makeFolder(_ entry: SFTPTreeEntry) throws { try tree.makeFolder(entry) }
    func makeLink(_ entry: SFTPTreeEntry, to target: [UInt8]) throws { try tree.makeLink(entry, to: target) }
    func begin(_ entry: SFTPTreeEntry) throws -> (any SFTPTreeFile)? {
        try meddle(entry.path)
        return try tree.begin(entry)
    }
}
