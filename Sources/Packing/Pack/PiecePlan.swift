/// How the files of a tree are cut into pieces that are read, hashed and written in order.
struct PiecePlan: Sendable {
    /// What one reader takes on.
    enum Job: Sendable {
        /// Small files, all in one piece: indices of entries.
        case batch([Int])
        /// A large file in pieces of its own.
        case large(entry: Int, pieces: [Piece])

        var pieceCount: Int {
            switch self {
            case .batch: 1
            case .large(_, let pieces): pieces.count
            }
        }
    }

    /// A stretch of a large file.
    struct Piece: Hashable, Sendable {
        let offset: UInt64
        let count: UInt64
        /// Nothing to be read: zeros.
        let isHole: Bool
    }

    /// A file above this size is read in pieces of its own.
    static let small = 128 << 10
    /// A batch is closed at this size, which leaves room for a file that grew meanwhile.
    private static let batchBytes = 256 << 10
    private static let batchFiles = 128
    /// How much of a hole one piece stands for.
    private static let holeBytes: UInt64 = 64 << 20

    private(set) var jobs: [Job] = []
    /// The number of each job's first piece.
    private(set) var starts: [Int] = []
    private(set) var pieceCount = 0

    /// Cuts the files.
    ///
    /// - Parameters:
    ///   - files: Entries to be read, in order.
    ///   - data: The stretches of data of files with holes.
    init(_ files: [Int], in entries: [TreeEntry], data: [Int: [Range<UInt64>]]) {
        var batch: [Int] = []
        var bytes = 0
        for index in files {
            let size = UInt64(entries[index].stamp.size)
            if size > UInt64(Self.small) {
                close(&batch, &bytes)
                add(.large(entry: index, pieces: Self.pieces(of: size, data[index])))
                continue
            }
            if bytes + Int(size) > Self.batchBytes || batch.count == Self.batchFiles { close(&batch, &bytes) }
            batch.append(index)
            bytes += Int(size)
        }
        close(&batch, &bytes)
    }

    private mutating func close(_ batch: inout [Int], _ bytes: inout Int) {
        if !batch.isEmpty { add(.batch(batch)) }
        batch = []
        bytes = 0
    }

    private mutating func add(_ job: Job) {
        jobs.append(job)
        starts.append(pieceCount)
        pieceCount += job.pieceCount
    }

    static func pieces(of size: UInt64, _ data: [Range<UInt64>]?) -> [Piece] {
        var pieces: [Piece] = []
        func add(_ range: Range<UInt64>, isHole: Bool) {
            var offset = range.lowerBound
            while offset < range.upperBound {
                let count = min(range.upperBound - offset, isHole ? holeBytes : UInt64(PieceSlot.size))
                pieces.append(Piece(offset: offset, count: count, isHole: isHole))
                offset += count
            }
        }
        var end: UInt64 = 0
        for range in data ?? [0..<size] {
            add(end..<range.lowerBound, isHole: true)
            add(range, isHole: false)
            end = range.upperBound
        }
        add(end..<size, isHole: true)
        return pieces
    }
}
