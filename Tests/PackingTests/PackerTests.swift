import Archive
import Crypto
import DroverTesting
import Glibc
import Lanes
import Packing
import Testing

struct PackerTests {
    private func tree(_ scratch: ScratchFolder) -> Tree {
        var scan = TreeScan()
        scan.add(folder: scratch.path)
        #expect(scan.problems.isEmpty)
        return scan.finish()
    }

    private func sample() throws -> ScratchFolder {
        let scratch = try ScratchFolder()
        for number in 0..<300 {
            try scratch.write(
                SeededNumbers.bytes(number * 7, seed: UInt64(number)), to: "small/\(number % 7)/\(number)")
        }
        for (name, size) in [
            ("a-large", 3 << 20), ("b-edge", 128 << 10), ("c-over", (128 << 10) + 1), ("z", 5_000_000),
        ] {
            try scratch.write(SeededNumbers.bytes(size, seed: UInt64(size)), to: name)
        }
        try scratch.write("", to: "empty")
        try scratch.folder("hollow")
        try scratch.link("link", to: "../nowhere")
        #expect(link("\(scratch.path)/z", "\(scratch.path)/zz") == 0)
        #expect(chmod("\(scratch.path)/empty", 0o711) == 0)
        return scratch
    }

    /// The archive's bytes, and what the packing told.
    private func packed(_ tree: Tree, _ options: PackOptions) throws -> (bytes: [UInt8], result: PackResult) {
        let target = try ScratchFolder()
        let path = "\(target.path)/archive"
        let result = try Packer(tree, options).pack(to: path)
        let bytes = try LocalFile.open(path).copied().withUnsafeBytes { Array($0) }
        #expect(UInt64(bytes.count) == result.archiveBytes)
        return (bytes, result)
    }

    @Test(arguments: ArchiveFormat.allCases)
    func `the same content gives the same bytes and the same hashes`(format: ArchiveFormat) throws {
        let (one, other) = (try sample(), try sample())
        #expect(chmod("\(other.path)/z", 0o600) == 0)
        var few = PackOptions(format)
        few.threads = 1
        let first = try packed(tree(one), PackOptions(format))
        let second = try packed(tree(other), few)
        #expect(first.bytes == second.bytes)
        #expect(first.result.hashes == second.result.hashes)
        #expect(first.result.files == 306)
        #expect(first.result.folders == 9)
        #expect(first.result.links == 1)
    }

    @Test func `every file is hashed, small and large`() throws {
        let scratch = try sample()
        let tree = tree(scratch)
        let hashes = try #require(try packed(tree, PackOptions()).result.hashes)
        for entry in hashes.entries {
            guard case .file(let size, let hash) = entry.content else { continue }
            let file = try LocalFile.open("\(scratch.path)/\(entry.path)")
            #expect(try file.hash() == hash, "\(entry.path)")
            #expect(UInt64(file.status.st_size) == size)
        }
        #expect(hashes.entries.map(\.path) == tree.entries.map(\.path))
        #expect(hashes.entries.first { $0.path == "empty" }?.mode == 0o755)
    }

    private func repeated(_ block: [UInt8], _ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        for _ in 0..<count { bytes += block }
        return bytes
    }

    @Test(arguments: [Int64.max, 9 << 20, 0])
    func `large files are hashed beside the packing or with it, each once`(apartLimit: Int64) throws {
        let scratch = try ScratchFolder()
        let block = SeededNumbers.bytes(1 << 20, seed: 3)
        for number in 0..<4 {
            try scratch.write(repeated(block, 8 + number), to: "\(number)")
        }
        let tree = tree(scratch)
        let known = SHA256.hash(of: "known")
        var packer = Packer(tree, PackOptions(), known: { $0.path == "2" ? known : nil })
        packer.apartLimit = apartLimit
        let result = try packer.pack { _ in }
        var due: [SHA256Digest] = []
        for number in 0..<4 { due.append(try LocalFile.open("\(scratch.path)/\(number)").hash()) }
        due[2] = known
        let found = try #require(result.hashes).entries.map(\.content)
        #expect(found == due.indices.map { .file(size: UInt64((8 + $0) << 20), due[$0]) })
    }

