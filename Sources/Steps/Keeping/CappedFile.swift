import Farm
import Glibc
import Lanes
import Secrets
import Synchronization

/// One local file of which only the end is kept when more comes than it may hold.
///
/// While it grows it is a ring under a temporary name, so that a phone which prints a whole night fills no disk.
final class CappedFile: Sendable {
    private struct State {
        var descriptor: CInt
        var total = 0
        var stream: RedactingStream
        var failure: (any Error)?
    }
    private let place: ContainedPath
    private let temporary: String
    private let limit: Int
    private let redactor: Redactor
    private let state: Mutex<State>

    /// Makes the folders above it and an empty file beside its final place.
    ///
    /// - Parameters:
    ///   - limit: The most bytes that are kept.
    ///   - redactor: What every byte passes on its way into the file.
    /// - Throws: ``SystemError``.
    init(at place: ContainedPath, limit: Int, redactor: Redactor = Redactor()) throws {
        self.place = place
        self.limit = max(1, limit)
        self.redactor = redactor
        try PulledFile.makeFolders(down: place.parent)
        temporary = PulledFile.temporaryPath(for: place)
        unlink(temporary)
        let opened = open(temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard opened >= 0 else { throw SystemError("open \(temporary)") }
        state = Mutex(State(descriptor: opened, stream: redactor.stream()))
    }

    deinit {
        state.withLock { if $0.descriptor >= 0 { close($0.descriptor) } }
    }

    /// What writing failed with; nothing is taken afterwards.
    var failure: (any Error)? { state.withLock { $0.failure } }

    /// Writes the next bytes; false when that failed, now or before.
    func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
        state.withLock { state in
            guard !redactor.isIdle else { return write(bytes, &state) }
            return state.stream.add(bytes).withUnsafeBytes { write($0, &state) }
        }
    }

    private func write(_ bytes: UnsafeRawBufferPointer, _ state: inout State) -> Bool {
        guard state.failure == nil else { return false }
        var rest = bytes
        while !rest.isEmpty {
            let offset = state.total % limit
            let count = pwrite(state.descriptor, rest.baseAddress, min(rest.count, limit - offset), off_t(offset))
            guard count > 0 else {
                if errno == EINTR { continue }
                state.failure = SystemError("write \(place.path)")
                return false
            }
            state.total += count
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
        return true
    }

    /// What a kept file holds.
    struct Kept {
        /// Bytes of the file.
        let bytes: Int
        /// Whether more had come, and the beginning was let go of.
        let isTruncated: Bool
    }

    /// Gives the file its name; of a file that was cut the first line is whole.
    ///
    /// - Throws: ``SystemError``, also one of an earlier write.
    func keep() throws -> Kept {
        try state.withLock { state in
            defer {
                close(state.descriptor)
                state.descriptor = -1
            }
            _ = state.stream.finish().withUnsafeBytes { write($0, &state) }
            if let failure = state.failure {
                unlink(temporary)
                throw failure
            }
            guard state.total > limit else {
                guard rename(temporary, place.path) == 0 else { throw SystemError("rename \(place.path)") }
                return Kept(bytes: state.total, isTruncated: false)
            }
            let bytes = try straighten(state)
            return Kept(bytes: bytes, isTruncated: true)
        }
    }

    /// Writes the ring in its order into the final file.
    private func straighten(_ state: State) throws -> Int {
        defer { unlink(temporary) }
        let sink = try PulledFile(at: place, besideTemporary: true)
        do {
            var written = 0
            var isInFirstLine = true
            var position = state.total - limit
            var piece = [UInt8](repeating: 0, count: min(limit, 1 << 18))
            while position < state.total {
                let offset = position % limit
                let wanted = min(piece.count, limit - offset, state.total - position)
                let count = piece.withUnsafeMutableBytes {
                    pread(state.descriptor, $0.baseAddress, wanted, off_t(offset))
                }
                guard count > 0 else { throw SystemError("read \(temporary)") }
                position += count
                var slice = piece[..<count]
                if isInFirstLine {
                    guard let end = slice.firstIndex(of: UInt8(ascii: "\n")) else { continue }
                    slice = slice[(end + 1)...]
                    isInFirstLine = false
                }
                try slice.withUnsafeBytes { try sink.take($0) }
                written += slice.count
            }
            try sink.keep()
            return written
        } catch {
            sink.drop()
            throw error
        }
    }
}
