/// Lists an archive, or puts its entries on the phone, as its bytes arrive.
///
/// Each file is there as soon as its last byte has come; folders get their times at the end, as what is put into them
/// changes these.
final class TarReader {
    private let request: TarCommand.Request
    private let call: ShellCall
    private let device: SimulatedDevice
    private var parser = TarParser()
    private var status: Int32 = 0
    private var isEmpty = true
    private var lines: LineOutput
    /// The names from the root of the folder that is unpacked into.
    private var base: [String] = []
    private var rootPath = ""
    private var folderTimes: [(names: [String], modified: Int64)] = []

    /// The file under way.
    private var entry: TarEntry?
    private var writer: ContentWriter?
    /// What the file under way probably is.
    private var guess: FileContent?
    private var place: (folder: [String], name: String, path: String)?
    /// The folder that the last entry was put into, as archives bring a folder's files together.
    private var lastFolder: (path: String, names: [String])?
    private var receivedFiles = 0
    private var received: [PhoneDeeds.ReceivedFile] = []

    init(_ request: TarCommand.Request, _ call: ShellCall) {
        self.request = request
        self.call = call
        device = call.device
        lines = LineOutput(call.streams.output)
    }

    /// Finds the folder to unpack into; a status when there is none.
    func begin() -> Int32? {
        let path = call.absolute(request.folder ?? ".")
        do throws(FileError) {
            let location = try device.files.locate(path)
            guard let found = location.entry else { throw .noSuchFile }
            guard found.isFolder else { throw .notDirectory }
            base = location.names
            rootPath = location.path
            return nil
        } catch { return call.complain("chdir '\(request.folder ?? ".")': \(error.text)") }
    }

    /// Takes bytes off the front; a status when the archive is over.
    func take(_ bytes: inout UnsafeRawBufferPointer) -> Int32? {
        if !bytes.isEmpty { isEmpty = false }
        while let event = parser.next(&bytes) {
            switch event {
            case .entry(let entry): begin(entry)
            case .content(let part): if let failure = add(part) { return finish(failure) }
            case .entryEnded: if let failure = endEntry() { return finish(failure) }
            case .ended: return finish(status == 0 ? 0 : call.complain("had errors"))
            case .refused(let words): return finish(call.complain(words))
            }
        }
        return nil
    }

    /// The stream has ended; archives without their last two blocks are taken as they are.
    func streamEnded() -> Int32 {
        guard !isEmpty else { return finish(call.complain("Not tar")) }
        guard !parser.isBetweenEntries else { return finish(status == 0 ? 0 : call.complain("had errors")) }
        // What came of the last file stays, as a phone leaves it.
        if writer != nil { _ = try? put() }
        return finish(call.complain("EOF: Illegal seek"))
    }

    /// - Parameter status: What a failure that ended everything gave, or what single entries have left.
    private func finish(_ status: Int32) -> Int32 {
        writer = nil
        for (names, modified) in folderTimes.reversed() {
            // Folders that have gone meanwhile have no time.
            try? device.files.setTime(names, modified)
        }
        lines.flush()
        device.record.count { [receivedFiles] in $0.receivedFiles += receivedFiles }
        device.record.note { [received] in $0.files += received }
        return status
    }

    // MARK: Entries

    private func begin(_ entry: TarEntry) {
        self.entry = entry
        place = nil
        writer = nil
        guard let name = stripped(entry.path), isWanted(name) else { return }
        if request.action == "t" { return show(entry) }
        if request.isVerbose { lines.write(entry.path) }
        do throws(FileError) {
            try prepare(entry, name)
        } catch {
            status = call.complain("\(name): \(error.text)")
            place = nil
        }
    }

    private func stripped(_ path: String) -> String? {
        guard request.stripped > 0 else { return path }
        let names = path.split(separator: "/", omittingEmptySubsequences: true)
        return names.count > request.stripped ? names.dropFirst(request.stripped).joined(separator: "/") : nil
    }

    private func isWanted(_ name: String) -> Bool {
        guard !request.names.isEmpty else { return true }
        return request.names.contains { name == $0 || name.hasPrefix($0.hasSuffix("/") ? $0 : $0 + "/") }
    }

    /// Finds the entry's folder, which must lie inside of ours whatever links lead out.
    private func prepare(_ entry: TarEntry, _ name: String) throws(FileError) {
        guard let (parent, last) = Self.parts(name) else { return }
        guard last != ".." else { return refuse(name, base.dropLast(), "") }
        guard let folder = try folder(parent, name) else { return }
        switch entry.kind {
        case .file:
            let path = root + "/" + (name.hasPrefix("./") ? name.dropFirst(2) : name[...])
            place = (folder, last, path)
            guess = device.making.contents.guess(path)
            writer = ContentWriter(store: device.making.contents, guess: guess)
        case .folder:
            try device.files.makeFolder(in: folder, last, permissions: mode(entry), at: device.seconds)
            if request.keepsTimes { folderTimes.append((folder + [last], entry.modified)) }
        case .link(let target):
            let path = "/" + (folder + [last]).joined(separator: "/")
            if (try? device.files.entry(path, followLast: false)) != nil {
                try device.files.remove(path, at: device.seconds)
            }
            try device.files.link(target, at: path, time: request.keepsTimes ? entry.modified : device.seconds)
        case .hardLink(let target): try copy(target, folder, last, name)
        case .other: throw .notPermitted
        }
    }