    /// So many that there are two for each thread on any machine, which then hashes them at once.
    @Test(arguments: [ArchiveFormat.tar, .tarZstd])
    func `large files hashed in pairs have the hashes that they have alone`(format: ArchiveFormat) throws {
        let scratch = try ScratchFolder()
        let block = SeededNumbers.bytes(1 << 20, seed: 5)
        for number in 0..<9 {
            var bytes = repeated(block, 8)
            bytes[number] ^= 1
            try scratch.write(bytes + block.prefix(number * 999), to: "\(number)")
        }
        try scratch.write(Array(block.prefix(300_001)), to: "4-small")
        let hashes = try #require(try packed(tree(scratch), PackOptions(format)).result.hashes)
        for entry in hashes.entries {
            let file = try LocalFile.open("\(scratch.path)/\(entry.path)")
            #expect(entry.content == .file(size: UInt64(file.status.st_size), try file.hash()), "\(entry.path)")
        }
        #expect(hashes.entries.count == 10)
    }

    @Test(
        arguments: [
            (.fixed(0o640), [0o750, 0o640, 0o640]), (.fixed(files: 0o600, folders: 0o711), [0o711, 0o600, 0o600]),
            (.fixed(files: nil, folders: 0o700), [0o700, 0o644, 0o755]),
            (.fixed(files: 0o444, folders: nil), [0o755, 0o444, 0o444]),
        ] as [(PackOptions.Modes, [UInt32])])
    func `files and folders have the permissions that are asked for`(_ modes: PackOptions.Modes, _ due: [UInt32]) throws
    {
        let scratch = try ScratchFolder()
        try scratch.write("1", to: "d/plain")
        #expect(chmod(try scratch.write("2", to: "d/tool"), 0o700) == 0)
        var options = PackOptions()
        options.modes = modes
        #expect(try packed(tree(scratch), options).result.hashes?.entries.map(\.mode) == due)
    }

    @Test func `the hash of the whole is what its description says`() throws {
        let scratch = try ScratchFolder()
        try scratch.write("abc", to: "d/f")
        try scratch.link("d/l", to: "f")
        let abc = SHA256.hash(of: "abc").hex
        let text = "d\0d\00755\00\0\0d/f\0f\00644\03\0\(abc)\0d/l\0l\00000\00\0f\0"
        #expect(try packed(tree(scratch), PackOptions()).result.hashes?.root == SHA256.hash(of: text))
    }

    @Test func `known hashes are taken, and nothing is hashed when nobody asks`() throws {
        let scratch = try sample()
        let tree = tree(scratch)
        let marked = SHA256.hash(of: "known")
        let result = try Packer(tree, PackOptions(), known: { _ in marked }).pack { _ in }
        for entry in try #require(result.hashes).entries {
            if case .file(_, let hash) = entry.content { #expect(hash == marked) }
        }
        var options = PackOptions()
        options.hashes = false
        #expect(try packed(tree, options).result.hashes == nil)
    }

    @Test(arguments: [ArchiveFormat.tar, .zip])
    func `a file with holes is packed with or without them, and read in little memory`(format: ArchiveFormat) throws {
        let scratch = try ScratchFolder()
        let path = try scratch.write("begin", to: "sparse")
        #expect(truncate(path, 40 << 20) == 0)
        let descriptor = open(path, O_WRONLY)
        #expect(pwrite(descriptor, "end", 3, 30 << 20) == 3)
        close(descriptor)
        let tree = tree(scratch)
        let whole = try packed(tree, PackOptions(format))
        var options = PackOptions(format)
        options.keepsHoles = true
        let holes = try packed(tree, options)
        #expect(whole.result.hashes == holes.result.hashes)
        #expect(try LocalFile.open(path).hash() == hash(of: "sparse", in: whole.result))
        if format == .tar {
            #expect(whole.bytes.count > 40 << 20)
            #expect(holes.bytes.count < 1 << 20)
        }
    }

    private func hash(of path: String, in result: PackResult) -> SHA256Digest? {
        let entry = result.hashes?.entries.first { $0.path == path }
        guard case .file(_, let hash) = entry?.content else { return nil }
        return hash
    }

