import Crypto
import DroverTesting
import Farm
import Glibc
import Lanes
import Packing
import Testing

@testable import Payloads

struct FileHashesTests {
    private let scratch: ScratchFolder
    private let memories: ScratchFolder
    /// Long enough that a note of it is worth its writing.
    private static let long = [UInt8](repeating: 7, count: Int(PackMemory.worthANote))

    init() throws {
        scratch = try ScratchFolder()
        memories = try ScratchFolder()
        try scratch.write(Self.long, to: "long")
        try scratch.write("short", to: "more/short")
    }

    /// A tree whose scan begins a minute after its files were written, as far as the memory can tell.
    private func tree(of file: String? = nil) -> Tree {
        var scan = TreeScan(at: Int64(time(nil)) + 60)
        if let file { scan.add(file: "\(scratch.path)/\(file)") } else { scan.add(folder: scratch.path) }
        return scan.finish()
    }

    private func hashes(_ tree: Tree) throws -> [String: SHA256Digest] {
        try FileHashes(memory: memories.path).of(tree)
    }

    @Test(arguments: [nil, "long"]) func `a file that looks as it did is not read again, and a changed one is`(
        _ file: String?
    ) throws {
        let first = try hashes(tree(of: file))
        #expect(first["long"] == SHA256.hash(of: Self.long))
        #expect(first.count == (file == nil ? 2 : 1))
        // A hash that no content has shows who was asked.
        let made = SHA256.hash(of: "nobody's")
        let entries = first.map { path, _ in
            HashTree.Entry(path: path, mode: 0o644, content: .file(size: 0, made))
        }
        let known = tree(of: file)
        try PackMemory(of: known, in: memories.path).remember(known, HashTree(entries), PackOptions())
        #expect(try hashes(tree(of: file)).values.allSatisfy { $0 == made })

        let other = [UInt8](repeating: 8, count: Self.long.count)
        try scratch.write(other, to: "long")
        #expect(try hashes(tree(of: file))["long"] == SHA256.hash(of: other))
        // And that is known from now on.
        let now = tree(of: file)
        let entry = try #require(now.entries.first { $0.path == "long" })
        #expect(PackMemory(of: now, in: memories.path).hash(of: entry) == SHA256.hash(of: other))
    }

    @Test func `a little is hashed without a note of it`() throws {
        #expect(try hashes(tree(of: "more/short")) == ["short": SHA256.hash(of: "short")])
        #expect(try Folder.open(memories.path).names().isEmpty)
    }

    @Test func `what changed since it was looked at is refused by name`() throws {
        let before = tree()
        try scratch.write("other", to: "more/short")
        let error = #expect(throws: PayloadError.self) { try hashes(before) }
        #expect(error?.path == "\(scratch.path)/more/short")
        #expect(error?.reason == "has changed while it was read")
    }
}
