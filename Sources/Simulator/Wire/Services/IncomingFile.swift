import ADBWire

/// A file on its way from the host to the phone.
final class IncomingFile {
    private let path: String
    private let mode: UInt32
    private let isDryRun: Bool
    private let device: SimulatedDevice
    private var writer: ContentWriter
    private var destination: [UInt8] = []
    /// Why the file is not taken, in adbd's words; the rest of it is read and thrown away then.
    var failure: String?

    init(path: String, mode: UInt32, isDryRun: Bool, _ device: SimulatedDevice) {
        self.path = path
        self.mode = mode
        self.isDryRun = isDryRun
        self.device = device
        // An APK may be installed from here, and must be readable then.
        let contents = device.making.contents
        writer = ContentWriter(store: contents, mustKeep: path.hasSuffix(".apk"), guess: contents.guess(path))
    }

    private var isLink: Bool { mode & FileType.mask == FileType.symlink }

    /// Makes missing folders and takes away what is there, as adbd does before the first byte.
    func prepare() {
        guard !isDryRun else { return }
        if device.profile.quirks.contains(.brokenPushFolders), !device.files.exists(RemotePath.parent(path)) {
            failure = "secure_mkdirs failed: \(FileError.notPermitted.text)"
            return
        }
        do throws(FileError) {
            try device.files.makeParents(of: path, at: device.seconds)
        } catch {
            failure = "secure_mkdirs failed: \(error.text)"
            return
        }
        do throws(FileError) {
            let location = try device.files.locate(path, followLast: false)
            if let entry = location.entry {
                if entry.isFolder { throw .isDirectory }
                if case .device = entry.kind { return }
                if !isLink || entry.destination == nil { try device.files.remove(path, at: device.seconds) }
            } else if let refusal = AccessRules.refusal(inside: location.names.dropLast()) {
                throw refusal
            }
        } catch {
            // A link that cannot be taken away is written through, and may lead to a folder.
            let isFolder = (try? device.files.entry(path))?.isFolder == true
            failure = "couldn't create file: \(isFolder ? FileError.isDirectory.text : error.text)"
        }
    }

    func take(_ bytes: UnsafeRawBufferPointer) {
        if isLink {
            guard destination.count + bytes.count <= 4096 else { return }
            return destination.append(contentsOf: bytes)
        }
        do throws(FileError) {
            if !isDryRun, writer.size + UInt64(bytes.count) > device.files.freeBytes { throw .noSpace }
            try writer.append(bytes)
        } catch {
            failure = "write failed: \(error.text)"
        }
    }

    func finish(_ time: Int64) {
        do throws(FileError) {
            let content = try writer.finish()
            if !isDryRun {
                try put(content, time)
                device.making.contents.remember(content, at: path)
                device.recordFiles()
            }
            device.record.count { $0.receivedFiles += 1 }
            device.record.note { [path, mode] in
                $0.files.append(
                    .init(path: path, bytes: content.size, digest: content.digest, mode: mode, modified: time))
            }
        } catch {
            failure = isLink ? "symlink failed: \(error.text)" : "write failed: \(error.text)"
        }
    }

    private func put(_ content: FileContent, _ time: Int64) throws(FileError) {
        guard isLink else {
            // adbd gives group and others what the user has.
            let user = mode >> 6 & 7
            try device.files.write(
                content, to: path, permissions: user << 6 | user << 3 | user, at: device.seconds, modified: time)
            return
        }
        let target = String(decoding: destination.prefix { $0 != 0 }, as: UTF8.self)
        try device.files.link(target, at: path, time: time)
    }
}
