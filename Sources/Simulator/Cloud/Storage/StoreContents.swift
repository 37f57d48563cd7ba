import Glibc
import Lanes

/// One bucket of a simulated store.
struct StoredBucket {
    let region: String
    let created: Int
    var objects: [String: StoredContent] = [:]
    /// Uploads in parts that have not ended, by their names.
    var uploads: [String: StoredUpload] = [:]

    /// The names of the objects, in the order of their bytes.
    func keys(prefix: String) -> [String] {
        objects.keys.filter { $0.utf8.starts(with: prefix.utf8) }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}

/// What was noted beside an object when it was put.
struct StoredDetails {
    let contentType: String
    /// Names without the store's prefix, values as they came.
    let notes: [(name: String, value: String)]
    /// After how many days it goes by itself.
    let expiresAfterDays: Int?

    init(_ request: StorageRequest) throws(StorageRefusal) {
        contentType = request.head.value(of: "Content-Type") ?? "binary/octet-stream"
        var notes: [(name: String, value: String)] = []
        for field in request.head.fields {
            let name = field.name.lowercased()
            for prefix in ["x-obs-meta-", "x-amz-meta-"] where name.hasPrefix(prefix) {
                notes.append((String(name.dropFirst(prefix.count)), field.value))
            }
        }
        guard notes.reduce(0, { $0 + $1.name.utf8.count + $1.value.utf8.count }) <= 2048 else {
            throw StorageRefusal(400, "MetadataTooLarge", "Your metadata headers exceed the maximum allowed size.")
        }
        self.notes = notes
        let days = request.head.value(of: "x-obs-expires")
        expiresAfterDays = days.flatMap { Int($0) }
        guard days == nil || expiresAfterDays.map({ $0 > 0 }) ?? false else {
            throw .invalidArgument("x-obs-expires is not a number of days.")
        }
    }

    /// Nothing but the type that stores take when none is told.
    init() {
        contentType = "binary/octet-stream"
        notes = []
        expiresAfterDays = nil
    }
}

/// One object: files of the store's folder, and what is known of them.
struct StoredContent {
    /// The parts of its content; one, once it was read.
    var paths: [String]
    let byteCount: Int
    let etag: String
    let modified: Int
    let details: StoredDetails
    /// The upload in parts that made it.
    let uploadID: String?

    /// When it goes by itself, in seconds since 1970.
    var end: Int? { details.expiresAfterDays.map { modified + $0 * 86_400 } }

    /// Takes the files away.
    func discard() { for path in paths { unlink(path) } }

    /// Joins the parts into one file, the first.
    ///
    /// Done when the object is first read, as most that come in parts in a test are large and never read.
    mutating func join() throws(SystemError) {
        guard paths.count > 1 else { return }
        let whole = open(paths[0], O_WRONLY | O_CLOEXEC)
        guard whole >= 0 else { throw SystemError("open") }
        defer { close(whole) }
        guard lseek(whole, 0, SEEK_END) >= 0 else { throw SystemError("lseek") }
        for path in paths.dropFirst() {
            let part = open(path, O_RDONLY | O_CLOEXEC)
            guard part >= 0 else { throw SystemError("open") }
            defer { close(part) }
            while true {
                let count = sendfile(whole, part, nil, 64 << 20)
                guard count >= 0 else { throw SystemError("sendfile") }
                if count == 0 { break }
            }
            unlink(path)
        }
        paths = [paths[0]]
    }
}

/// An upload in parts that has not ended.
struct StoredUpload {
    let key: String
    let began: Int
    let details: StoredDetails
    var parts: [Int: Part] = [:]

    struct Part {
        let path: String
        let byteCount: Int
        let md5: [UInt8]
        let modified: Int
    }

    func discard() { for part in parts.values { unlink(part.path) } }
}
