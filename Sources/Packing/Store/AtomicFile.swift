import CLinux
import Glibc
public import Lanes

/// A file that appears under its name when it is whole, and not at all when it never becomes whole.
///
/// Where the file system can, it has no name until then, so that not even a killed process leaves anything behind.
public final class AtomicFile {
    /// `O_TMPFILE` without `O_DIRECTORY`; Glibc's Swift module leaves it out.
    private static let nameless: CInt = 0o20000000
    /// How often the system is told to begin writing to the disk.
    private static let stride: UInt64 = 32 << 20

    /// The name it will have.
    public let path: String
    private let descriptor: CInt
    private var temporary: String?
    /// Whether it is a device or a pipe, which gets no name and is on no disk.
    private let isStream: Bool
    private var written: UInt64 = 0
    private var begun: UInt64 = 0

    /// Begins an empty file in the folder of `path`.
    ///
    /// - Parameter mode: The permissions, of which the process's mask is taken.
    /// - Throws: ``SystemError`` when the folder is missing, closed or full.
    public init(_ path: String, mode: UInt32 = 0o666) throws(SystemError) {
        let folder = Self.folder(of: path)
        self.path = path
        isStream = false
        let opened = open(folder, O_WRONLY | O_CLOEXEC | O_DIRECTORY | Self.nameless, mode)
        if opened >= 0 {
            descriptor = opened
            temporary = nil
            return
        }
        let name = Self.temporaryName(for: path)
        let named = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
        guard named >= 0 else { throw SystemError("open") }
        descriptor = named
        temporary = name
    }

    /// Begins what a person has named: a device or a pipe is written to at once, and of a link the file is replaced that it
    /// leads to.
    ///
    /// Root may replace `/dev/null`, and would not be asked.
    ///
    /// - Throws: ``SystemError`` as ``init(_:mode:)`` does; `EISDIR` for a folder.
    public convenience init(output path: String, mode: UInt32 = 0o666) throws(SystemError) {
        var status = stat()
        switch stat(path, &status) == 0 ? status.st_mode & S_IFMT : 0 {
        case 0: try self.init(path, mode: mode)
        case S_IFREG: try self.init(Self.target(of: path), mode: mode)
        case S_IFDIR: throw SystemError("open", errno: EISDIR)
        default: try self.init(stream: path)
        }
    }

    private init(stream path: String) throws(SystemError) {
        self.path = path
        isStream = true
        temporary = nil
        descriptor = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else { throw SystemError("open") }
    }

    private static func target(of path: String) -> String {
        guard let target = realpath(path, nil) else { return path }
        defer { free(target) }
        return String(cString: target)
    }

    deinit {
        if let temporary { unlink(temporary) }
        close(descriptor)
    }

    /// Writes a text to what a person has named, whole or not at all.
    ///
    /// - Throws: ``SystemError`` as ``init(output:mode:)``, ``write(_:)`` and ``commit(durably:)`` do.
    public static func write(_ text: String, to path: String) throws(SystemError) {
        let file = try AtomicFile(output: path, mode: 0o644)
        try file.write(Array(text.utf8))
        try file.commit()
    }

    /// Whether it changed its folder already: it has a temporary name there.
    var isNamed: Bool { temporary != nil }

    /// How many bytes were added.
    public var count: UInt64 { written }

    /// Adds bytes at the end.
    ///
    /// - Throws: ``SystemError`` of `write`, such as `ENOSPC`.
    public func write(_ bytes: [UInt8]) throws(SystemError) {
        try bytes.withUnsafeBufferPointer { (bytes) throws(SystemError) in try write(UnsafeRawBufferPointer(bytes)) }
    }

    /// Adds bytes at the end.
    ///
    /// - Throws: ``SystemError`` of `write`, such as `ENOSPC`.
    public func write(_ bytes: UnsafeRawBufferPointer) throws(SystemError) {
        try bytes.write(to: descriptor)
        written += UInt64(bytes.count)
        // The disk works while we do, and the wait at the end is short.
        if !isStream, written - begun >= Self.stride {
            drover_begin_writing(descriptor, Int64(begun), Int64(written - begun))
            begun = written
        }
    }

    /// Brings all bytes to the disk and gives the file its name, replacing what had it.
    ///
    /// - Parameter durably: False for what may be missing or damaged after a fall of the machine: nothing waits for the disk.
    /// - Returns: How the file looks.
    /// - Throws: ``SystemError`` of `fsync`, `link` or `rename`.
    @discardableResult
    public func commit(durably: Bool = true) throws(SystemError) -> FileStamp {
        guard !isStream else { return try look() }
        if durably { try synchronise() }
        if temporary == nil {
            // A link cannot replace a file; a rename can.
            let name = Self.temporaryName(for: path)
            guard try link(as: name) else { throw SystemError("link", errno: EEXIST) }
            temporary = name
        }
        if let name = temporary {
            guard rename(name, path) == 0 else { throw SystemError("rename") }
            temporary = nil
        }
        if durably { Self.synchronise(Self.folder(of: path)) }
        return try look()
    }

    /// Brings all bytes to the disk and gives the file a name that its content has told, unless another file has it.
    ///
    /// - Parameter other: A name on the same file system.
    /// - Returns: How the file looks; nil when the name was taken, and then this can be called again.
    /// - Throws: ``SystemError`` of `fsync` or `link`.
    func commit(asNew other: String) throws(SystemError) -> FileStamp? {
        try synchronise()
        guard try link(as: other) else { return nil }
        if let name = temporary {
            unlink(name)
            temporary = nil
        }
        Self.synchronise(Self.folder(of: other))
        return try look()
    }

    private func synchronise() throws(SystemError) {
        guard fsync(descriptor) == 0 else { throw SystemError("fsync") }
    }

    /// Gives the file another name; false when that is taken.
    private func link(as name: String) throws(SystemError) -> Bool {
        let source = temporary ?? "/proc/self/fd/\(descriptor)"
        if linkat(AT_FDCWD, source, AT_FDCWD, name, AT_SYMLINK_FOLLOW) == 0 { return true }
        guard errno == EEXIST else { throw SystemError("link") }
        return false
    }

    private func look() throws(SystemError) -> FileStamp {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw SystemError("fstat") }
        return FileStamp(status)
    }

    /// Has those who look after the folder leave the file alone, as long as this object lives.
    func hold() { flock(descriptor, LOCK_SH) }

    static func folder(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: .slash) else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func temporaryName(for path: String) -> String {
        let folder = folder(of: path)
        return "\(folder == "/" ? "" : folder)/.drover-\(getpid())-\(UInt32.random(in: .min ... .max)).part"
    }

    /// The name is on the disk when its folder is; some file systems cannot say so, and then it is there soon.
    private static func synchronise(_ folder: String) {
        let opened = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard opened >= 0 else { return }
        fsync(opened)
        close(opened)
    }
}
