import Crypto

/// Room for the pieces that were read ahead, handed on in order from those who read to those who hash and write.
///
/// Piece `n` may be filled once piece `n - capacity` was hashed and written, so the memory is bounded, and the reader of
/// the earliest piece never waits for a later one.
final class PieceRing: @unchecked Sendable {
    /// Who takes pieces out, each in order.
    enum Taker: Int, CaseIterable {
        case hasher
        case writer
    }

    private let monitor = Monitor()
    private var slots: [PieceSlot?]
    /// Which piece each slot holds; -1 for none that is ready.
    private var ready: [Int]
    private var taken = [Int](repeating: 0, count: Taker.allCases.count)
    private var failure: PackingError?

    init(capacity: Int) {
        slots = Array(repeating: nil, count: capacity)
        ready = Array(repeating: -1, count: capacity)
    }

    /// Waits for room for a piece; nil when the packing was given up.
    func room(for piece: Int) -> PieceSlot? {
        monitor.locked {
            while failure == nil, piece >= (taken.min() ?? 0) + slots.count { monitor.wait() }
            guard failure == nil else { return nil }
            let index = piece % slots.count
            // Buffers are made when they are first needed: a small tree needs one or two.
            let slot = slots[index] ?? PieceSlot()
            slots[index] = slot
            return slot
        }
    }

    /// Hands a filled piece on.
    func hand(on piece: Int) {
        monitor.locked {
            ready[piece % slots.count] = piece
            monitor.wakeAll()
        }
    }

    /// Waits for a piece; nil when the packing was given up.
    func take(_ piece: Int) -> PieceSlot? {
        monitor.locked {
            let index = piece % slots.count
            while failure == nil, ready[index] != piece { monitor.wait() }
            return failure == nil ? slots[index] : nil
        }
    }

    /// Says that one taker is done with a piece; in order.
    func done(with piece: Int, _ taker: Taker) {
        monitor.locked {
            taken[taker.rawValue] = piece + 1
            monitor.wakeAll()
        }
    }

    /// Waits until a taker is done with that many pieces, or the packing is given up.
    func waitForAll(_ count: Int, _ taker: Taker) {
        monitor.locked {
            while failure == nil, taken[taker.rawValue] < count { monitor.wait() }
        }
    }

    /// Gives the packing up; the first reason counts.
    func giveUp(_ error: PackingError) {
        monitor.locked {
            if failure == nil { failure = error }
            monitor.wakeAll()
        }
    }

    /// Why the packing was given up; nil when it was not.
    var error: PackingError? { monitor.locked { failure } }
}

/// The memory of one piece, and what was read into it.
final class PieceSlot: @unchecked Sendable {
    /// The bytes of a piece at most.
    static let size = 512 << 10

    /// One small file in a piece.
    struct SmallFile {
        let entry: Int
        let bytes: Range<Int>
        /// Nil when nothing is hashed.
        var hash: SHA256Digest?
        /// How it looked when it was read.
        let stamp: FileStamp
    }

    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 4096)
    /// The files of a batch.
    var files: [SmallFile] = []
    /// The bytes of a part of a large file.
    var count = 0
    /// How that file looked when it was opened.
    var stamp: FileStamp?

    deinit { buffer.deallocate() }

    func bytes(_ range: Range<Int>) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: buffer[range])
    }
}