    /// The way to an entry's folder and its own name; nil for the folder itself.
    private static func parts(_ name: String) -> (parent: String, last: String)? {
        let slash = UInt8(ascii: "/")
        var text = name[...]
        while text.utf8.last == slash { text = text.dropLast() }
        let start = text.utf8.lastIndex(of: slash).map { text.utf8.index(after: $0) } ?? text.startIndex
        let last = String(text[start...])
        return last.isEmpty || last == "." ? nil : (String(text[..<start]), last)
    }

    /// The folder that is unpacked into, as a path.
    private var root: String { base.isEmpty ? "" : rootPath }

    private func refuse(_ name: String, _ folder: some Collection<String>, _ rest: String) {
        let place = ([""] + folder + (rest.isEmpty ? [] : [rest])).joined(separator: "/")
        status = call.complain("'\(name)' \(place) not under '/\(base.joined(separator: "/"))'")
    }

    /// A folder by its path in the archive, made when it is missing; nil when it lies outside, which has been told then.
    private func folder(_ path: String, _ name: String) throws(FileError) -> [String]? {
        if let lastFolder, lastFolder.path == path { return lastFolder.names }
        let whole = root + "/" + path
        var location = try? device.files.locate(whole)  // what is missing is made below
        if let found = location, !found.names.starts(with: base) {
            refuse(name, found.names, RemotePath.last(name))
            return nil
        }
        if location?.entry == nil {
            // Step by step, since a link on the way may lead out.
            var sofar = root
            for part in RemotePath.names(path) {
                sofar += "/" + part
                let step = try device.files.locate(sofar)
                guard step.names.starts(with: base) else {
                    refuse(name, step.names, RemotePath.last(name))
                    return nil
                }
                if step.entry == nil { try device.files.makeFolder(sofar, permissions: 0o755, at: device.seconds) }
            }
            location = try device.files.locate(whole)
        }
        guard let location, location.entry?.isFolder == true else { throw .notDirectory }
        if let refusal = device.files.refusal(inside: location.names) { throw refusal }
        lastFolder = (path, location.names)
        return location.names
    }

    private func mode(_ entry: TarEntry) -> UInt32 { entry.mode & 0o777 }

    private func copy(_ target: String, _ folder: [String], _ last: String, _ name: String) throws(FileError) {
        let location = try device.files.locate(root + "/" + target, followLast: false)
        guard location.names.starts(with: base) else { return refuse(name, location.names, "") }
        guard let found = location.entry, case .file(let content) = found.kind else { throw .noSuchFile }
        try device.files.place(
            content, in: folder, last, permissions: found.permissions, modified: found.modified, at: device.seconds)
    }

    // MARK: Contents

    private func add(_ part: UnsafeRawBufferPointer) -> Int32? {
        guard let writer else { return nil }
        do throws(FileError) {
            if writer.size + UInt64(part.count) > device.files.freeBytes {
                // What fitted stays, as a phone leaves it.
                let room = Int(device.files.freeBytes - min(writer.size, device.files.freeBytes))
                try writer.append(UnsafeRawBufferPointer(rebasing: part[..<room]))
                _ = try put()
                throw .noSpace
            }
            try writer.append(part)
            return nil
        } catch { return call.complain("write: \(error.text)") }
    }

    private func endEntry() -> Int32? {
        guard writer != nil else { return nil }
        do throws(FileError) {
            guard let entry, let place, let content = try put() else { return nil }
            receivedFiles += 1
            if device.record.detail == .full {
                received.append(
                    .init(
                        path: place.path, bytes: content.size, digest: content.digest, mode: 0o100000 | entry.mode,
                        modified: entry.modified))
            }
        } catch {
            guard error != .noSpace else { return call.complain("write: \(error.text)") }
            status = call.complain("\(entry?.path ?? ""): \(error.text)")
        }
        return nil
    }

    private func put() throws(FileError) -> FileContent? {
        guard let entry, let place, let writer = writer.take() else { return nil }
        let content = try writer.finish()
        try device.files.place(
            content, in: place.folder, place.name, permissions: mode(entry),
            modified: request.keepsTimes ? entry.modified : device.seconds, at: device.seconds)
        if content !== guess { device.making.contents.remember(content, at: place.path) }
        return content
    }

    // MARK: Listing

    private func show(_ entry: TarEntry) {
        let (type, arrow): (UInt32, String) =
            switch entry.kind {
            case .file, .other: (0o100000, "")
            case .folder: (0o040000, "")
            case .link(let target): (0o120000, " -> \(target)")
            case .hardLink(let target): (0o100000, " link to \(target)")
            }
        guard request.isVerbose else { return lines.write(entry.path + arrow) }
        let time = CivilTime(seconds: entry.modified).text.dropLast(3)
        lines.write(
            "\(FileMode.text(type | entry.mode)) \(entry.owner)/\(entry.group) "
                + "\(String(entry.size).leftPadded(to: 9))  \(time) \(entry.path)\(arrow)")
    }
}
