import Archive
import Crypto
import Dispatch
import Lanes
import Packing
import Synchronization

/// Writes one archive beside the lanes: what is given to it is compressed on a queue of its own, in its order.
///
/// The archive has its name when it is whole. Nobody waits for room here: ``isFull`` says when to give nothing more.
// Sendable: the writer and the file are touched only on the queue, and by `init`.
final class ArchiveQueue: @unchecked Sendable {
    /// What became of the whole archive.
    struct Result: Sendable {
        /// Bytes of the archive.
        let bytes: UInt64
        /// SHA-256 of the archive.
        let sha256: String
    }

    private struct State {
        var waiting = 0
        var failure: (any Error)?
        var isDropped = false
    }

    /// The archive's bytes on their way into the file.
    private final class Output {
        let file: AtomicFile
        var hash: SHA256? = SHA256()

        init(_ path: String) throws(SystemError) { file = try AtomicFile(output: path, mode: 0o644) }

        func take(_ bytes: UnsafeRawBufferPointer) throws(ArchiveError) {
            hash?.update(bytes)
            do throws(SystemError) {
                try file.write(bytes)
            } catch {
                throw ArchiveError(.cannotWrite, "write \(file.path)", reason: error.reason)
            }
        }
    }

    private final class Writer {
        var archive: ArchiveWriter
        init(_ archive: consuming ArchiveWriter) { self.archive = archive }
    }

    /// Bytes that may wait for the compressor.
    private static let mostWaiting = 256 << 10
    /// Half a level below the usual: phones' files come at the speed of one processor.
    private static let zstdLevel = 1

    private let queue = DispatchQueue(label: "drover.pull", target: .global())
    private let state = Mutex(State())
    private let output: Output
    private let writer: Writer

    /// Begins an archive in a folder that exists.
    ///
    /// - Throws: ``SystemError``, `ArchiveError`.
    init(_ path: String, format: ArchiveFormat) throws {
        let output = try Output(path)
        let options = ArchiveWriterOptions(level: format == .tarZstd ? Self.zstdLevel : nil, isSparing: true)
        self.output = output
        writer = Writer(
            try ArchiveWriter(format, options: options) { (block) throws(ArchiveError) in try output.take(block) })
    }

    /// Whether enough is waiting.
    var isFull: Bool { state.withLock { $0.waiting > Self.mostWaiting } }

    /// What writing failed with; nothing is written afterwards.
    var failure: (any Error)? { state.withLock { $0.failure } }

    /// Begins the next entry.
    func begin(_ entry: WrittenEntry) {
        // Folders by the hundred thousand wait as well.
        work(256 + entry.path.utf8.count) { (writer) throws(ArchiveError) in try writer.archive.begin(entry) }
    }

    /// Adds to the entry.
    func write(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        work(bytes.count) { (writer) throws(ArchiveError) in try Self.write(bytes[...], with: writer) }
    }

    /// Adds zeros to the entry.
    func fill(_ count: UInt64) {
        work(0) { (writer) throws(ArchiveError) in
            let zeros = [UInt8](repeating: 0, count: Int(min(count, 1 << 16)))
            var left = count
            while left > 0 {
                let part = Int(min(left, UInt64(zeros.count)))
                try Self.write(zeros[..<part], with: writer)
                left -= UInt64(part)
            }
        }
    }

    /// Ends the archive and gives it its name.
    ///
    /// - Throws: What writing failed with, now or before.
    func finish() async throws -> Result {
        work(0) { (writer) throws(ArchiveError) in try writer.archive.finish() }
        return try await withCheckedThrowingContinuation { continuation in
            queue.async { [self] in continuation.resume(with: Swift.Result { try commit() }) }
        }
    }

    /// Lets go of everything; nothing is left of the archive.
    func drop() { state.withLock { $0.isDropped = true } }

    private func commit() throws -> Result {
        if let failure { throw failure }
        try output.file.commit()
        let digest = output.hash.take()?.finish()
        return Result(bytes: output.file.count, sha256: digest?.hex ?? "")
    }

    private func work(_ weight: Int, _ body: @escaping @Sendable (Writer) throws(ArchiveError) -> Void) {
        state.withLock { $0.waiting += weight }
        queue.async { [self] in
            defer { state.withLock { $0.waiting -= weight } }
            guard state.withLock({ $0.failure == nil && !$0.isDropped }) else { return }
            do throws(ArchiveError) {
                try body(writer)
            } catch {
                state.withLock { $0.failure = error }
            }
        }
    }

    // `withUnsafeBytes` of arrays does not carry typed errors.
    private static func write(_ bytes: ArraySlice<UInt8>, with writer: Writer) throws(ArchiveError) {
        let result = bytes.withUnsafeBytes { bytes in
            Swift.Result { () throws(ArchiveError) in try writer.archive.write(bytes) }
        }
        try result.get()
    }
}
