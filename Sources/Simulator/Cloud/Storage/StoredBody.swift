import Crypto
import Glibc
import Lanes

/// One body on its way into a file of the store, hashed as it comes.
final class StoredBody: HTTPBodySink {
    let path: String
    private(set) var byteCount = 0
    private let descriptor: CInt
    private var md5: Crypto.MD5?
    private var sha256: SHA256?
    private var isKept = false

    /// - Parameter isSigned: Whether its SHA-256 will be asked for.
    init(_ path: String, isSigned: Bool) throws {
        self.path = path
        md5 = try Crypto.MD5()
        sha256 = isSigned ? SHA256() : nil
        descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw SystemError("open") }
    }

    deinit {
        close(descriptor)
        if !isKept { unlink(path) }
    }

    func take(_ bytes: UnsafeRawBufferPointer) throws {
        md5?.update(bytes)
        sha256?.update(bytes)
        do throws(SystemError) { try bytes.write(to: descriptor) } catch { throw StorageRefusal.internalError }
        byteCount += bytes.count
    }

    /// Leaves the file where it is, and gives its hashes; to be called once.
    func keep() -> (md5: [UInt8], sha256: String?) {
        isKept = true
        let first = md5.take()?.finish() ?? []
        return (first, sha256.take()?.finish().hex)
    }

    /// Takes the file away again.
    func discard() { unlink(path) }
}

/// Takes the frames off a body that came in chunks of Amazon's own (`aws-chunked`), with a checksum behind it.
final class FramedBody: HTTPBodySink {
    private enum State { case size, data(Int), lineEnd, trailer, done }

    private let body: any HTTPBodySink
    private var state = State.size
    private var line: [UInt8] = []

    init(into body: any HTTPBodySink) { self.body = body }

    /// Whether the last frame has come.
    var isWhole: Bool {
        if case .trailer = state { return true }
        if case .done = state { return true }
        return false
    }

    func take(_ bytes: UnsafeRawBufferPointer) throws {
        var rest = bytes
        while let first = rest.first {
            if case .data(let count) = state {
                let piece = UnsafeRawBufferPointer(rebasing: rest.prefix(count))
                try body.take(piece)
                rest = UnsafeRawBufferPointer(rebasing: rest[piece.count...])
                state = piece.count == count ? .lineEnd : .data(count - piece.count)
                continue
            }
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst())
            guard first == 0x0A else {
                if first != 0x0D { line.append(first) }
                guard line.count < 4096 else { throw StorageRefusal.invalidArgument("A frame is malformed.") }
                continue
            }
            try endLine()
        }
    }

    private func endLine() throws(StorageRefusal) {
        defer { line = [] }
        switch state {
        case .size:
            // 10000;chunk-signature=…
            let text = String(decoding: line.prefix { $0 != UInt8(ascii: ";") }, as: UTF8.self)
            guard let size = Int(text, radix: 16), size >= 0 else { throw .invalidArgument("A frame is malformed.") }
            state = size == 0 ? .trailer : .data(size)
        case .lineEnd:
            guard line.isEmpty else { throw .invalidArgument("A frame is longer than it says.") }
            state = .size
        case .trailer: if line.isEmpty { state = .done }
        case .data, .done: break
        }
    }
}
