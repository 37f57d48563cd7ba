import Archive
import DroverTesting
import Glibc
import Testing

struct ExtractionTests {
    private func unpack(
        _ tree: PackedTree, _ format: ArchiveFormat = .tar, into folder: String, stripping strip: Int = 0,
        limits: ArchiveLimits = ArchiveLimits()
    ) throws -> ExtractionReport {
        try reading(try tree.packed(format)) { (reader) throws(ArchiveError) in
            try Extraction.unpack(&reader, into: folder, stripping: strip, limits: limits)
        }
    }

    private func status(_ path: String) -> stat {
        var status = stat()
        lstat(path, &status)
        return status
    }

    @Test("a tree comes out as it went in", arguments: ArchiveFormat.allCases)
    func roundTrip(_ format: ArchiveFormat) throws {
        let scratch = try ScratchFolder()
        let into = "\(scratch.path)/new/folder"
        let report = try unpack(PackedTree.usual, format, into: into)
        #expect(report.files == 5 && report.folders == 1 && report.links == 1 && report.passedOverCount == 0)
        #expect(report.bytes == 320_021)
        #expect(RepositoryFile.text(at: "\(into)/dir/one two") == "hello")
        #expect(RepositoryFile.text(at: "\(into)/dir/caf\u{e9}") == "composed")
        #expect(RepositoryFile.text(at: "\(into)/dir/cafe\u{301}") == "combined")
        #expect(RepositoryFile.text(at: "\(into)/dir/link") == "hello")
        #expect(status("\(into)/dir/one two").st_mode & 0o7777 == 0o755)
        #expect(status("\(into)/dir/empty").st_mode & 0o7777 == 0o644)
        #expect(status("\(into)/dir").st_mtim.tv_sec == Int(WrittenEntry.usualTime))
        #expect(status("\(into)/dir/large").st_mtim.tv_sec == Int(WrittenEntry.usualTime))
        #expect(RepositoryFile.names(in: "\(into)/dir").filter { $0.hasPrefix(".drover") }.isEmpty)
    }

    @Test func `modes lose what would give rights, and the owner can always read`() throws {
        let scratch = try ScratchFolder()
        var tree = PackedTree()
        tree.file("su", "x", mode: 0o6755)
        tree.file("bare", "x", mode: 0)
        tree.add(WrittenEntry(path: "dir", kind: .folder, mode: 0o1000))
        tree.file("dir/in", "x")
        #expect(try unpack(tree, into: scratch.path).passedOverCount == 0)
        #expect(status("\(scratch.path)/su").st_mode & 0o7777 == 0o755)
        #expect(status("\(scratch.path)/bare").st_mode & 0o7777 == 0o400)
        #expect(status("\(scratch.path)/dir").st_mode & 0o7777 == 0o700)
    }

    @Test func `two names of one file stay one file`() throws {
        let scratch = try ScratchFolder()
        var tree = PackedTree()
        tree.file("a/first", "same")
        tree.add(WrittenEntry(path: "b/second", kind: .hardLink(to: "a/first")))
        tree.add(WrittenEntry(path: "third", kind: .hardLink(to: "b/second")))
        #expect(try unpack(tree, into: scratch.path).files == 3)
        #expect(status("\(scratch.path)/a/first").st_nlink == 3)
        #expect(RepositoryFile.text(at: "\(scratch.path)/third") == "same")
    }

    @Test func `a hole stays a hole, whatever its size`() throws {
        let scratch = try ScratchFolder()
        let size: UInt64 = 10 << 30
        var tree = PackedTree()
        tree.add(
            WrittenEntry(path: "s", kind: .file(size: size, data: [8192..<12_288])), [UInt8](repeating: 7, count: 4096))
        #expect(try unpack(tree, .tarZstd, into: scratch.path).bytes == size)
        let found = status("\(scratch.path)/s")
        #expect(found.st_size == Int(size))
        #expect(found.st_blocks < 100)
    }

    @Test func `a later entry replaces an earlier one, and what was there`() throws {
        let scratch = try ScratchFolder()
        try scratch.write("mine", to: "a")
        try scratch.write("mine", to: "keep")
        var tree = PackedTree()
        tree.file("a", "first")
        tree.file("a", "second")
        _ = try unpack(tree, into: scratch.path)
        #expect(RepositoryFile.text(at: "\(scratch.path)/a") == "second")
        #expect(RepositoryFile.text(at: "\(scratch.path)/keep") == "mine")
    }

