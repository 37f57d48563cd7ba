import Archive
import DroverTesting
import Glibc
import Testing

@Suite(
    "Archives of other programs", .enabled(if: ArchiveProgram.missing.isEmpty, ArchiveProgram.absence),
    .timeLimit(.minutes(10)))
struct ArchiveRoundTripTests {
    @Test("what others pack is unpacked as it was", arguments: ArchiveProgram.packers)
    func others(_ program: ArchiveProgram) async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let (tree, out, archive) = ("\(folder.path)/tree", "\(folder.path)/out", "\(folder.path)/archive")
        mkdir(tree, 0o755)
        try ArchiveTree.make(in: tree, without: program.lacks)
        let packed = try await program.run(folder: tree, archive: archive, home: folder.path)
        try #require(packed.exitCode == 0, "\(packed.text)")
        let report = try ArchiveTree.unpack(archive, into: out)
        #expect(report.passedOver == [])
        try expectSame(tree, out, without: program.lacks)
    }

    @Test("what is packed here others unpack as it was", arguments: ArchiveProgram.unpackers)
    func ours(_ program: ArchiveProgram) async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let (tree, out, archive) = ("\(folder.path)/tree", "\(folder.path)/out", "\(folder.path)/archive")
        mkdir(tree, 0o755)
        mkdir(out, 0o755)
        try ArchiveTree.make(in: tree, without: program.lacks)
        try ArchiveTree.pack(tree, program.format, to: archive)
        let unpacked = try await program.run(folder: out, archive: archive, home: folder.path)
        #expect(unpacked.exitCode == 0, "\(unpacked.text)")
        try expectSame(tree, out, without: program.lacks)
    }

    @Test("what is packed here is unpacked here as it was", arguments: ArchiveFormat.allCases)
    func both(_ format: ArchiveFormat) throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        var lacks: Set<Trait> = format == .ustar ? [.longNames] : []
        if !format.takesHardLinks { lacks.insert(.hardLinks) }
        let tree = "\(folder.path)/tree"
        mkdir(tree, 0o755)
        try ArchiveTree.make(in: tree, without: lacks)
        try ArchiveTree.pack(tree, format, to: "\(folder.path)/archive")
        let report = try ArchiveTree.unpack("\(folder.path)/archive", into: "\(folder.path)/out")
        #expect(report.passedOver == [])
        try expectSame(tree, "\(folder.path)/out", without: lacks)
    }

    private func expectSame(
        _ tree: String, _ out: String, without lacks: Set<Trait>, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let due = try ArchiveTree.picture(of: tree, without: lacks)
        let found = Set(try ArchiveTree.picture(of: out, without: lacks))
        let missing = due.filter { !found.contains($0) }
        let surplus = found.subtracting(due).sorted()
        // Programs that know no links make files of them, or nothing.
        let strange = lacks.contains(.links) ? [] : surplus
        #expect(missing == [], "instead: \(surplus)", sourceLocation: sourceLocation)
        #expect(missing != [] || strange == [], sourceLocation: sourceLocation)
        #expect(due.count > 30, sourceLocation: sourceLocation)
    }

    private static let size: UInt64 = 9 << 30

    /// Nine gigabytes of which eight kilobytes are data.
    private func makeSparse(_ path: String) {
        let descriptor = open(path, O_WRONLY | O_CREAT, 0o644)
        defer { close(descriptor) }
        let block = [UInt8](repeating: 0x5A, count: 4096)
        pwrite(descriptor, block, 4096, 1 << 20)
        pwrite(descriptor, block, 4096, off_t(Self.size) - 4096)
    }

    private func expectSparse(_ path: String, sourceLocation: SourceLocation = #_sourceLocation) {
        var status = stat()
        #expect(stat(path, &status) == 0 && status.st_size == Int(Self.size), sourceLocation: sourceLocation)
        #expect(status.st_blocks < 1000, sourceLocation: sourceLocation)
        let descriptor = open(path, O_RDONLY)
        defer { close(descriptor) }
        var block = [UInt8](repeating: 0, count: 4097)
        #expect(pread(descriptor, &block, 4097, (1 << 20) - 1) == 4097, sourceLocation: sourceLocation)
        #expect(block.first == 0 && block.dropFirst().allSatisfy { $0 == 0x5A }, sourceLocation: sourceLocation)
        #expect(pread(descriptor, &block, 4096, off_t(Self.size) - 4096) == 4096, sourceLocation: sourceLocation)
        #expect(block.dropLast().allSatisfy { $0 == 0x5A }, sourceLocation: sourceLocation)
    }

    @Test(
        "a sparse file of others stays sparse here",
        arguments: [
            #"tar -C "$1" -cSf "$2" --format=gnu sparse"#,
            #"tar -C "$1" -cSf "$2" --sparse-version=0.0 --format=posix sparse"#,
            #"tar -C "$1" -cSf "$2" --sparse-version=0.1 --format=posix sparse"#,
            #"tar -C "$1" -cSf "$2" --sparse-version=1.0 --format=posix sparse"#, #"bsdtar -C "$1" -cf "$2" sparse"#,
        ])
    func sparse(line: String) async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let (tree, out, archive) = ("\(folder.path)/tree", "\(folder.path)/out", "\(folder.path)/archive")
        mkdir(tree, 0o755)
        makeSparse("\(tree)/sparse")
        let packed = try await ArchiveProgram("tar", line).run(folder: tree, archive: archive, home: folder.path)
        try #require(packed.exitCode == 0, "\(packed.text)")
        #expect(try ArchiveTree.unpack(archive, into: out).bytes == Self.size)
        expectSparse("\(out)/sparse")
    }

    @Test(
        "a sparse file packed here stays sparse with others",
        arguments: [
            #"tar -C "$1" -xf "$2""#, #"bsdtar -C "$1" -xSf "$2""#,
            #"python3 -c 'import sys,tarfile as t; t.open(sys.argv[2]).extractall(sys.argv[1])' "$1" "$2""#,
        ])
    func ourSparse(line: String) async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let archive = try folder.file("archive", "")
        let descriptor = open(archive, O_WRONLY)
        defer { close(descriptor) }
        var writer = try ArchiveWriter(.tar) { (block) throws(ArchiveError) in
            _ = Glibc.write(descriptor, block.baseAddress, block.count)
        }
        let stretches: [Range<UInt64>] = [1 << 20..<(1 << 20) + 4096, Self.size - 4096..<Self.size]
        try writer.begin(WrittenEntry(path: "sparse", kind: .file(size: Self.size, data: stretches)))
        let block = [UInt8](repeating: 0x5A, count: 8192)
        let written = block.withUnsafeBytes { bytes in Result { () throws(ArchiveError) in try writer.write(bytes) } }
        try written.get()
        try writer.finish()
        let unpacked = try await ArchiveProgram("tar", line).run(
            folder: folder.path, archive: archive, home: folder.path)
        #expect(unpacked.exitCode == 0, "\(unpacked.text)")
        expectSparse("\(folder.path)/sparse")
    }
}
