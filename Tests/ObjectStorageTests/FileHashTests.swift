import Crypto
import DroverTesting
import Testing

@testable import ObjectStorage

@Suite struct `Hashes of parts` {
    @Test(arguments: [0, 1, 5])
    func `eight streams side by side have the hashes that each has alone`(_ blocks: Int) throws {
        let streams = (0..<8).map { SeededNumbers.bytes(max(64, blocks * 64), seed: UInt64($0) + 7) }
        let places = streams.map { bytes in
            let place = UnsafeMutableRawPointer.allocate(byteCount: bytes.count, alignment: 1)
            place.copyMemory(from: bytes, byteCount: bytes.count)
            return place
        }
        defer { for place in places { place.deallocate() } }
        var lanes = MD5Lanes()
        for block in 0..<blocks { lanes.update(places.map { UnsafeRawPointer($0 + block * 64) }, blocks: 1) }
        let digests = lanes.finish(byteCount: Int64(blocks) * 64)
        for (digest, bytes) in zip(digests, streams) {
            #expect(digest == (try MD5.hash(of: Array(bytes.prefix(blocks * 64)))))
        }
    }

    @Test(arguments: [1, 2, 3, 7, 8, 9, 12], [true, false])
    func `pieces of a file are hashed alike, alone and together`(_ count: Int, _ together: Bool) async throws {
        let folder = try ScratchFolder()
        let bytes = SeededNumbers.bytes(count * 128 + 50)
        let file = try SourceFile(try folder.write(bytes, to: "file"), for: "test")
        var pieces = (0..<count).map { FileHash.Piece(offset: Int64($0) * 128, count: 128) }
        pieces.append(.init(offset: Int64(count) * 128, count: 50))
        pieces.append(.init(offset: 3, count: 0))
        let digests = try await FileHash.md5(of: file, pieces, for: "test", together: together)
        for (piece, digest) in zip(pieces, digests) {
            let content = bytes.dropFirst(Int(piece.offset)).prefix(Int(piece.count))
            #expect(digest == (try MD5.hash(of: Array(content))))
        }
        #expect(digests.count == pieces.count)
    }

    @Test func `a file that became shorter is noticed`() async throws {
        let folder = try ScratchFolder()
        let file = try SourceFile(try folder.write([1, 2, 3], to: "file"), for: "test")
        let error = await storageError {
            try await FileHash.md5(of: file, [.init(offset: 0, count: 4)], for: "test")
        }
        #expect(error?.code == .changed)
    }
}
