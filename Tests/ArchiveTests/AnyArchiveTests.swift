import Archive
import DroverTesting
import Glibc
import Testing

@Suite("Reading archives of every kind")
struct AnyArchiveTests {
    private static let compressed: [ArchiveFormat] = [.tar, .tarZstd, .tarGzip, .tarLz4, .ustar]

    @Test("an archive is read from a file, a pipe and from blocks", arguments: ArchiveFormat.allCases)
    func sources(_ format: ArchiveFormat) throws {
        let archive = try PackedTree.usual.packed(format)
        let due = try lines(of: archive).count
        let scratch = try ScratchFolder()
        let file = open(try scratch.write(archive, to: "a"), O_RDONLY)
        defer { close(file) }
        var fromFile = try ArchiveReader(descriptor: file, kinds: .all)
        #expect(try lines(of: &fromFile) == lines(of: archive))
        #expect(fromFile.formatName.hasPrefix(format == .zip ? "zip" : "tar"))
        var given = 0
        var fromBlocks = try ArchiveReader { (buffer) throws(ArchiveError) in
            let count = min(buffer.count, 1000, archive.count - given)
            buffer.copyBytes(from: archive[given..<given + count])
            given += count
            return count
        }
        #expect(try lines(of: &fromBlocks).count == due)
        let pipe = popen("cat '\(scratch.path)/a'", "r")
        defer { pclose(pipe) }
        var fromPipe = try ArchiveReader(descriptor: fileno(pipe), kinds: .all)
        #expect(try lines(of: &fromPipe).count == due)
    }

    @Test("a tar cut short at any place is refused", arguments: compressed)
    func truncated(_ format: ArchiveFormat) throws {
        var tree = PackedTree.usual
        tree.entries.removeAll { $0.entry.path == "dir/large" }
        let archive = try tree.packed(format)
        // The very end is zeros of which one block is enough, and of gzip a checksum of which all is needed.
        let last = format == .tar || format == .ustar ? archive.count - 1024 : archive.count - 9
        for count in stride(from: 0, through: last, by: format == .tar || format == .ustar ? 97 : 7) {
            #expect(throws: ArchiveError.self, "cut at \(count)") { try lines(of: Array(archive.prefix(count))) }
        }
    }

    @Test("content that changed on its way is noticed", arguments: [ArchiveFormat.tarZstd, .tarGzip, .tarLz4, .zip])
    func checksums(_ format: ArchiveFormat) throws {
        var tree = PackedTree()
        // Stored as it is: what changes is content, and only a checksum can tell.
        // So much of it that it is no longer opening, but reading, that comes upon it.
        let content = SeededNumbers.bytes(500_000)
        tree.add(WrittenEntry(path: "a", kind: .file(size: 500_000)), content)
        var archive = try tree.packed(
            format, ArchiveWriterOptions(level: format == .zip || format == .tarGzip ? 0 : nil))
        archive[archive.count / 2] ^= 0x55
        let error = #expect(throws: ArchiveError.self) { try lines(of: archive) }
        #expect(error?.code == .damaged)
    }

    @Test func `more than the limits allow is refused`() throws {
        let archive = try PackedTree.usual.packed(.tarZstd)
        for limits in [ArchiveLimits(entries: 3), ArchiveLimits(bytes: 1000)] {
            let error = #expect(throws: ArchiveError.self) { try lines(of: archive, limits: limits) }
            #expect(error?.code == .overLimit)
        }
        var zeros = PackedTree()
        zeros.add(WrittenEntry(path: "z", kind: .file(size: 100 << 20)), [UInt8](repeating: 0, count: 100 << 20))
        let bomb = try zeros.packed(.tarZstd)
        let trap = #expect(throws: ArchiveError.self) {
            try reading(bomb) { (reader) throws(ArchiveError) in
                _ = try reader.next()
                while try reader.readBlock({ (_, _) throws(ArchiveError) in }) {}
            }
        }
        #expect(trap?.code == .overLimit)
        #expect(trap?.reason == "one byte of the archive became more than 1100; it may be a trap")
        // Holes come from nothing, and are no trap.
        var sparse = PackedTree()
        sparse.add(WrittenEntry(path: "s", kind: .file(size: 10 << 30, data: [])))
        let count = try reading(try sparse.packed(.tarZstd)) { (reader) throws(ArchiveError) in
            _ = try reader.next()
            var blocks = 0
            while try reader.readBlock({ (_, bytes) throws(ArchiveError) in blocks += bytes.count }) {}
            return blocks
        }
        #expect(count == 0)
    }

    @Test(arguments: [[], Array("text".utf8), [0x1F, 0x8B], Array("7z\u{1}".utf8), Array("PK".utf8)])
    func `what is no archive is refused`(bytes: [UInt8]) {
        #expect(throws: ArchiveError.self) { try lines(of: bytes) }
    }

    @Test func `a folder is no archive`() throws {
        let scratch = try ScratchFolder()
        let folder = open(scratch.path, O_RDONLY)
        defer { close(folder) }
        let error = #expect(throws: ArchiveError.self) { try first(of: folder) }
        #expect(error?.code == .cannotOpen)
    }

    private func first(of descriptor: CInt) throws(ArchiveError) {
        var reader = try ArchiveReader(descriptor: descriptor, kinds: .all)
        _ = try reader.next()
    }
}
