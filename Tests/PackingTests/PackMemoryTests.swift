import Archive
import Crypto
import DroverTesting
import Glibc
import Lanes
import Packing
import Synchronization
import Testing

struct PackMemoryTests {
    private let scratch: ScratchFolder
    private let memories: ScratchFolder

    init() throws {
        scratch = try ScratchFolder()
        memories = try ScratchFolder()
        for number in 0..<50 { try scratch.write("content \(number)", to: "f\(number % 3)/\(number)") }
    }

    /// A tree whose scan begins a minute after its files were written, as far as the memory can tell.
    private func tree(after seconds: Int64 = 60) -> Tree {
        var scan = TreeScan(at: Int64(time(nil)) + seconds)
        scan.add(folder: scratch.path)
        return scan.finish()
    }

    private final class PathList: Sendable {
        private let paths = Mutex<[String]>([])
        func add(_ path: String) { paths.withLock { $0.append(path) } }
        var sorted: [String] { paths.withLock { $0.sorted() } }
    }

    /// Hashes with what is remembered, remembers, and tells what was read.
    private func pathsRead(_ tree: Tree) throws -> [String] {
        let paths = PathList()
        let memory = PackMemory(of: tree, in: memories.path)
        let hashes = try TreeHasher(tree) { entry in
            let hash = memory.hash(of: entry)
            if hash == nil { paths.add(entry.path) }
            return hash
        }.hash()
        #expect(try hashes == TreeHasher(tree).hash())
        try memory.remember(tree, hashes, PackOptions())
        return paths.sorted
    }

    @Test func `only what changed is read again`() throws {
        #expect(try pathsRead(tree()).count == 50)
        #expect(try pathsRead(tree()).isEmpty)
        try scratch.write("changed", to: "f1/1")
        try scratch.write("new", to: "f2/new")
        try scratch.remove("f0/0")
        #expect(try pathsRead(tree()) == ["f1/1", "f2/new"])
        #expect(try pathsRead(tree()).isEmpty)
    }

    @Test func `a memory that is to be empty knows nothing, and is written anew`() throws {
        #expect(try pathsRead(tree()).count == 50)
        let tree = tree()
        let entry = try #require(tree.entries.first { $0.kind == .file })
        #expect(PackMemory(of: tree, in: memories.path).hash(of: entry) != nil)
        #expect(PackMemory(of: tree, in: memories.path, isEmpty: true).hash(of: entry) == nil)
    }

    @Test func `notes that nobody used for 90 days go when another is written`() throws {
        let notes = HashNotes(in: memories.path)
        _ = try pathsRead(tree())
        let own = try #require(notes.list().first)
        try memories.write("old", to: "other")
        func age(_ name: String, days: Int) {
            let moment = timespec(tv_sec: time(nil) - days * 86_400, tv_nsec: 0)
            var times = [moment, moment]
            #expect(utimensat(AT_FDCWD, "\(memories.path)/\(name)", &times, 0) == 0)
        }
        age("other", days: 89)
        _ = try pathsRead(tree())
        #expect(notes.list().count == 2)
        age("other", days: 91)
        // What is recalled counts as used.
        age(own.name, days: 91)
        _ = PackMemory(of: tree(), in: memories.path)
        _ = try pathsRead(tree())
        #expect(notes.list().map(\.name) == [own.name])
        #expect(notes.prune(keeping: 0).removed.map(\.kind) == [.notes])
        #expect(notes.list().isEmpty)
    }

    @Test func `16 MiB that are not known are worth a note`() throws {
        #expect(!PackMemory(of: tree(), in: memories.path).isWorthUpdating(with: tree()))
        try scratch.write([UInt8](repeating: 1, count: Int(PackMemory.worthANote)), to: "long")
        let now = tree()
        #expect(PackMemory(of: now, in: memories.path).isWorthUpdating(with: now))
        try PackMemory(of: now, in: memories.path).remember(now, TreeHasher(now).hash(), PackOptions())
        #expect(!PackMemory(of: now, in: memories.path).isWorthUpdating(with: now))
    }

    @Test func `a file whose time was set back is read again`() throws {
        #expect(try pathsRead(tree()).count == 50)
        let path = "\(scratch.path)/f1/1"
        var status = stat()
        #expect(stat(path, &status) == 0)
        let descriptor = open(path, O_WRONLY)
        #expect(write(descriptor, "CONTENT", 7) == 7)
        var times = [status.st_atim, status.st_mtim]
        #expect(futimens(descriptor, &times) == 0)
        close(descriptor)
        #expect(try pathsRead(tree()) == ["f1/1"])
    }

    @Test func `two files of one folder that are packed one by one are remembered apart`() throws {
        for path in ["f0/0", "f0/3", "f0/0", "f0/3"] {
            var scan = TreeScan(at: Int64(time(nil)) + 60)
            scan.add(file: "\(scratch.path)/\(path)")
            _ = try pathsRead(scan.finish())
        }
        var scan = TreeScan(at: Int64(time(nil)) + 60)
        scan.add(file: "\(scratch.path)/f0/0")
        #expect(try pathsRead(scan.finish()).isEmpty)
    }

    @Test func `what changed just before the scan is not remembered`() throws {
        #expect(try pathsRead(tree(after: 0)).count == 50)
        #expect(try pathsRead(tree(after: 0)).count == 50)
    }

    @Test func `the packer and the hasher remember for each other`() throws {
        let tree = tree()
        let options = PackOptions(.tarZstd)
        let result = try Packer(tree, options).pack { _ in }
        let hashes = try #require(result.hashes)
        #expect(try hashes == TreeHasher(tree, options).hash())
        try PackMemory(of: tree, in: memories.path).remember(tree, hashes, options, stamps: result.stamps)
        #expect(try pathsRead(tree).isEmpty)
    }

    @Test(arguments: ["cut short", "one bit", "another version", "empty"])
    func `a damaged memory counts as none`(how: String) throws {
        #expect(try pathsRead(tree()).count == 50)
        let name = try #require(try Folder.open(memories.path).names().first)
        let path = "\(memories.path)/\(String(decoding: name, as: UTF8.self))"
        var bytes = try LocalFile.open(path).copied().withUnsafeBytes { Array($0) }
        switch how {
        case "cut short": bytes.removeLast(40)
        case "one bit": bytes[bytes.count / 2] ^= 1
        case "another version": bytes[19] = UInt8(ascii: "9")
        default: bytes = []
        }
        try memories.write(bytes, to: String(decoding: name, as: UTF8.self))
        #expect(try pathsRead(tree()).count == 50)
    }

    @Test func `a file that changed after the scan has no hash`() throws {
        let tree = tree()
        try scratch.write("longer than before", to: "f1/1")
        let error = #expect(throws: PackingError.self) { try TreeHasher(tree).hash() }
        #expect(error?.code == .changed)
        #expect(error?.path == "\(scratch.path)/f1/1")
    }
}
