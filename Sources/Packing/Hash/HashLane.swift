import Crypto
import Glibc
import Lanes

/// A file that is open to be hashed.
final class OpenedFile {
    /// The place of its entry in the tree.
    let index: Int
    let file: LocalFile

    init(_ index: Int, _ file: consuming LocalFile) {
        self.index = index
        self.file = file
    }
}

/// Who hands out files to be hashed and takes their hashes; asked by one thread.
protocol HashWork: AnyObject {
    /// Whether anybody waits for the hashes still; asked before every chunk.
    var isWanted: Bool { get }
    /// Opens the next file; nil when there is none.
    func nextFile() -> OpenedFile?
    /// Takes the hash of a file, of the bytes that it had when it was opened; nil when nobody wanted it any more.
    func ended(_ file: OpenedFile, _ hash: Result<SHA256Digest, SystemError>?)
}

/// Reads files one after the other and hashes them, chunk by chunk, so that one thread can hash two streams at once.
///
/// Files are read and not mapped: a mapped file that is cut short meanwhile would end the program.
final class HashLane {
    /// Two of these stay in the processor's own memory.
    private static let chunk = 256 << 10

    private let work: any HashWork
    private var buffer: UnsafeMutableRawBufferPointer?
    private var current: OpenedFile?
    private var offset = 0
    private var hash = SHA256()
    /// Bytes that were read and not hashed yet.
    private var pending = UnsafeRawBufferPointer(start: nil, count: 0)

    init(_ work: any HashWork) { self.work = work }

    deinit { buffer?.deallocate() }

    /// Hashes all files there are, two at a time when there are two lanes.
    static func hashAll(_ first: HashLane, _ second: HashLane?) {
        while true {
            let left = first.bytes()
            let right = second?.bytes() ?? UnsafeRawBufferPointer(start: nil, count: 0)
            if let second, !left.isEmpty, !right.isEmpty {
                take(first, left, second, right)
            } else if !left.isEmpty || !right.isEmpty {
                // One of them has no files left.
                first.take(left.count)
                second?.take(right.count)
            } else {
                return
            }
        }
    }

    /// Lets go of the file that is under way.
    private func giveUp() {
        pending = UnsafeRawBufferPointer(start: nil, count: 0)
        guard let file = current.take() else { return }
        work.ended(file, nil)
    }

    /// Hashes as many bytes of both as the shorter piece has; whole blocks of the longer one, which goes on.
    private static func take(
        _ first: HashLane, _ left: UnsafeRawBufferPointer, _ second: HashLane, _ right: UnsafeRawBufferPointer
    ) {
        let shorter = min(left.count, right.count)
        let leftCount = left.count == shorter ? shorter : shorter & ~63
        let rightCount = right.count == shorter ? shorter : shorter & ~63
        SHA256.update(
            &first.hash, UnsafeRawBufferPointer(rebasing: left[..<leftCount]),
            and: &second.hash, UnsafeRawBufferPointer(rebasing: right[..<rightCount]))
        first.pending = UnsafeRawBufferPointer(rebasing: left[leftCount...])
        second.pending = UnsafeRawBufferPointer(rebasing: right[rightCount...])
    }

    private func take(_ count: Int) {
        hash.update(UnsafeRawBufferPointer(rebasing: pending[..<count]))
        pending = UnsafeRawBufferPointer(rebasing: pending[count...])
    }

    /// The bytes to be hashed next; empty when nothing is left.
    private func bytes() -> UnsafeRawBufferPointer {
        while pending.isEmpty {
            guard work.isWanted else {
                giveUp()
                break
            }
            if current == nil {
                guard let next = work.nextFile() else { break }
                if next.file.status.st_size > Self.chunk { next.file.adviseSequential() }
                current = next
                offset = 0
            }
            guard let file = current else { break }
            if offset == file.file.status.st_size { finish(file) } else { read(file) }
        }
        return pending
    }

    private func read(_ file: OpenedFile) {
        let buffer = self.buffer ?? .allocate(byteCount: Self.chunk, alignment: 4096)
        self.buffer = buffer
        do throws(SystemError) {
            let wanted = min(Int(file.file.status.st_size) - offset, buffer.count)
            let count = try file.file.read(UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted]), at: offset)
            // Who gets the hash sees that it is not the file that it was.
            guard count > 0 else { return finish(file) }
            offset += count
            pending = UnsafeRawBufferPointer(rebasing: buffer[..<count])
        } catch {
            end(file, .failure(error))
        }
    }

    private func finish(_ file: OpenedFile) {
        var done = SHA256()
        swap(&done, &hash)
        end(file, .success(done.finish()))
    }

    private func end(_ file: OpenedFile, _ hash: Result<SHA256Digest, SystemError>) {
        if case .failure = hash { self.hash = SHA256() }
        current = nil
        work.ended(file, hash)
    }
}
