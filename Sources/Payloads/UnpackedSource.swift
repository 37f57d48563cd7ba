import Archive
import Crypto
import Farm
import Glibc
import Lanes
import Packing

/// Opens the files inside an archive.
///
/// They are unpacked into a folder of their own, opened, and removed again: what is mapped stays as long as it is used.
struct UnpackedSource {
    let definition: PayloadDefinition
    let place: String

    func open(_ rules: FilesSource.Rules) throws(PayloadError) -> Opened<FilesPayload> {
        guard let stamp = FileStamp(of: place) else {
            throw PayloadError(path: definition.from, reason: "does not exist")
        }
        if let due = definition.sha256 { try compare(due) }
        let folder = try Self.makeFolder()
        defer { Self.remove(folder) }
        try unpack(into: folder)
        let found: Opened<FilesPayload>
        do throws(PayloadError) {
            // The folder is another one each time, and nothing that is known of it would be found again.
            found = try FilesSource(hashes: FileHashes(memory: nil)).open(folder, rules)
        } catch {
            throw PayloadError(path: definition.from, reason: error.reason, advice: error.advice)
        }
        let payload = FilesPayload(isFolder: true, entries: found.value.entries, source: definition.from)
        return Opened(value: payload, stamps: StampedPaths(root: stamp, below: []))
    }

    private func compare(_ due: String) throws(PayloadError) {
        let found: String
        do throws(SystemError) {
            found = try LocalFile.open(place).hash().hex
        } catch {
            throw PayloadError(path: definition.from, reason: "cannot be read: \(error.reason)")
        }
        guard found == due else { throw DefinedFiles.otherContent(definition.from, due, found) }
    }

    private func unpack(into folder: String) throws(PayloadError) {
        let descriptor = Glibc.open(place, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw PayloadError(path: definition.from, reason: "cannot be read: \(SystemError("open").reason)")
        }
        defer { close(descriptor) }
        do throws(ArchiveError) {
            var reader = try ArchiveReader(descriptor: descriptor, kinds: .all)
            let report = try Extraction.unpack(&reader, into: folder)
            guard let first = report.passedOver.first else { return }
            let others = report.passedOverCount > 1 ? "; and \(report.passedOverCount - 1) more" : ""
            throw ArchiveError(
                .damaged, "unpack \(definition.from)", reason: "holds \(first.path), which \(first.reason)\(others)")
        } catch {
            throw PayloadError(
                path: definition.from, reason: "cannot be unpacked: \(error.reason)",
                advice: error.code == .cannotOpen
                    ? "leave `unpack` out to deliver the file as it is" : "`drover inspect` shows what it holds")
        }
    }

    private static func makeFolder() throws(PayloadError) -> String {
        let above = TemporaryPlace.folder
        var template = Array("\(above)/drover-unpack.XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw PayloadError(
                path: above, reason: "cannot hold what is unpacked: \(SystemError("mkdtemp").reason)",
                advice: "name a folder with room in TMPDIR")
        }
        return String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Links are removed and not followed.
    private static func remove(_ path: String) {
        if unlink(path) == 0 { return }
        // A folder's own mode may keep us out.
        chmod(path, 0o700)
        if let names = try? Folder.open(path).names() {
            for name in names { remove("\(path)/\(String(decoding: name, as: UTF8.self))") }
        }
        rmdir(path)
    }
}