    @Test func `a link that was there is replaced and never followed`() throws {
        let scratch = try ScratchFolder()
        try scratch.write("canary", to: "outside/file")
        try scratch.folder("in")
        try scratch.link("in/file", to: "../outside/file")
        try scratch.link("in/dir", to: "../outside")
        var tree = PackedTree()
        tree.file("file", "new")
        tree.file("dir/file", "evil")
        let report = try unpack(tree, into: "\(scratch.path)/in")
        #expect(report.passedOver.map(\.reason) == [.blockedPath])
        #expect(RepositoryFile.text(at: "\(scratch.path)/outside/file") == "canary")
        #expect(RepositoryFile.text(at: "\(scratch.path)/in/file") == "new")
        #expect(status("\(scratch.path)/in/file").st_mode & S_IFMT == S_IFREG)
    }

    @Test func `what cannot be unpacked is passed over and told of, and the rest is unpacked`() throws {
        let scratch = try ScratchFolder()
        var tree = PackedTree()
        tree.file("../up", "x")
        tree.file("/absolute", "x")
        tree.add(WrittenEntry(path: "out", kind: .link(to: "/etc")))
        tree.add(WrittenEntry(path: "none", kind: .hardLink(to: "missing")))
        tree.add(WrittenEntry(path: "self", kind: .hardLink(to: "self")))
        tree.file("plain", "x")
        tree.folder("plain")
        tree.file("plain/in", "x")
        tree.folder("dir")
        tree.file("dir", "x")
        let report = try unpack(tree, into: scratch.path)
        #expect(
            report.passedOver.map(\.reason) == [
                .climbs, .absolute, .linkLeavesFolder, .linkWithoutFile, .linkWithoutFile, .noFolder, .blockedPath,
                .folderInTheWay,
            ])
        #expect(report.passedOverCount == 8 && report.files == 1 && report.folders == 1)
    }

    @Test func `names at the front are left out on request, of hard links too`() throws {
        let scratch = try ScratchFolder()
        var tree = PackedTree()
        tree.folder("top")
        tree.file("top/a", "x")
        tree.add(WrittenEntry(path: "top/b", kind: .hardLink(to: "top/a")))
        tree.file("loose", "x")
        let report = try unpack(tree, into: scratch.path, stripping: 1)
        #expect(report.passedOver.map(\.reason) == [.stripped, .stripped])
        #expect(RepositoryFile.names(in: scratch.path).sorted() == ["a", "b"])
    }

    @Test func `nothing half-written is left when the archive breaks off`() throws {
        let scratch = try ScratchFolder()
        var tree = PackedTree()
        tree.file("whole", "x")
        tree.file("half", String(repeating: "x", count: 3 << 20))
        let archive = Array(try tree.packed(.tar).prefix(2 << 20))
        let error = #expect(throws: ArchiveError.self) {
            try reading(archive) { (reader) throws(ArchiveError) in
                try Extraction.unpack(&reader, into: scratch.path)
            }
        }
        #expect(error?.code == .damaged)
        #expect(error?.operation == "unpack half")
        #expect(RepositoryFile.names(in: scratch.path) == ["whole"])
    }

    @Test func `a folder that cannot be made is an error with its name`() throws {
        let scratch = try ScratchFolder()
        try scratch.write("x", to: "file")
        let error = #expect(throws: ArchiveError.self) {
            try unpack(PackedTree.usual, into: "\(scratch.path)/file/below")
        }
        #expect(error?.code == .cannotWrite)
        #expect(error?.description == "unpack into \(scratch.path)/file/below: Not a directory")
    }

    @Test func `holes count for the limit of bytes`() throws {
        let scratch = try ScratchFolder()
        var tree = PackedTree()
        tree.add(WrittenEntry(path: "s", kind: .file(size: 1 << 40, data: [])))
        let error = #expect(throws: ArchiveError.self) { try unpack(tree, into: scratch.path) }
        #expect(error?.code == .overLimit)
        #expect(RepositoryFile.names(in: scratch.path).isEmpty)
    }
}
