import Crypto
import Dispatch
import Glibc

/// The versions of a folder of objects that are kept: a folder each, with the list of its files beside it, and the marks of the
/// objects that they came from.
///
/// A version is there when its list is. Nobody changes one, and one that nobody used for a week goes.
struct ObjectVersions {
    /// The folder of all versions.
    let place: String

    /// A file that an earlier version has.
    struct KnownFile {
        let path: String
        let sha256: String
    }

    private static let keptSeconds = 7 * 86_400

    /// The list of a version, which counts as used; nil when it is not there, or when somebody took files out of it.
    func list(of version: String) -> String? {
        guard let list = Self.text(of: "\(version).list"),
            Self.paths(in: list).allSatisfy({ access("\(version)/\($0)", F_OK) == 0 })
        else { return nil }
        utimes("\(version).list", nil)
        return list
    }

    /// The paths in a list of hashes and paths, as `sha256sum` prints them.
    private static func paths(in list: String) -> some Sequence<Substring> {
        list.split(separator: "\n").lazy.map { $0.dropFirst(2 * SHA256Digest.byteCount + 2) }
    }

    /// The files of all versions, by the marks of their objects.
    func knownFiles() -> [String: KnownFile] {
        var files: [String: KnownFile] = [:]
        for version in versions {
            guard let marks = Self.text(of: "\(version).marks") else { continue }
            for line in marks.split(separator: "\n") {
                let parts = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
                guard parts.count == 3 else { continue }
                files[String(parts[0])] = KnownFile(path: "\(version)/\(parts[2])", sha256: String(parts[1]))
            }
        }
        return files
    }

    /// Removes what nobody used for long, but for one version.
    func removeOld(but version: String) {
        let limit = time(nil) - Self.keptSeconds
        for old in versions where old != version {
            var status = stat()
            guard stat("\(old).list", &status) == 0, status.st_mtim.tv_sec < limit else { continue }
            guard let list = Self.text(of: "\(old).list") else { continue }
            remove(old, Self.paths(in: list).map(String.init))
        }
    }

    /// Removes a version, or what is left of one: these files, and the folders that they leave empty.
    func remove(_ version: String, _ paths: [String]) {
        // Without its list it is no version any more, whatever of it is left.
        unlink("\(version).list")
        unlink("\(version).marks")
        var folders: Set<String> = [version]
        for path in paths {
            unlink("\(version)/\(path)")
            var above = path.utf8[...]
            while let slash = above.lastIndex(of: UInt8(ascii: "/")) {
                above = above[..<slash]
                guard folders.insert("\(version)/\(Substring(above))").inserted else { break }
            }
        }
        for folder in folders.sorted(by: { $0.utf8.count > $1.utf8.count }) { rmdir(folder) }
    }

    private var versions: [String] {
        guard let stream = opendir(place) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasSuffix(".list"), name.count == 37 { names.append("\(place)/\(name.dropLast(5))") }
        }
        return names.sorted()
    }

    // MARK: Files

    /// Copies a file that must have so many bytes, beside the lanes; false when it cannot be copied.
    static func copy(_ source: String, to path: String, byteCount: Int64) async -> Bool {
        await withCheckedContinuation { continuation in
            disk.async { continuation.resume(returning: copyNow(source, to: path, byteCount)) }
        }
    }

    private static let disk = DispatchQueue(label: "drover.payloads.copy", target: .global())

    private static func copyNow(_ source: String, to path: String, _ byteCount: Int64) -> Bool {
        let from = open(source, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard from >= 0 else { return false }
        defer { close(from) }
        let temporary = "\(path).copy"
        let to = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard to >= 0 else { return false }
        defer { close(to) }
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        var copied: Int64 = 0
        while true {
            let count = read(from, &buffer, buffer.count)
            guard count > 0 else {
                guard count == 0, copied == byteCount, rename(temporary, path) == 0 else { break }
                return true
            }
            guard write(to, buffer, count) == count else { break }
            copied += Int64(count)
        }
        unlink(temporary)
        return false
    }

    /// The text of a file; nil when it cannot be read.
    static func text(of path: String) -> String? {
        guard let file = fopen(path, "re") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = fread(&block, 1, block.count, file)
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += block[..<count]
        }
    }
}
