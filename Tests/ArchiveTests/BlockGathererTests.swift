import Testing

@testable import Archive

struct BlockGathererTests {
    @Test(arguments: [
        [1, 2, 3], [512, 100_000, 512], [65_535, 65_536, 65_537], [3 << 20, 1, (1 << 20) - 1, 1], [0, 1, 0],
        Array(repeating: 700, count: 3_000),
    ])
    func `pieces come out in order, in blocks of at most 1 MiB`(sizes: [Int]) throws {
        let all = sizes.enumerated().flatMap { number, size in
            [UInt8](repeating: UInt8(truncatingIfNeeded: number + 1), count: size)
        }
        let blocks = try Self.blocks(of: all, cut: sizes)
        #expect(Array(blocks.joined()) == all)
        #expect(blocks.allSatisfy { !$0.isEmpty && $0.count <= WriteHandle.blockSize })
        #expect(blocks.count <= 1 + 2 * sizes.count { $0 >= 65_536 } + all.count / 900_000)
    }

    private static func blocks(of bytes: [UInt8], cut sizes: [Int]) throws -> [[UInt8]] {
        var gatherer = BlockGatherer()
        let blocks = Blocks()
        var start = 0
        for size in sizes {
            let piece = Array(bytes[start..<start + size])
            try piece.withUnsafeBytes { try gatherer.take($0, blocks.take) }
            start += size
        }
        try gatherer.flush(blocks.take)
        try gatherer.flush(blocks.take)
        return blocks.all
    }

    private final class Blocks {
        private(set) var all: [[UInt8]] = []
        func take(_ block: UnsafeRawBufferPointer) throws(ArchiveError) { all.append(Array(block)) }
    }
}
