import Archive
import Glibc

/// Keeps one APK of a bundle readable: a file of the user's, or a nameless temporary file that holds an unpacked part.
///
/// An unpacked part has no name in any folder, so nothing is left behind however the program ends.
public final class PartFile: Sendable {
    /// A path that can be opened as long as this object lives.
    public let path: String
    private let descriptor: CInt?

    init(existing path: String) {
        self.path = path
        descriptor = nil
    }

    /// Unpacks the current entry of an archive.
    init(unpacking reader: inout ArchiveReader, of bundle: String) throws(APKError) {
        let descriptor = try Self.nameless(for: bundle)
        self.descriptor = descriptor
        path = "/proc/self/fd/\(descriptor)"
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
        defer { buffer.deallocate() }
        while true {
            let count: Int
            do {
                count = try reader.read(into: buffer)
            } catch {
                throw APKError(.damaged, bundle, "is damaged: \(error.reason)")
            }
            if count == 0 { return }
            try Self.write(UnsafeRawBufferPointer(rebasing: buffer[..<count]), to: descriptor, for: bundle)
        }
    }

    deinit {
        if let descriptor { close(descriptor) }
    }

    private static func nameless(for bundle: String) throws(APKError) -> CInt {
        let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var name = Array("\(folder)/drover-XXXXXX".utf8CString)
        let descriptor = mkstemp(&name)
        guard descriptor >= 0 else {
            throw APKError.system(bundle, "cannot be unpacked into \(folder)", errno)
        }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)  // cannot fail for an open descriptor
        unlink(name)
        return descriptor
    }

    private static func write(
        _ bytes: UnsafeRawBufferPointer, to descriptor: CInt, for bundle: String
    ) throws(APKError) {
        var rest = bytes
        while !rest.isEmpty {
            let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw APKError.system(bundle, "cannot be unpacked", errno) }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }
}
