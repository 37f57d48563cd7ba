import Crypto
import Glibc

/// Keeps a token between runs, where nobody but the user can read it.
struct TokenFile: Sendable {
    private let folder: String
    private let path: String

    /// The longest record that is read.
    private static let limit = 128 << 10

    /// Names the file by a hash, so that the name tells nothing.
    init(folder: String, host: String, account: String, user: String, project: String) {
        self.folder = folder
        let key = [host, account, user, project].map { "\($0.utf8.count):\($0)" }.joined()
        path = "\(folder)/token-\(SHA256.hash(of: Array(key.utf8)).hex).json"
    }

    /// Reads the token.
    ///
    /// - Returns: The token, and else, when there is a file that must not be read, why.
    func read() -> (token: CloudToken?, note: String?) {
        var status = stat()
        guard stat(folder, &status) == 0 else { return (nil, nil) }
        if let fault = Self.fault(of: status, path: folder) { return (nil, fault) }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else {
            return (nil, errno == ENOENT ? nil : "the kept token in \(path) was not read: \(Self.reason)")
        }
        defer { close(descriptor) }
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size <= Self.limit else {
            return (nil, "the kept token in \(path) was not read: it is no file of a usual size")
        }
        if let fault = Self.fault(of: status, path: path) { return (nil, fault) }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        guard count == bytes.count else { return (nil, "the kept token in \(path) was not read: it is cut short") }
        guard let token = CloudToken(record: bytes) else {
            return (nil, "the kept token in \(path) was not read: it is damaged")
        }
        return (token, nil)
    }

    /// Writes the token under another name and renames it, so that others see the old one or the new one.
    ///
    /// - Returns: Why it could not be kept, or nil.
    func write(_ token: CloudToken) -> String? {
        if let note = makeFolder() { return note }
        let temporary = "\(path).\(UInt64.random(in: .min ... .max))"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { return "the token was not kept in \(folder): \(Self.reason)" }
        let record = token.record
        let count = Glibc.write(descriptor, record, record.count)
        close(descriptor)
        guard count == record.count, rename(temporary, path) == 0 else {
            let note = "the token was not kept in \(folder): \(Self.reason)"
            unlink(temporary)
            return note
        }
        return nil
    }

    /// Removes what is kept.
    func remove() { unlink(path) }

    private func makeFolder() -> String? {
        var status = stat()
        if stat(folder, &status) != 0 {
            guard mkdir(folder, 0o700) == 0 || errno == EEXIST else {
                return "the token was not kept, since \(folder) cannot be made: \(Self.reason)"
            }
            guard stat(folder, &status) == 0 else { return "the token was not kept in \(folder): \(Self.reason)" }
        }
        return Self.fault(of: status, path: folder)
    }

    /// Why something is not for this user alone; nil when it is.
    private static func fault(of status: stat, path: String) -> String? {
        guard status.st_uid == geteuid() else {
            return "kept tokens are not used, since \(path) belongs to another user"
        }
        guard status.st_mode & 0o077 == 0 else {
            let mode = status.st_mode & S_IFMT == S_IFDIR ? "700" : "600"
            return "kept tokens are not used, since others can reach \(path); chmod \(mode) '\(path)'"
        }
        return nil
    }

    private static var reason: String { String(cString: strerror(errno)) }
}
