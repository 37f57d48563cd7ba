import Glibc

/// Unpacks an archive into a folder that cannot be left, whatever the archive says.
///
/// Every name on a path is opened by itself and no link is followed; a file has a temporary name until it is whole; modes
/// lose set-user-id and its like, and owners are not kept. What cannot be unpacked safely is passed over and told of.
/// A later entry of the same name replaces an earlier one, as in tar.
///
/// ```swift
/// var reader = try ArchiveReader(descriptor: descriptor, kinds: .all)
/// let report = try Extraction.unpack(&reader, into: "build/assets")
/// ```
public struct Extraction: ~Copyable {
    private let root: RootFolder
    private let strip: Int
    private let limits: ArchiveLimits
    private var report = ExtractionReport()
    /// The files that this extraction made, by each of their names.
    private var made: [EntryLocation: MadeFile] = [:]
    /// The folders whose modes and times are set last, so that they neither hinder nor change.
    private var folders: [EntryLocation: ArchiveEntry] = [:]

    /// A file with all its names, which share it: therefore a class.
    private final class MadeFile {
        var names: [EntryLocation]
        var isEmpty: Bool

        init(_ name: EntryLocation, isEmpty: Bool) {
            names = [name]
            self.isEmpty = isEmpty
        }
    }

    private init(_ root: consuming RootFolder, stripping strip: Int, limits: ArchiveLimits) {
        self.root = root
        self.strip = strip
        self.limits = limits
    }

    /// Unpacks all entries that are left in the reader.
    ///
    /// - Parameters:
    ///   - folder: Where to; made when it is missing, with the folders above it. Links in this path are the caller's
    ///     own and are followed.
    ///   - strip: The names that are left out at the front of each path.
    ///   - limits: The lengths and depths of paths; the rest is the reader's.
    /// - Throws: ``ArchiveError`` of the reader, or `cannotWrite`. Files that were whole by then stay.
    public static func unpack(
        _ reader: inout ArchiveReader, into folder: String, stripping strip: Int = 0,
        limits: ArchiveLimits = ArchiveLimits()
    ) throws(ArchiveError) -> ExtractionReport {
        var extraction = Extraction(try RootFolder(folder), stripping: strip, limits: limits)
        while let entry = try reader.next() {
            do throws(ExtractionFailure) {
                try extraction.unpack(entry, from: &reader)
            } catch {
                switch error {
                case .refused(let reason): extraction.report.passOver(entry.path, reason)
                case .failed(let failure): throw failure
                }
            }
        }
        extraction.finishFolders()
        return extraction.report
    }

    private mutating func unpack(
        _ entry: ArchiveEntry, from reader: inout ArchiveReader
    ) throws(ExtractionFailure) {
        let place: EntryLocation
        do throws(Refusal) {
            place = try EntryLocation(entry.path, stripping: strip, limits: limits)
        } catch {
            throw .refused(error)
        }
        if case .other(let what) = entry.kind { throw .refused(.special(what)) }
        if place.names.isEmpty {
            // "./": the folder itself, whose mode and time are not the archive's to say.
            guard entry.kind == .folder else { throw .refused(.noName) }
            return
        }
        switch entry.kind {
        case .folder:
            try root.makeFolder(place)
            folders[place] = entry
            report.folders += 1
        case .file:
            try unpackFile(entry, place, from: &reader)
        case .link(let text):
            guard Self.staysInside(text, at: place) else { throw .refused(.linkLeavesFolder) }
            try root.makeLink(text, at: place)
            made[place] = nil
            report.links += 1
        case .hardLink(let text):
            try unpackHardLink(entry, place, to: text, from: &reader)
        case .other: break
        }
    }

    private mutating func unpackFile(
        _ entry: ArchiveEntry, _ place: EntryLocation, from reader: inout ArchiveReader
    ) throws(ExtractionFailure) {
        let operation = "unpack \(entry.path)"
        var file = try root.startFile(at: place, operation)
        if let size = entry.size, !entry.isSparse { try file.reserve(size) }
        var end: UInt64 = 0
        do throws(ArchiveError) {
            while try reader.readBlock({ (offset, bytes) throws(ArchiveError) in
                try file.write(bytes, at: offset)
                end = max(end, offset + UInt64(bytes.count))
            }) {}
        } catch {
            throw .failed(ArchiveError(error.code, operation, reason: error.reason))
        }
        let size = entry.size ?? end
        guard end == size || (entry.isSparse && end < size) else {
            throw .failed(
                ArchiveError(
                    .damaged, operation, reason: "the archive promised \(size) bytes, and the entry has \(end)"))
        }
        guard size <= limits.bytes - report.bytes else {
            throw .failed(ArchiveError(.overLimit, operation, reason: "more than \(limits.bytes) bytes of content"))
        }
        try file.finish(size: size, written: end, mode: entry.mode, modified: entry.modified)
        made[place] = MadeFile(place, isEmpty: size == 0)
        report.files += 1
        report.bytes += size
    }

    /// Makes a second name.
    ///
    /// Cpio archives keep the content with the last name, and the names before are those of an empty file; older ones
    /// repeat it with each name.
    private mutating func unpackHardLink(
        _ entry: ArchiveEntry, _ place: EntryLocation, to text: String, from reader: inout ArchiveReader
    ) throws(ExtractionFailure) {
        // An unusable path names no file that was unpacked.
        guard let target = try? EntryLocation(text, stripping: strip, limits: limits), let file = made[target] else {
            throw .refused(.linkWithoutFile)
        }
        if file.isEmpty, let size = entry.size, size > 0 {
            try unpackFile(entry, place, from: &reader)
            for name in file.names where name != place && made[name] === file {
                try root.makeHardLink(to: place, at: name)
                made[place]?.names.append(name)
                made[name] = made[place]
            }
            return
        }
        report.files += 1
        guard target != place else { return }
        try root.makeHardLink(to: target, at: place)
        file.names.append(place)
        made[place] = file
    }

    /// Whether a link's text stays inside the folder, whatever other links the archive has.
    ///
    /// Climbing is allowed at the front alone: there the folders are real. Behind a name, which may itself be a link to
    /// anywhere inside, a `..` could climb from anywhere.
    public static func staysInside(_ text: String, at place: EntryLocation) -> Bool {
        guard !text.isEmpty, text.utf8.first != UInt8(ascii: "/"), text.utf8.count < 4_096 else { return false }
        let parts = text.utf8.split(separator: UInt8(ascii: "/")).map { String(decoding: $0, as: UTF8.self) }
            .filter { $0 != "." }
        let climbs = parts.prefix { $0 == ".." }.count
        return climbs <= place.names.count - 1 && !parts.dropFirst(climbs).contains("..")
    }

    private func finishFolders() {
        // The deepest first, since a folder's time changes with what is made in it.
        for (place, entry) in folders.sorted(by: { $0.key.names.count > $1.key.names.count }) {
            root.finishFolder(place, mode: entry.mode, modified: entry.modified)
        }
    }
}

/// Why one entry was not unpacked: passed over, or the end of it all.
enum ExtractionFailure: Error {
    case refused(Refusal)
    case failed(ArchiveError)
}
