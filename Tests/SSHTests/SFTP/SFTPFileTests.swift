import Crypto
import DroverTesting
import Foundation
import Lanes
import Testing

@testable import SSH

@Suite struct `Files of an SFTP server` {
    @Test(arguments: [0, 1, 32_768, 255 * 1024, 255 * 1024 + 1, 9_000_001])
    func `an upload and a download bring back the same bytes`(size: Int) async throws {
        let folder = try ScratchFolder()
        let bytes = manyBytes(size)
        try await withServer { client, _ in
            var options = SFTPUploadOptions.test
            options.mode = 0o751
            options.modified = 1_700_000_000
            options.syncs = true
            let path = SFTPPath(folder.path).appending("encoder")
            let result = try await client.upload(SharedBytes(bytes), to: path, options)
            #expect(result == SFTPUploadResult(sentBytes: size, keptBytes: 0))
            let attributes = try await client.look(at: path)
            #expect(attributes.mode == 0o100751)
            #expect(attributes.modified == 1_700_000_000)
            #expect(attributes.size == UInt64(size))
            let sink = MemorySink()
            sink.pauses = 3
            let download = try await client.download(path, into: sink)
            #expect(download.bytes == UInt64(size) && download.change == nil)
            #expect(sink.bytes == bytes)
            #expect(client.bytesUnderWay == 0)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["encoder"])
    }

    @Test(arguments: [
        "a b", "it's \"quoted\"", "line\nfeed", "tab\there", "grüße-東京-🎬", "-rf", "$(reboot)", "a\\b", "%s%n", "~", "*",
        String(repeating: "n", count: 255),
    ])
    func `every name that a disk takes is taken`(name: String) async throws {
        let folder = try ScratchFolder()
        try await withServer { client, _ in
            let path = SFTPPath(folder.path).appending(name)
            _ = try await client.upload(SharedBytes([1, 2, 3]), to: path, .test)
            let sink = MemorySink()
            _ = try await client.download(path, into: sink)
            #expect(sink.bytes == [1, 2, 3])
        }
        #expect(try contents(of: "\(folder.path)/\(name)") == [1, 2, 3])
    }

    @Test func `what has the name is replaced, and a link is not followed`() async throws {
        let folder = try ScratchFolder()
        try folder.write("old", to: "elsewhere")
        try folder.link("name", to: "elsewhere")
        try await withServer { client, _ in
            let path = SFTPPath(folder.path).appending("name")
            _ = try await client.upload(SharedBytes(Array("new".utf8)), to: path, .test)
            #expect(try await client.look(at: path, followingLinks: false).kind == .file)
        }
        #expect(try contents(of: folder.path + "/elsewhere") == Array("old".utf8))
        #expect(try contents(of: folder.path + "/name") == Array("new".utf8))
    }

    @Test func `a link in the place of the part is not written through`() async throws {
        let folder = try ScratchFolder()
        try folder.write("precious", to: "victim")
        try folder.link(".name.drover-0123abcd.part", to: "victim")
        try await withServer { client, _ in
            let path = SFTPPath(folder.path).appending("name")
            _ = try await client.upload(SharedBytes(Array("new".utf8)), to: path, .test)
        }
        #expect(try contents(of: folder.path + "/victim") == Array("precious".utf8))
        #expect(try contents(of: folder.path + "/name") == Array("new".utf8))
    }

    @Test func `a file without a size is read until it ends`() async throws {
        try await withServer { client, _ in
            let sink = MemorySink()
            let result = try await client.download("/proc/self/limits", into: sink)
            #expect(result.bytes > 100)
            #expect(String(decoding: sink.bytes, as: UTF8.self).contains("Max open files"))
        }
    }

    @Test func `a download goes on from an offset`() async throws {
        let folder = try ScratchFolder()
        let bytes = manyBytes(700_000)
        let path = SFTPPath(try folder.write(bytes, to: "log"))
        try await withServer { client, _ in
            let sink = MemorySink()
            let result = try await client.download(path, from: 300_001, into: sink)
            #expect(result.bytes == 399_999)
            #expect(sink.bytes == Array(bytes[300_001...]))
            await #expect(throws: SFTPError.self) { try await client.download(path, from: 700_001, into: sink) }
        }
    }

    @Test func `folders, links, names and modes do what they say`() async throws {
        let folder = try ScratchFolder()
        try await withServer { client, _ in
            let root = try await client.resolve(SFTPPath(folder.path).appending("."))
            #expect(try await client.makeFolders(root.appending("a/b/c")))
            #expect(try await client.makeFolders(root.appending("a/b/c")) == false)
            let file = root.appending("a/file")
            _ = try await client.upload(SharedBytes([7]), to: file, .test)
            try await client.makeLink(root.appending("a/link"), to: Array("file".utf8))
            #expect(try await client.readLink(root.appending("a/link")) == Array("file".utf8))
            try await client.makeHardLink(root.appending("a/twin"), to: file)
            try await client.set(SFTPAttributes(mode: 0o600, modified: 5), of: file)
            #expect(try await client.look(at: root.appending("a/twin")).modified == 5)
            let names = try await client.list(root.appending("a")).map { String(decoding: $0.name, as: UTF8.self) }
            #expect(names.sorted() == ["b", "file", "link", "twin"])
            try await client.rename(file, to: root.appending("a/twin2"))
            try await client.remove(root.appending("a/twin2"))
            #expect(try await client.lookIfPresent(at: file) == nil)
            try await client.removeFolder(root.appending("a/b/c"))
            #expect(try await client.lookIfPresent(at: root.appending("a/b/c")) == nil)
            let space = try await client.space(at: root)
            #expect((space?.free ?? 0) > 0 && (space?.total ?? 0) > (space?.free ?? 0))
        }
    }
}
