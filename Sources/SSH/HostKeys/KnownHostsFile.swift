import Glibc
import Lanes

/// A file of known hosts as it was when it was last looked at.
///
/// A look costs a `stat` while nothing has changed. What was only added to, by drover itself or by another one, is read
/// from there on.
struct KnownHostsFile: Sendable {
    let path: String
    private(set) var lines: [KnownHostsLine] = []
    /// Why the file could not be read; nil when it could, or is not there.
    private(set) var trouble: String?
    private var content: [UInt8] = []
    private var lineCount = 0
    private var identity: Identity?
    /// The lines that speak of a host, and up to which line that is known.
    private var memory: [String: (seen: Int, found: [Int])] = [:]

    /// Larger files are not read, in bytes.
    static let maximumLength = 16 << 20

    private struct Identity: Equatable {
        let file: UInt64
        let device: UInt64
        let size: Int
        let seconds: Int
        let nanoseconds: Int

        init(_ status: stat) {
            file = UInt64(status.st_ino)
            device = UInt64(status.st_dev)
            size = Int(status.st_size)
            seconds = status.st_mtim.tv_sec
            nanoseconds = status.st_mtim.tv_nsec
        }
    }

    init(_ path: String) { self.path = path }

    /// Reads what has changed since the last look.
    mutating func refresh() {
        // A pipe without a writer would be waited for without end.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            let isMissing = errno == ENOENT || errno == ENOTDIR
            return forget(because: isMissing ? nil : SystemError("open").reason)
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return forget(because: SystemError("fstat").reason) }
        guard status.st_mode & S_IFMT == S_IFREG else { return forget(because: "it is no ordinary file") }
        guard status.st_size <= Self.maximumLength else { return forget(because: "it is larger than 16 MiB") }
        let now = Identity(status)
        guard now != identity else { return }
        guard let bytes = Self.read(descriptor) else { return forget(because: SystemError("read").reason) }
        let isGrown = bytes.count >= content.count && bytes.starts(with: content) && content.last ?? 10 == 10
        if !isGrown { forget(because: nil) }
        trouble = nil
        identity = now
        add(bytes)
    }

    private mutating func forget(because trouble: String?) { self = KnownHostsFile(path, trouble) }

    private init(_ path: String, _ trouble: String?) {
        self.path = path
        self.trouble = trouble
    }

    private static func read(_ descriptor: CInt) -> [UInt8]? {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while bytes.count <= maximumLength {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return nil }
            guard count > 0 else { return bytes }
            bytes += buffer[..<count]
        }
        return bytes
    }

    /// Takes over what is new at the end.
    private mutating func add(_ bytes: [UInt8]) {
        var start = content.count
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: 10) ?? bytes.count
            lineCount += 1
            if let line = KnownHostsLine(bytes[start..<end], at: KnownHostsPlace(path: path, line: lineCount)) {
                lines.append(line)
            }
            start = end + 1
        }
        content = bytes
    }

    /// The lines that speak of a host.
    mutating func lines(for name: String) -> [KnownHostsLine] {
        var (seen, found) = memory[name] ?? (0, [])
        if seen < lines.count {
            found += (seen..<lines.count).filter { lines[$0].hosts.match(name) }
            seen = lines.count
            memory[name] = (seen, found)
        }
        return found.map { lines[$0] }
    }
}
