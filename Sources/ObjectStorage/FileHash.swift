import Crypto
import Dispatch
import Glibc
import Lanes
import Synchronization

/// Hashes pieces of files beside the lanes, which serve others meanwhile.
enum FileHash {
    /// One piece of a file.
    struct Piece: Hashable, Sendable {
        let offset: Int64
        let count: Int64
    }

    /// Two at a time: enough to stay ahead of a fast line, while the machine's other work goes on.
    private static let queues = (0..<2).map { DispatchQueue(label: "drover.storage.hash.\($0)", target: .global()) }
    private static let chunk = 256 << 10
    /// Vectors that are not optimised are far slower than one stream is.
    #if DEBUG
        private static let usesLanes = false
    #else
        private static let usesLanes = true
    #endif

    /// The MD5s of pieces of a file, in their order; those of equal size are hashed together.
    ///
    /// - Parameter number: Counts the calls for one file; those that follow each other go on at the same time.
    /// - Throws: ``ObjectStorageError`` when they cannot be read; `CancellationError`.
    static func md5(
        of file: SourceFile, _ pieces: [Piece], number: Int = 0, for operation: String, together: Bool = usesLanes
    ) async throws -> [[UInt8]] {
        let isWanted = Flag()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                queues[number % queues.count].async {
                    continuation.resume(
                        with: Result {
                            let reading = try Reading(file, operation, isWanted)
                            return together ? try reading.together(pieces) : try pieces.map(reading.alone)
                        })
                }
            }
        } onCancel: {
            isWanted.lower()
        }
    }

    /// Whether anybody still waits for the hash.
    private final class Flag: Sendable {
        private let value = Atomic(true)
        var isUp: Bool { value.load(ordering: .relaxed) }
        func lower() { value.store(false, ordering: .relaxed) }
    }

    /// One file that is being read.
    private final class Reading {
        private let file: SourceFile
        private let operation: String
        private let isWanted: Flag
        private let descriptor: CInt
        private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: MD5Lanes.count * chunk, alignment: 4096)

        init(_ file: SourceFile, _ operation: String, _ isWanted: Flag) throws(ObjectStorageError) {
            self.file = file
            self.operation = operation
            self.isWanted = isWanted
            descriptor = open(file.path, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw failure() }
        }

        deinit {
            if descriptor >= 0 { close(descriptor) }
            buffer.deallocate()
        }

        /// Hashes a piece by itself.
        func alone(_ piece: Piece) throws -> [UInt8] {
            var hash = try MD5()
            var done: Int64 = 0
            while done < piece.count {
                let count = Int(min(Int64(buffer.count), piece.count - done))
                try read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]), from: piece.offset + done)
                hash.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
                done += Int64(count)
            }
            return hash.finish()
        }

        /// Hashes pieces side by side as far as they are of one size, and the others by themselves.
        func together(_ pieces: [Piece]) throws -> [[UInt8]] {
            let size = pieces.first?.count ?? 0
            let equal = pieces.prefix(MD5Lanes.count).prefix { $0.count == size }
            guard equal.count > 2, size % Int64(MD5Lanes.blockSize) == 0 else { return try pieces.map(alone) }
            return try sideBySide(equal, size) + together(Array(pieces.dropFirst(equal.count)))
        }

        private func sideBySide(_ pieces: ArraySlice<Piece>, _ size: Int64) throws -> [[UInt8]] {
            guard let start = buffer.baseAddress else { return [] }
            var hash = MD5Lanes()
            // Lanes that are left over hash the last piece once more.
            let streams = (0..<MD5Lanes.count).map { UnsafeRawPointer(start + min($0, pieces.count - 1) * chunk) }
            var done: Int64 = 0
            while done < size {
                let count = Int(min(Int64(chunk), size - done))
                for (lane, piece) in pieces.enumerated() {
                    let room = UnsafeMutableRawBufferPointer(start: start + lane * chunk, count: count)
                    try read(into: room, from: piece.offset + done)
                }
                hash.update(streams, blocks: count / MD5Lanes.blockSize)
                done += Int64(count)
            }
            return Array(hash.finish(byteCount: size).prefix(pieces.count))
        }

        private func read(into room: UnsafeMutableRawBufferPointer, from offset: Int64) throws {
            guard isWanted.isUp else { throw CancellationError() }
            var done = 0
            while done < room.count {
                let rest = UnsafeMutableRawBufferPointer(rebasing: room[done...])
                let count = pread(descriptor, rest.baseAddress, rest.count, off_t(offset) + done)
                if count < 0, errno == EINTR { continue }
                guard count >= 0 else { throw failure() }
                guard count > 0 else {
                    throw ObjectStorageError(.changed, operation, "\(file.path) has become shorter while it was sent")
                }
                done += count
            }
        }

        private func failure() -> ObjectStorageError {
            ObjectStorageError(.file, operation, "\(file.path): \(SystemError("read").reason)")
        }
    }
}
