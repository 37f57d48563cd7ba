import Crypto
import Farm
import Glibc

/// Where ADB ports of an account's phones are, kept between runs in a file that is the user's alone.
///
/// A line is one phone as it was told once; the last line of a phone counts, so that others may write meanwhile.
struct AddressFile: Sendable {
    /// What was told of one phone.
    struct Entry: Hashable, Sendable {
        /// The phone's own address, as its server sees it.
        var phone: Address?
        /// The address at the server inside its network.
        var network: Address?
        /// When the phone was last changed in its cloud, as the cloud writes it; empty when it did not say.
        var updated: String
    }

    private let folder: String
    private let path: String

    /// A file that has grown longer is begun anew.
    private static let mostBytes = 4 << 20
    private static let nothing = "-"

    /// Names the file of an account.
    ///
    /// - Parameter place: What tells accounts of one name apart: the service's address and the project.
    init(folder: String, account: String, place: String) {
        self.folder = folder
        let mark = SHA256.hash(of: Array("\(account) \(place)".utf8)).hex.prefix(16)
        path = "\(folder)/\(FarmName.sanitized(account))-\(mark)"
    }

    /// Reads what is known, by the ids of phones.
    ///
    /// - Returns: The phones, and why nothing was read when there is a file that must not be.
    func read() -> (entries: [String: Entry], note: String?) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else {
            return ([:], errno == ENOENT || errno == ENOTDIR ? nil : "\(path) was not read: \(Self.reason)")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            return ([:], "\(path) was not read: it is no file")
        }
        // Whoever could write here would choose whom a run installs on.
        guard status.st_uid == geteuid(), status.st_mode & 0o077 == 0 else {
            return ([:], "\(path) was not read, since others can reach it; remove it")
        }
        guard status.st_size <= Self.mostBytes else {
            unlink(path)
            return ([:], nil)
        }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        guard count >= 0 else { return ([:], "\(path) was not read: \(Self.reason)") }
        var entries: [String: Entry] = [:]
        for line in bytes[..<count].split(separator: UInt8(ascii: "\n")) {
            // A line that was cut short by a kill is one that is asked for again.
            guard let (id, entry) = Self.entry(String(decoding: line, as: UTF8.self)) else { continue }
            entries[id] = entry
        }
        return (entries, nil)
    }

    /// Adds what was told of a phone.
    ///
    /// - Returns: Why it could not be kept, or nil.
    func add(_ id: String, _ entry: Entry) -> String? {
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else { return "addresses are not kept: \(Self.reason)" }
        let flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK
        let descriptor = open(path, flags, 0o600)
        guard descriptor >= 0 else { return "addresses are not kept in \(path): \(Self.reason)" }
        defer { close(descriptor) }
        let places = [entry.phone, entry.network].map { $0.map(\.description) ?? Self.nothing }
        let updated = entry.updated.isEmpty || entry.updated.contains(where: \.isNewline) ? Self.nothing : entry.updated
        // The first line break ends a line that somebody's end cut short.
        let line = Array("\n\(([id] + places + [updated]).joined(separator: "\t"))\n".utf8)
        let count = write(descriptor, line, line.count)
        return count == line.count ? nil : "addresses are not kept in \(path): \(Self.reason)"
    }

    /// Forgets everything.
    func remove() { unlink(path) }

    private static func entry(_ line: String) -> (String, Entry)? {
        let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        guard fields.count == 4, !fields[0].isEmpty else { return nil }
        var places: [Address?] = []
        for field in fields[1...2] {
            guard field != nothing else {
                places.append(nil)
                continue
            }
            guard let address = try? Address(parsing: field) else { return nil }
            places.append(address)
        }
        let updated = fields[3] == nothing ? "" : fields[3]
        return (fields[0], Entry(phone: places[0], network: places[1], updated: updated))
    }

    private static var reason: String { String(cString: strerror(errno)) }
}
