import Archive
import Farm
import Glibc
import Lanes

/// Files of a delivery in one archive, in a file without a name: mapped, it counts as nobody's memory and ends with the run.
enum PackedFiles {
    /// Phones that unpack as the shell user get what a push gives them: the owner's bits for everybody.
    private static func widened(_ mode: UInt32) -> UInt32 {
        let owner = mode >> 6 & 7
        return owner << 6 | owner << 3 | owner
    }

    /// Packs in the order of the entries; blocks for as long as the disk takes.
    static func pack(_ entries: [FilesPayload.Entry]) throws(PayloadError) -> SharedBytes {
        let file: Scratch
        do {
            file = try Scratch()
            var writer = try ArchiveWriter(.tar) { (block) throws(ArchiveError) in try file.write(block) }
            for entry in entries {
                switch entry.content {
                case .folder:
                    try writer.begin(WrittenEntry(path: entry.path, kind: .folder, modified: entry.modified))
                case .link(let target):
                    try writer.begin(
                        WrittenEntry(path: entry.path, kind: .link(to: target), modified: entry.modified))
                case .bytes(let bytes):
                    try writer.begin(
                        WrittenEntry(
                            path: entry.path, kind: .file(size: UInt64(bytes.count)), mode: widened(entry.mode),
                            modified: entry.modified))
                    try bytes.withUnsafeBytes { (all: UnsafeRawBufferPointer) throws(ArchiveError) in
                        try writer.write(all)
                    }
                }
            }
            try writer.finish()
            return try file.mapped()
        } catch let error as ArchiveError {
            throw PayloadError(path: error.operation, reason: "cannot be packed: \(error.reason)")
        } catch let error as SystemError {
            throw PayloadError(
                path: TemporaryPlace.folder, reason: "cannot hold an archive: \(error.reason)",
                advice: "name a folder with room in TMPDIR")
        } catch {
            throw PayloadError(path: TemporaryPlace.folder, reason: "cannot hold an archive")
        }
    }

    /// A file that only this process can see.
    private final class Scratch {
        private let descriptor: CInt

        init() throws(SystemError) {
            var template = Array("\(TemporaryPlace.folder)/drover-pack.XXXXXX".utf8CString)
            descriptor = mkstemp(&template)
            guard descriptor >= 0 else { throw SystemError("mkstemp") }
            unlink(template)
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        }

        deinit { close(descriptor) }

        func write(_ block: UnsafeRawBufferPointer) throws(ArchiveError) {
            do throws(SystemError) {
                try block.write(to: descriptor)
            } catch {
                throw ArchiveError(.cannotWrite, TemporaryPlace.folder, reason: error.reason)
            }
        }

        func mapped() throws(SystemError) -> SharedBytes { try SharedBytes(mapping: "/proc/self/fd/\(descriptor)") }
    }
}

/// Where this process keeps large files for a while: `$TMPDIR`, else `/var/tmp`, which is on a disk.
enum TemporaryPlace {
    static var folder: String { getenv("TMPDIR").map { String(cString: $0) } ?? "/var/tmp" }
}
