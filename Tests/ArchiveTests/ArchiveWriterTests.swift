import DroverTesting
import Glibc
import Testing

@testable import Archive

struct ArchiveWriterTests {
    private static let expected = [
        "folder dir 0", "file dir/empty 0", "file dir/one two 5", "file dir/caf<e9> 8", "file dir/cafe<301> 8",
        "file dir/large 320000", "link to one two dir/link 0",
    ]

    @Test("what is written is read again, names byte for byte", arguments: ArchiveFormat.allCases)
    func roundTrip(_ format: ArchiveFormat) throws {
        #expect(try lines(of: PackedTree.usual.packed(format)) == Self.expected)
    }

    @Test("an entry keeps its mode, time and owner", arguments: [ArchiveFormat.tar, .ustar, .zip])
    func attributes(_ format: ArchiveFormat) throws {
        var tree = PackedTree()
        tree.add(
            WrittenEntry(
                path: "a", kind: .file(size: 0), mode: 0o750, modified: 1_700_000_001, owner: 2000, group: 1028))
        let entry = try #require(
            try reading(try tree.packed(format)) { (reader) throws(ArchiveError) in try reader.next() })
        #expect(entry.mode == 0o750)
        #expect(entry.modified == 1_700_000_001)
        #expect(entry.owner == 2000 && entry.group == 1028)
    }

    @Test func `the number of threads that compress does not show`() throws {
        var tree = PackedTree.usual
        // More than one job of the compressor, which cuts at 8 MiB.
        let block = SeededNumbers.bytes(1 << 16, seed: 7)
        let content = Array(repeatElement(block, count: 280).joined())
        tree.add(WrittenEntry(path: "big", kind: .file(size: UInt64(content.count))), content)
        let one = try tree.packed(.tarZstd, ArchiveWriterOptions(threads: 1))
        #expect(try tree.packed(.tarZstd, ArchiveWriterOptions(threads: 4)) == one)
        #expect(try tree.packed(.tarZstd, ArchiveWriterOptions(threads: 2)) == one)
    }

    @Test("locale, time zone and umask do not show", arguments: ArchiveFormat.allCases)
    func surroundings(_ format: ArchiveFormat) async throws {
        let scratch = try ScratchFolder()
        let path = try scratch.write(try PackedTree.usual.packed(format), to: "archive")
        let word = format.name
        await #expect(processExitsWith: .success) { [path = path as String, word = word as String] in
            setenv("TZ", "Asia/Tokyo", 1)
            tzset()
            setlocale(LC_ALL, "C")
            umask(0o077)
            let format = try #require(ArchiveFormat(name: word))
            #expect(RepositoryFile.bytes(at: path) == (try PackedTree.usual.packed(format)))
        }
    }

    @Test(
        "a zip tells times in UTC",
        arguments: [
            (0, 0x0021_0000), (315_532_800, 0x0021_0000), (951_827_696, 0x285D_645C), (4_294_967_296, 0xFC47_3388),
            (1_700_000_001, 0x576E_B1AA), (1 << 50, 0xFF9F_BF7D),
        ] as [(Int64, UInt32)])
    func zipTimes(seconds: Int64, field: UInt32) { #expect(ZipClock.field(seconds) == field) }

    @Test func `holes are left out of a tar and filled in a zip`() throws {
        let size: UInt64 = 9 << 30
        let content = [UInt8](repeating: 0x61, count: 8192)
        func tree(_ size: UInt64) -> PackedTree {
            var tree = PackedTree()
            tree.add(
                WrittenEntry(path: "s", kind: .file(size: size, data: [4096..<8192, size - 4096..<size])), content)
            tree.add(WrittenEntry(path: "hole", kind: .file(size: size, data: [])))
            return tree
        }
        let tar = try tree(size).packed(.tar)
        #expect(tar.count < 20_000)
        let found = try reading(tar) { (reader) throws(ArchiveError) in
            var found: [String] = []
            while let entry = try reader.next() {
                var stretches: [Range<UInt64>] = []
                while try reader.readBlock({ (offset, bytes) throws(ArchiveError) in
                    if !bytes.isEmpty { stretches.append(offset..<offset + UInt64(bytes.count)) }
                }) {}
                found.append("\(entry.path) \(entry.size ?? 0) \(entry.isSparse) \(stretches)")
            }
            return found
        }
        #expect(
            found == [
                "s 9663676416 true [Range(4096..<8192), Range(9663672320..<9663676416)]", "hole 9663676416 true []",
            ])
        #expect(try lines(of: tree(1 << 20).packed(.zip)) == ["file s 1048576", "file hole 1048576"])
    }

    @Test func `a file that changed its size is refused, with its name`() throws {
        var short = PackedTree()
        short.add(WrittenEntry(path: "short", kind: .file(size: 10)), [1, 2, 3])
        let less = #expect(throws: ArchiveError.self) { try short.packed(.tar) }
        #expect(less?.code == .wrongSize)
        #expect(less?.description == "pack short: the file has 7 bytes fewer than it had when it was looked at")
        short.entries[0].content = Array(repeating: 0, count: 11)
        let more = #expect(throws: ArchiveError.self) { try short.packed(.zip) }
        #expect(more?.description == "pack short: the file has more bytes than it had when it was looked at")
    }

    @Test(
        "what a format cannot hold is refused",
        arguments: [
            (ArchiveFormat.ustar, WrittenEntry(path: String(repeating: "n", count: 200), kind: .folder)),
            (.ustar, WrittenEntry(path: "big", kind: .file(size: 1 << 33))),
            (.zip, WrittenEntry(path: "second", kind: .hardLink(to: "first"))),
            (.tar, WrittenEntry(path: "", kind: .folder)), (.tar, WrittenEntry(path: "a\0b", kind: .folder)),
            (.tar, WrittenEntry(path: "l", kind: .link(to: ""))),
            (.tar, WrittenEntry(path: "s", kind: .file(size: 10, data: [5..<7, 6..<8]))),
            (.tar, WrittenEntry(path: "s", kind: .file(size: 10, data: [5..<11]))),
        ])
    func unsupported(format: ArchiveFormat, entry: WrittenEntry) {
        var tree = PackedTree()
        tree.add(entry)
        let error = #expect(throws: ArchiveError.self) { try tree.packed(format) }
        #expect(error?.code == .unsupported)
        #expect(error?.operation == "pack \(entry.path)")
    }

    @Test("a level that the compressor lacks is refused", arguments: [ArchiveFormat.tarZstd, .tarGzip, .tarLz4, .zip])
    func levels(_ format: ArchiveFormat) {
        let error = #expect(throws: ArchiveError.self) {
            try PackedTree.usual.packed(format, ArchiveWriterOptions(level: 99))
        }
        #expect(error?.code == .unsupported)
    }

    @Test("what the sink throws ends the writing, and nothing follows", arguments: ArchiveFormat.allCases)
    func sink(_ format: ArchiveFormat) throws {
        let full = ArchiveError(.cannotWrite, "write the archive", reason: "no space left on device")
        final class Calls { var count = 0 }
        let calls = Calls()
        let block = Array(repeatElement(SeededNumbers.bytes(1 << 16, seed: 3), count: 48).joined())
        let error = #expect(throws: ArchiveError.self) {
            var writer = try ArchiveWriter(format) { (_) throws(ArchiveError) in
                calls.count += 1
                throw full
            }
            try writer.begin(WrittenEntry(path: "a", kind: .file(size: UInt64(block.count))))
            try block.withUnsafeBytes { try writer.write($0) }
            try writer.finish()
        }
        #expect(error == full)
        #expect(calls.count == 1)
    }

    @Test func `a format is found by its word and by a file's name`() {
        for format in ArchiveFormat.allCases {
            #expect(ArchiveFormat(name: format.name) == format)
            #expect(ArchiveFormat(name: "x/y.\(format.name.uppercased())") == format)
        }
        #expect(ArchiveFormat(name: "a.tgz") == .tarGzip)
        #expect(ArchiveFormat(name: "atar") == nil)
        #expect(ArchiveFormat(name: "") == nil)
        #expect(ArchiveFormat(name: "a.tar.xz") == nil)
    }
}