    // MARK: - What goes wrong

    @Test func `a small file that changed after the scan is read as it is now`() throws {
        let scratch = try ScratchFolder()
        try scratch.write("old", to: "a")
        try scratch.write("other", to: "b")
        let tree = tree(scratch)
        let descriptor = open("\(scratch.path)/a", O_WRONLY | O_TRUNC)
        #expect(write(descriptor, "new and longer", 14) == 14)
        close(descriptor)
        let result = try packed(tree, PackOptions()).result
        #expect(hash(of: "a", in: result) == SHA256.hash(of: "new and longer"))
        #expect(result.contentBytes == 19)
    }

    @Test(arguments: [Int64.max, 0])
    func `a large file that changed after the scan is packed and hashed as it is now`(apartLimit: Int64) throws {
        let scratch = try ScratchFolder()
        try scratch.write(SeededNumbers.bytes(1 << 20, seed: 7), to: "a")
        let tree = tree(scratch)
        let now = SeededNumbers.bytes(1 << 20, seed: 8)
        try scratch.write(now, to: "a")
        var packer = Packer(tree, PackOptions())
        packer.apartLimit = apartLimit
        let result = try packer.pack { _ in }
        #expect(hash(of: "a", in: result) == SHA256.hash(of: now))
        #expect(result.stamps.keys.sorted() == ["a"])
    }

    /// Read once to be hashed and once to be packed, in whatever order.
    @Test(arguments: [0, 1_000, 10_000, 50_000])
    func `a large file that changes between its two readings is refused, or hashed as it is packed`(
        microseconds: UInt32
    ) throws {
        let scratch = try ScratchFolder()
        // More than is read ahead: the other file is packed as it is after the first block.
        try scratch.write(SeededNumbers.bytes(32 << 20, seed: 7), to: "a")
        try scratch.write(SeededNumbers.bytes(1 << 20, seed: 8), to: "b")
        let tree = tree(scratch)
        let now = SeededNumbers.bytes(1 << 20, seed: 9)
        var isFirst = true
        do throws(PackingError) {
            let result = try Packer(tree, PackOptions()).pack { (_) throws(PackingError) in
                guard isFirst else { return }
                isFirst = false
                usleep(microseconds)
                do { try scratch.write(now, to: "b") } catch { Issue.record(error) }
            }
            #expect(hash(of: "b", in: result) == SHA256.hash(of: now))
        } catch {
            #expect(error.code == .changed)
            #expect(error.path == "\(scratch.path)/b")
        }
    }

    @Test(arguments: ["grown", "removed", "link", "added", "removed small", "replaced by a folder"])
    func `what changed and cannot be read again is refused by name`(how: String) throws {
        let scratch = try sample()
        let tree = tree(scratch)
        var name = "/a-large"
        switch how {
        case "grown": #expect(truncate("\(scratch.path)/a-large", 4 << 20) == 0)
        case "removed": try scratch.remove("a-large")
        case "link":
            try scratch.remove("a-large")
            try scratch.link("a-large", to: "z")
        case "added":
            try scratch.write("", to: "small/0/new")
            name = "/small/0"
        case "removed small":
            try scratch.remove("small/3/3")
            name = "/small/3/3"
        default:
            try scratch.remove("small/3/3")
            try scratch.folder("small/3/3")
            name = "/small/3/3"
        }
        let error = #expect(throws: PackingError.self) { try packed(tree, PackOptions()) }
        #expect(error?.code == .changed)
        #expect(error?.path == scratch.path + name)
    }

    @Test func `what happens beside a file that was named does not matter`() throws {
        let scratch = try ScratchFolder()
        var scan = TreeScan()
        scan.add(file: try scratch.write("content", to: "named"))
        let tree = scan.finish()
        try scratch.write("", to: "other")
        #expect(try Packer(tree, PackOptions()).pack(to: "\(scratch.path)/named.tar").files == 1)
    }

