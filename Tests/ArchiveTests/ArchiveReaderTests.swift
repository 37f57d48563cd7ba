import Archive
import DroverTesting
import Glibc
import Testing

struct ArchiveReaderTests {
    @Test func `entries come with their names, sizes and contents`() throws {
        let zip = TestZip([("a.txt", "one"), ("dir/b.txt", "two!"), ("größe", ""), ("../c", "climbs")]).bytes
        #expect(try entries(of: zip) == ["a.txt 3 one", "dir/b.txt 4 two!", "größe 0 ", "../c 6 climbs"])
    }

    @Test func `a file is read like memory`() throws {
        let scratch = try ScratchFolder()
        let zip = TestZip([("a.txt", "one"), ("b.txt", String(repeating: "x", count: 300_000))]).bytes
        let descriptor = open(try scratch.write(zip, to: "x.zip"), O_RDONLY)
        defer { close(descriptor) }
        for blockSize in [1 << 12, 1 << 20] {
            var reader = try ArchiveReader(descriptor: descriptor, blockSize: blockSize)
            var sizes: [Int] = []
            while let _ = try reader.next() { sizes.append(try reader.readAll(limit: 1 << 20).count) }
            #expect(sizes == [3, 300_000])
        }
    }

    @Test(arguments: [[], Array("nothing".utf8), Array("PK\u{3}\u{4}".utf8)])
    func `what is no zip file is refused`(bytes: [UInt8]) {
        let error = #expect(throws: ArchiveError.self) { try entries(of: bytes) }
        #expect(error?.code == .cannotOpen || error?.code == .damaged)
    }

    @Test func `a descriptor that cannot seek is refused`() throws {
        var ends: [CInt] = [0, 0]
        try #require(pipe(&ends) == 0)
        defer { ends.forEach { close($0) } }
        let error = #expect(throws: ArchiveError.self) { try readFirst(of: ends[0]) }
        #expect(error?.code == .cannotOpen)
    }

    @Test func `a file cut short at any length is refused`() throws {
        let zip = TestZip([("a.txt", "one"), ("b.txt", "two")]).bytes
        for count in 0..<zip.count {
            #expect(throws: ArchiveError.self) { try entries(of: Array(zip.prefix(count))) }
        }
    }

    @Test func `content that does not fit its checksum is an error, not the end of the entry`() throws {
        var zip = TestZip([("a.txt", "one two three")]).bytes
        let content = try #require(zip.indices.first { zip[$0...].starts(with: Array("two".utf8)) })
        zip[content] ^= 1
        let error = #expect(throws: ArchiveError.self) { try entries(of: zip) }
        #expect(error?.code == .damaged)
    }

    @Test(arguments: [
        (ArchiveLimits(entries: 2), "read the next entry: more than 2 entries"),
        (ArchiveLimits(bytes: 5), "read an entry: more than 5 bytes of content"),
    ])
    func `more than the limits allow is refused`(limits: ArchiveLimits, message: String) {
        let zip = TestZip([("a", "123"), ("b", "456"), ("c", "789")]).bytes
        let error = #expect(throws: ArchiveError.self) { try entries(of: zip, limits: limits) }
        #expect(error?.code == .overLimit)
        #expect(error?.description == message)
    }

    @Test(arguments: [0, 1, 12, 13])
    func `an entry is taken into memory up to its limit only`(limit: Int) throws {
        let zip = TestZip([("a", "1234567890123")]).bytes
        if limit >= 13 {
            #expect(try read(zip, limit: limit).count == 13)
        } else {
            let error = #expect(throws: ArchiveError.self) { try read(zip, limit: limit) }
            #expect(error?.code == .overLimit)
        }
    }

    private func entries(of zip: [UInt8], limits: ArchiveLimits = ArchiveLimits()) throws(ArchiveError) -> [String] {
        let result = zip.withUnsafeBytes { memory in
            Result { () throws(ArchiveError) in
                try ArchiveReader.read(memory, limits: limits) { (reader) throws(ArchiveError) in
                    var lines: [String] = []
                    while let entry = try reader.next() {
                        let content = String(decoding: try reader.readAll(limit: 1 << 20), as: UTF8.self)
                        lines.append("\(entry.path) \(entry.size ?? 0) \(content)")
                    }
                    return lines
                }
            }
        }
        return try result.get()
    }

    private func read(_ zip: [UInt8], limit: Int) throws(ArchiveError) -> [UInt8] {
        let result = zip.withUnsafeBytes { memory in
            Result { () throws(ArchiveError) in
                try ArchiveReader.read(memory) { (reader) throws(ArchiveError) in
                    _ = try reader.next()
                    return try reader.readAll(limit: limit)
                }
            }
        }
        return try result.get()
    }

    private func readFirst(of descriptor: CInt) throws {
        var reader = try ArchiveReader(descriptor: descriptor)
        _ = try reader.next()
    }
}
