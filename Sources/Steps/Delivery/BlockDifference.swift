import Farm
import Lanes

/// Which blocks of a long file a phone has already, in an older version of it or in what an interrupted delivery left.
struct BlockDifference: Sendable, Equatable {
    /// Blocks that lie one behind the other and are to be sent.
    struct Run: Sendable, Equatable {
        let first: Int
        let count: Int
    }

    /// Shorter files are sent whole.
    static let shortestFile: UInt64 = 64 << 20
    /// How many blocks a phone is asked to hash: each takes it two processes.
    private static let mostBlocks = 4096
    /// A block is never shorter: the more of them, the longer the phone takes.
    private static let shortestBlock = 256 << 10

    /// A run is never longer, so that of an interrupted delivery no more than this is lost.
    private static let longestRun = 64 << 20

    /// Bytes in a block; the last one of the file may be shorter.
    let blockSize: Int
    /// Bytes of the whole new file.
    let size: Int
    /// What is to be sent, in order.
    let runs: [Run]

    /// The size of blocks for a file: a power of two that gives no more than 4,096 of them.
    static func blockSize(for size: Int) -> Int {
        var block = shortestBlock
        while (size + block - 1) / block > mostBlocks { block *= 2 }
        return block
    }

    /// Bytes to be sent.
    var bytes: UInt64 { UInt64(runs.reduce(0) { $0 + range(of: $1).count }) }

    /// Whether sending these blocks spares the phone more than it costs: it copies the file and reads it twice.
    var isWorthwhile: Bool { bytes * 2 <= UInt64(size) }

    /// Where a run lies in the new file.
    func range(of run: Run) -> Range<Int> {
        run.first * blockSize..<min(size, (run.first + run.count) * blockSize)
    }

    /// Compares the hashes of the new file's blocks with those of the phone's file, as far as that reaches.
    init(new: [String], old: [String], blockSize: Int, size: Int) {
        self.blockSize = blockSize
        self.size = size
        var runs: [Run] = []
        for index in new.indices where index >= old.count || new[index] != old[index] {
            if let last = runs.last, last.first + last.count == index, (last.count + 1) * blockSize <= Self.longestRun {
                runs[runs.count - 1] = Run(first: last.first, count: last.count + 1)
            } else {
                runs.append(Run(first: index, count: 1))
            }
        }
        self.runs = runs
    }

    /// Asks the phone for the blocks of a file of its own; nil when it does not answer as it should.
    static func look(
        for bytes: SharedBytes, at path: RemotePath, of length: UInt64, with payloads: any PayloadProviding,
        on phone: any ConnectedPhone
    ) async throws -> Self? {
        let size = blockSize(for: bytes.count)
        let count = (min(Int(clamping: length), bytes.count) + size - 1) / size
        let line = """
            f=\(ShellLine(path.path)); i=0; while [ $i -lt \(count) ]; do \
            dd if="$f" bs=\(size) skip=$i count=1 2>/dev/null | sha256sum || exit; i=$((i + 1)); done
            """
        async let hashes = payloads.blockHashes(of: bytes, size: size)
        let result = try await phone.run(line, input: [], outputLimit: count * 80 + 4096)
        let old = PhoneHashes.read(result.output)
        guard old.count == count else {
            _ = await hashes
            return nil
        }
        return Self(new: await hashes, old: old, blockSize: size, size: bytes.count)
    }
}