    @Test func `an archive may come into the folder that is packed`() throws {
        let scratch = try ScratchFolder()
        try scratch.write("content", to: "file")
        let path = "\(scratch.path)/all.tar"
        var sizes: [UInt64] = []
        for _ in 0..<2 {
            var scan = TreeScan()
            scan.leftOut = FileStamp(of: path)
            scan.add(folder: scratch.path)
            sizes.append(try Packer(scan.finish(), PackOptions()).pack(to: path).archiveBytes)
        }
        #expect(sizes[0] == sizes[1])
    }

    @Test func `a name that is too long for the format is refused, and pax takes it`() throws {
        let scratch = try ScratchFolder()
        let long = String(repeating: "x", count: 200)
        try scratch.write("", to: "\(long)/\(long)")
        let error = #expect(throws: PackingError.self) { try packed(tree(scratch), PackOptions(.ustar)) }
        #expect(error?.code == .refused)
        #expect(error?.path.hasPrefix("\(scratch.path)/\(long)") == true)
        #expect(try packed(tree(scratch), PackOptions(.tar)).result.files == 1)
    }

    @Test func `a file that cannot be written leaves nothing behind`() throws {
        let scratch = try sample()
        let target = try ScratchFolder()
        let path = try target.write("old", to: "out.tar")
        let tree = tree(scratch)
        try scratch.remove("z")
        #expect(throws: PackingError.self) { try Packer(tree, PackOptions()).pack(to: path) }
        #expect(try LocalFile.open(path).status.st_size == 3)
        #expect(try Folder.open(target.path).names().count == 1)
        let error = #expect(throws: PackingError.self) {
            try Packer(tree, PackOptions()).pack(to: "\(target.path)/none/out.tar")
        }
        #expect(error?.description == "\(target.path)/none/out.tar cannot be written: No such file or directory")
    }

    @Test func `a device is written to and never replaced, also behind a link`() throws {
        let scratch = try sample()
        try scratch.link("null", to: "/dev/null")
        try scratch.link("full", to: "/dev/full")
        let packer = Packer(tree(scratch), PackOptions())
        let result = try packer.pack(to: "\(scratch.path)/null")
        #expect(result.archiveBytes > 0)
        let error = #expect(throws: PackingError.self) { try packer.pack(to: "\(scratch.path)/full") }
        #expect(error?.description == "\(scratch.path)/full cannot be written: No space left on device")
        for name in ["null", "full"] {
            var status = stat()
            #expect(lstat("\(scratch.path)/\(name)", &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
            #expect(lstat("/dev/\(name)", &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)
        }
    }

    @Test func `of a link the file is replaced that it leads to, and a folder is refused at once`() throws {
        let scratch = try sample()
        let out = try ScratchFolder()
        try out.folder("folder")
        try out.write("old", to: "folder/archive.tar")
        try out.link("latest.tar", to: "folder/archive.tar")
        let packer = Packer(tree(scratch), PackOptions())
        let result = try packer.pack(to: "\(out.path)/latest.tar")
        var status = stat()
        #expect(lstat("\(out.path)/latest.tar", &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
        #expect(lstat("\(out.path)/folder/archive.tar", &status) == 0 && UInt64(status.st_size) == result.archiveBytes)
        #expect(try Folder.open("\(out.path)/folder").names() == [Array("archive.tar".utf8)])
        let error = #expect(throws: PackingError.self) { try packer.pack(to: "\(out.path)/folder") }
        #expect(error?.description == "\(out.path)/folder cannot be written: Is a directory")
    }

    @Test func `a full sink ends the packing with its own reason`() throws {
        let tree = tree(try sample())
        let full = PackingError(.unwritable, path: "out.tar", reason: "cannot be written: No space left on device")
        let error = #expect(throws: PackingError.self) {
            try Packer(tree, PackOptions()).pack { (_) throws(PackingError) in throw full }
        }
        #expect(error == full || error?.code == .changed)
    }

    @Test func `a packing stops when it is asked to`() throws {
        let scratch = try sample()
        let tree = tree(scratch)
        let control = PackControl()
        control.cancel()
        let error = #expect(throws: PackingError.self) {
            try Packer(tree, PackOptions()).pack(control: control) { _ in }
        }
        #expect(error?.code == .cancelled)
    }
}
