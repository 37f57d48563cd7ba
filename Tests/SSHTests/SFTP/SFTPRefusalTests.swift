import DroverTesting
import Foundation
import Glibc
import Lanes
import Testing

@testable import SSH

@Suite struct `Refusals of an SFTP server` {
    /// The message, with the test's own folder taken out.
    private static func told(_ folder: ScratchFolder, _ body: () async throws -> Void) async -> String {
        do {
            try await body()
            return "nothing was refused"
        } catch {
            return "\(error)".replacing(folder.path, with: "/srv")
        }
    }

    @Test func `every refusal says what, where, why and what to do`() async throws {
        let folder = try ScratchFolder()
        try folder.folder("folder")
        try folder.write("x", to: "file")
        let bytes = SharedBytes(manyBytes(300_000))
        let root = SFTPPath(folder.path)
        let sink = MemorySink()
        let texts = Texts()
        try await withServer { client, _ in
            texts.add(await Self.told(folder) { _ = try await client.look(at: root.appending("nothing")) })
            texts.add(
                await Self.told(folder) { _ = try await client.upload(bytes, to: root.appending("none/x"), .test) })
            texts.add(
                await Self.told(folder) { _ = try await client.upload(bytes, to: root.appending("file/x"), .test) })
            texts.add(
                await Self.told(folder) { _ = try await client.upload(bytes, to: root.appending("folder"), .test) })
            texts.add(await Self.told(folder) { _ = try await client.download(root.appending("folder"), into: sink) })
            texts.add(
                await Self.told(folder) { _ = try await client.download(root.appending("file"), from: 9, into: sink) })
            texts.add(await Self.told(folder) { try await client.makeFolders(root.appending("file/a/b")) })
            texts.add(await Self.told(folder) { try await client.makeFolders(root.appending("file")) })
            texts.add(await Self.told(folder) { try await client.removeFolder(root) })
            let long = String(repeating: "n", count: 256)
            texts.add(await Self.told(folder) { _ = try await client.upload(bytes, to: root.appending(long), .test) })
        }
        try await withServer(arguments: ["-R"]) { client, _ in
            texts.add(await Self.told(folder) { _ = try await client.upload(bytes, to: root.appending("x"), .test) })
        }
        try await withServer(shell: "trap '' XFSZ; ulimit -f 100") { client, _ in
            texts.add(await Self.told(folder) { _ = try await client.upload(bytes, to: root.appending("x"), .test) })
        }
        expectGolden(texts.all.joined(separator: "\n") + "\n", "golden/sftp/refusals.txt")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["file", "folder"])
    }

    @Test func `a server without extensions does what it can`() async throws {
        let folder = try ScratchFolder()
        try folder.write("old", to: "x")
        let denied = "posix-rename,limits,statvfs,fsync,hardlink"
        try await withServer(arguments: ["-P", denied]) { client, _ in
            #expect(client.limits.writeBlock == 32 * 1024 && client.limits.readBlock == 32 * 1024)
            var options = SFTPUploadOptions.test
            options.syncs = true
            let root = SFTPPath(folder.path)
            _ = try await client.upload(SharedBytes(manyBytes(2_000_000)), to: root.appending("x"), options)
            #expect(try await client.space(at: root) == nil)
            let error = await #expect(throws: SFTPError.self) {
                try await client.makeHardLink(root.appending("y"), to: root.appending("x"))
            }
            #expect(error?.code == .unsupported)
        }
        #expect(try contents(of: folder.path + "/x") == manyBytes(2_000_000))
    }

    @Test(.enabled(if: SmallDisk.isPossible)) func `a full disk is told, before anything is sent where it can be`()
        async throws
    {
        let disk = try SmallDisk()
        let bytes = SharedBytes(manyBytes(3 << 20))
        try await withServer { client, _ in
            let root = SFTPPath(disk.folder.path)
            let first = await #expect(throws: SFTPError.self) {
                try await client.upload(bytes, to: root.appending("x"), .test)
            }
            #expect(first?.code == .noSpace)
            #expect(first?.reason.hasPrefix("3145728 bytes are to come, and only ") == true)
            var options = SFTPUploadOptions.test
            options.looksAtSpace = false
            let second = await #expect(throws: SFTPError.self) {
                try await client.upload(bytes, to: root.appending("x"), options)
            }
            #expect(second?.code == .noSpace)
            #expect(second?.reason.hasPrefix("the disk is full: 3145728 bytes were to be written, and ") == true)
            #expect(try await client.list(root).isEmpty)
            let items = (0..<300).map { index in
                SFTPTreeItem(
                    SFTPPath("\(index)"), .file(size: 1) { SharedBytes(SeededNumbers.bytes(60_000)) }, modified: nil)
            }
            let report = try await client.upload(tree: items, to: root)
            #expect(report.moved > 5 && report.untried > 200)
            #expect(report.refusals.allSatisfy { $0.error.code == .noSpace })
            #expect(try await client.list(root).count == report.moved)
        }
    }

    @Test(.enabled(if: SmallDisk.isPossible)) func `a full disk here is told too`() async throws {
        let disk = try SmallDisk()
        let folder = try ScratchFolder()
        try folder.write(manyBytes(3 << 20), to: "there/big")
        try await withServer { client, _ in
            let taker = try LocalTree(disk.folder.path)
            let error = await #expect(throws: SFTPError.self) {
                try await client.download(tree: SFTPPath(folder.path).appending("there"), into: taker)
            }
            #expect(error?.code == .localFailure)
            #expect(error?.reason == "No space left on device")
        }
    }
}

// Sendable: one task at a time adds to it.

/// Lines that are compared as a whole.
private final class Texts: @unchecked Sendable {
    private(set) var all: [String] = []
    func add(_ text: String) { all.append(text) }
}

/// A disk of one mebibyte, for root.
private final class SmallDisk: Sendable {
    let folder: ScratchFolder

    static var isPossible: Bool {
        guard let disk = try? SmallDisk() else { return false }  // whoever may not mount does not get this test
        return !disk.folder.path.isEmpty
    }

    init() throws {
        folder = try ScratchFolder()
        guard mount("tmpfs", folder.path, "tmpfs", 0, "size=1m") == 0 else { throw SystemError("mount") }
    }

    deinit { umount2(folder.path, 2) }
}
