import Lanes

/// Why the service cannot unpack an archive.
struct ArchiveProblem: Error {
    let text: String
}

/// Unpacks plain archives as the service does: at the root of the phone, with the owners that stand in them.
enum PhoneArchive {
    /// Calls `take` for every entry with the bytes of files; contents over 1 MiB lie in temporary files.
    static func read(
        _ archive: SharedBytes, into store: ContentStore,
        _ take: (TarEntry, FileContent?) throws(ArchiveProblem) -> Void
    ) throws(ArchiveProblem) {
        var parser = TarParser()
        var entry: TarEntry?
        var writer: ContentWriter?
        try archive.withUnsafeBytes { (all) throws(ArchiveProblem) in
            var rest = all
            while let event = parser.next(&rest) {
                switch event {
                case .entry(let found):
                    entry = found
                    writer = found.kind == .file ? ContentWriter(store: store, mustKeep: true) : nil
                case .content(let bytes): try write(bytes, to: writer)
                case .entryEnded:
                    if let entry { try take(entry, try content(of: writer)) }
                    entry = nil
                    writer = nil
                case .ended: return
                case .refused: throw ArchiveProblem(text: "the file is no plain tar archive")
                }
            }
            guard parser.isBetweenEntries else { throw ArchiveProblem(text: "the archive ends too early") }
        }
    }

    private static func write(_ bytes: UnsafeRawBufferPointer, to writer: ContentWriter?) throws(ArchiveProblem) {
        do throws(FileError) { try writer?.append(bytes) } catch { throw ArchiveProblem(text: error.text) }
    }

    private static func content(of writer: ContentWriter?) throws(ArchiveProblem) -> FileContent? {
        do throws(FileError) { return try writer?.finish() } catch { throw ArchiveProblem(text: error.text) }
    }

    /// Where an entry belongs on the phone: `data/media/0` is what phones show as their shared storage.
    static func place(of path: String) throws(ArchiveProblem) -> String {
        let names = RemotePath.names(path).map(String.init).filter { $0 != "." }
        guard !names.contains("..") else { throw ArchiveProblem(text: "\(path) leads out of the archive") }
        if names.starts(with: ["data", "media", "0"]) {
            return "/" + (["storage", "emulated", "0"] + names.dropFirst(3)).joined(separator: "/")
        }
        guard let first = names.first else { return "/" }
        guard ["data", "cache", "storage", "sdcard"].contains(first) else {
            throw ArchiveProblem(text: "\(path): Read-only file system")
        }
        return "/" + names.joined(separator: "/")
    }

    static func number(_ owner: String) -> UInt32 {
        switch owner {
        case "root": 0
        case "system": 1000
        case "media_rw": 1023
        case "shell": 2000
        case _ where owner.hasPrefix("u0_a"): 10_000 + (UInt32(owner.dropFirst(4)) ?? 0)
        default: UInt32(owner) ?? 0
        }
    }
}

extension SimulatedPhone {
    /// Unpacks a plain archive at the phone's root.
    ///
    /// - Returns: What went wrong; nil when all is there.
    func unpack(_ archive: SharedBytes) -> String? { startedCore().device.unpack(archive) }

    /// Shows files of the storage that it shares with other phones, unless it has something of its own there.
    func show(_ entries: [SharedEntry]) { startedCore().device.show(entries) }

    /// Hides what was shared; what a phone has of its own at the same places stays.
    func hide(_ entries: [SharedEntry]) { startedCore().device.hide(entries) }
}

extension SimulatedDevice {
    /// Unpacks a plain archive at the root; what went wrong, or nil when all is there.
    func unpack(_ archive: SharedBytes) -> String? {
        var count = 0
        do throws(ArchiveProblem) {
            try PhoneArchive.read(archive, into: making.contents) { entry, content throws(ArchiveProblem) in
                let place = try PhoneArchive.place(of: entry.path)
                do throws(FileError) {
                    if content != nil { count += 1 }
                    try unpack(entry, content, at: place)
                } catch { throw ArchiveProblem(text: "\(entry.path): \(error.text)") }
            }
        } catch { return error.text }
        record.count { [count] in $0.receivedFiles += count }
        files.writtenFiles += count
        recordFiles()
        return nil
    }

    /// Shows shared files; nothing that a phone has of its own is replaced, and the bytes are those of all phones.
    fileprivate func show(_ entries: [SharedEntry]) {
        for shared in entries {
            guard let place = try? PhoneArchive.place(of: shared.entry.path) else { continue }
            if (try? files.entry(place, followLast: false, as: .system)) != nil, !shows(shared, at: place) { continue }
            try? unpack(shared.entry, shared.content, at: place, keeps: true)
        }
    }

    private func shows(_ shared: SharedEntry, at place: String) -> Bool {
        guard let own = try? files.entry(place, followLast: false, as: .system), case .file(let content) = own.kind
        else { return false }
        return content.size == shared.content.size && content.digest == shared.content.digest
    }

    /// Hides shared files, and the folders that are empty without them.
    fileprivate func hide(_ entries: [SharedEntry]) {
        for shared in entries {
            guard let place = try? PhoneArchive.place(of: shared.entry.path), shows(shared, at: place) else { continue }
            try? files.remove(place, at: seconds, as: .system)
            var folder = RemotePath.parent(place)
            while RemotePath.names(folder).count > 3, (try? files.removeFolder(folder, at: seconds)) != nil {
                folder = RemotePath.parent(folder)
            }
        }
    }

    /// Puts one entry in place as root does, with the owner that the archive tells.
    private func unpack(
        _ entry: TarEntry, _ content: FileContent?, at place: String, keeps: Bool = false
    ) throws(FileError) {
        guard place != "/" else { return }
        try files.makeParents(of: place, permissions: 0o771, at: seconds, as: .system)
        switch entry.kind {
        case .file:
            let kept = keeps || making.contents.retention == .keep ? content : content?.discarded()
            try files.write(
                kept ?? .bytes([]), to: place, permissions: entry.mode & 0o7777, at: seconds,
                modified: entry.modified, as: .system)
        case .folder: try files.makeFolder(place, parents: true, permissions: entry.mode, at: seconds, as: .system)
        case .link(let target): try files.link(target, at: place, time: entry.modified, as: .system)
        case .hardLink(let target):
            let source = "/" + RemotePath.names(target).joined(separator: "/")
            try files.write(try files.read(source, as: .system), to: place, at: seconds, as: .system)
        case .other: throw .notPermitted
        }
        // Folders that were there, such as `data` itself, keep their owner.
        if entry.kind == .folder, RemotePath.names(place).count < 3 { return }
        try files.update(place, followLast: false, as: .system) { found in
            found.owner = PhoneArchive.number(entry.owner)
            found.group = PhoneArchive.number(entry.group)
            if entry.kind == .file || entry.kind == .folder { found.permissions = entry.mode & 0o7777 }
        }
    }
}
