import Crypto
import DroverTesting
import Glibc
import Packing
import Testing

struct TreeHasherTests {
    /// Files around the sizes of a block and of a chunk, so that two that are hashed at once seldom end together.
    private static let sizes = [0, 1, 63, 64, 65, 1000, 4097, 262_143, 262_144, 262_145, 600_001]

    private func tree(_ scratch: ScratchFolder) throws -> Tree {
        for (number, size) in (Self.sizes + Self.sizes.reversed()).enumerated() {
            try scratch.write(SeededNumbers.bytes(size, seed: UInt64(number)), to: "\(number % 3)/\(number)")
        }
        var scan = TreeScan()
        scan.add(folder: scratch.path)
        return scan.finish()
    }

    @Test func `every file has the hash that it has alone`() throws {
        let scratch = try ScratchFolder()
        let hashes = try TreeHasher(tree(scratch)).hash()
        var files = 0
        for entry in hashes.entries {
            guard case .file(let size, let hash) = entry.content else { continue }
            let file = try LocalFile.open("\(scratch.path)/\(entry.path)")
            #expect(try file.hash() == hash, "\(entry.path)")
            #expect(UInt64(file.status.st_size) == size)
            files += 1
        }
        #expect(files == 2 * Self.sizes.count)
    }

    @Test func `a file that went after the scan is told of, and ends it`() throws {
        let scratch = try ScratchFolder()
        let tree = try tree(scratch)
        try scratch.remove("1/10")
        let error = #expect(throws: PackingError.self) { try TreeHasher(tree).hash() }
        #expect(error?.path == "\(scratch.path)/1/10")
    }

    @Test func `it stops when it is asked to`() throws {
        let scratch = try ScratchFolder()
        let control = PackControl()
        control.cancel()
        let error = #expect(throws: PackingError.self) { try TreeHasher(tree(scratch)).hash(control: control) }
        #expect(error?.code == .cancelled)
        #expect(error?.path == "\(scratch.path)/0/0")
    }
}
