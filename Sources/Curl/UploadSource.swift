import CCurl
import Glibc
import Lanes

/// The bytes that a request sends, read as libcurl asks for them; confined to the client's lane.
final class UploadSource {
    /// How many bytes there are.
    let count: Int64
    private let content: Content
    private var position: Int64 = 0

    private enum Content {
        case bytes([UInt8])
        case file(descriptor: CInt, offset: Int64)
    }

    /// Opens what a body names; nil for a body that is none.
    init?(_ body: HTTPBody, for operation: String) throws(HTTPError) {
        switch body {
        case .none:
            return nil
        case .bytes(let bytes):
            content = .bytes(bytes)
            count = Int64(bytes.count)
        case .file(let path, let offset, let wanted):
            let descriptor = open(path, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else {
                throw HTTPError(.unreadableBody, operation, "\(path): \(SystemError("open").reason)")
            }
            var status = stat()
            fstat(descriptor, &status)
            let there = Int64(status.st_size) - offset
            guard offset >= 0, there >= wanted ?? 0, wanted ?? 0 >= 0, status.st_mode & S_IFMT == S_IFREG else {
                close(descriptor)
                throw HTTPError(.unreadableBody, operation, "\(path): not a file of at least that many bytes")
            }
            content = .file(descriptor: descriptor, offset: offset)
            count = wanted ?? there
        }
    }

    deinit {
        if case .file(let descriptor, _) = content { close(descriptor) }
    }

    /// Whether everything has been handed out.
    var isExhausted: Bool { position >= count }

    /// Goes to a place, for a request that has to be sent again.
    func seek(to offset: Int64) -> Bool {
        guard (0...count).contains(offset) else { return false }
        position = offset
        return true
    }

    /// Fills the buffer as far as there are bytes; 0 at the end, nil when the file cannot be read or has become shorter.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int? {
        let wanted = Int(min(Int64(buffer.count), count - position))
        guard wanted > 0 else { return 0 }
        let read: Int
        switch content {
        case .bytes(let bytes):
            bytes.withUnsafeBytes {
                buffer.copyMemory(from: .init(rebasing: $0[Int(position)..<Int(position) + wanted]))
            }
            read = wanted
        case .file(let descriptor, let offset):
            read = pread(descriptor, buffer.baseAddress, wanted, off_t(offset + position))
            guard read > 0 else { return nil }
        }
        position += Int64(read)
        return read
    }
}
