import CArchive
import Glibc

/// The folder that an extraction fills, and the walk below it: name by name, following no link.
final class RootFolder {
    private let descriptor: Descriptor
    /// The folder that was used last: archives name one folder's files in a row.
    private var latest: (place: EntryLocation, folder: Descriptor)?
    private var temporaries: UInt64 = 0
    private let process = getpid()

    /// Opens the folder, and makes it when it is missing.
    init(_ path: String) throws(ArchiveError) {
        let operation = "unpack into \(path)"
        // One that is there already is as good, and everything else shows when it is opened.
        var made = ""
        for part in path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            made += String(decoding: part, as: UTF8.self)
            if !made.isEmpty { mkdir(made, 0o777) }
            made += "/"
        }
        let opened = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard opened >= 0 else { throw .system(operation, errno) }
        descriptor = Descriptor(opened)
    }

    /// Makes a folder with the folders above it.
    func makeFolder(_ place: EntryLocation) throws(ExtractionFailure) {
        _ = try folder(place, orElse: .noFolder)
    }

    /// Starts a file under a temporary name.
    func startFile(at place: EntryLocation, _ operation: String) throws(ExtractionFailure) -> PartialFile {
        let folder = try folder(place.parent)
        let name = place.names[place.names.count - 1]
        try refuseFolder(name, in: folder)
        var opened: CInt = -1
        let temporary = try named { temporary in
            opened = openat(folder.number, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
            return opened >= 0
        }
        return PartialFile(Descriptor(opened), in: folder, temporary: temporary, name: name, operation: operation)
    }

    /// Makes a symbolic link; its text was looked at.
    func makeLink(_ text: String, at place: EntryLocation) throws(ExtractionFailure) {
        try put(at: place) { folder, temporary in symlinkat(text, folder.number, temporary) == 0 }
    }

    /// Makes a second name of a file of this extraction.
    func makeHardLink(to target: EntryLocation, at place: EntryLocation) throws(ExtractionFailure) {
        let home = try folder(target.parent, orElse: .linkWithoutFile)
        let name = target.names[target.names.count - 1]
        var status = stat()
        guard fstatat(home.number, name, &status, AT_SYMLINK_NOFOLLOW) == 0, status.st_mode & 0o170000 == 0o100000
        else {
            throw .refused(.linkWithoutFile)
        }
        // Without AT_SYMLINK_FOLLOW: a link that took the file's place meanwhile is not followed.
        try put(at: place) { folder, temporary in linkat(home.number, name, folder.number, temporary, 0) == 0 }
    }

    /// Sets the mode and the time of a folder; what fails is left as it is, since the contents are there.
    func finishFolder(_ place: EntryLocation, mode: UInt32, modified: Int64?) {
        guard let folder = try? folder(place) else { return }
        fchmod(folder.number, mode & 0o777 | 0o700)
        folder.setTime(modified)
    }

    /// Makes something under a temporary name and gives it its own name in one step.
    private func put(
        at place: EntryLocation, _ make: (Descriptor, String) -> Bool
    ) throws(ExtractionFailure) {
        let folder = try folder(place.parent)
        let name = place.names[place.names.count - 1]
        try refuseFolder(name, in: folder)
        let temporary = try named { make(folder, $0) }
        guard renameat(folder.number, temporary, folder.number, name) == 0 else {
            let reason = errno
            unlinkat(folder.number, temporary, 0)
            throw .failed(.system("unpack \(place)", reason))
        }
        // Two names of one file are left both by a rename of one to the other.
        unlinkat(folder.number, temporary, 0)
    }

    /// Finds a name that is free; an archive may have taken some.
    private func named(_ make: (String) -> Bool) throws(ExtractionFailure) -> String {
        for _ in 0..<1_000 {
            temporaries += 1
            let name = ".drover-\(process)-\(temporaries).part"
            if make(name) { return name }
            guard errno == EEXIST else { throw .failed(.system("unpack", errno)) }
        }
        throw .failed(.system("unpack", EEXIST))
    }

    private func refuseFolder(_ name: String, in folder: Descriptor) throws(ExtractionFailure) {
        var status = stat()
        if fstatat(folder.number, name, &status, AT_SYMLINK_NOFOLLOW) == 0, status.st_mode & 0o170000 == 0o040000 {
            throw .refused(.folderInTheWay)
        }
    }

    /// Walks to a folder, making what is missing.
    private func folder(
        _ place: EntryLocation, orElse refusal: Refusal = .blockedPath
    ) throws(ExtractionFailure) -> Descriptor {
        if let latest, latest.place == place { return latest.folder }
        var current = descriptor
        for name in place.names {
            var next = openat(current.number, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            if next < 0, errno == ENOENT {
                guard mkdirat(current.number, name, 0o777) == 0 || errno == EEXIST else {
                    throw .failed(.system("unpack \(place)", errno))
                }
                next = openat(current.number, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            }
            guard next >= 0 else {
                if errno == ELOOP || errno == ENOTDIR { throw .refused(refusal) }
                throw .failed(.system("unpack \(place)", errno))
            }
            current = Descriptor(next)
        }
        latest = (place, current)
        return current
    }
}

/// Owns one open file or folder.
final class Descriptor {
    let number: CInt

    init(_ number: CInt) { self.number = number }

    deinit { close(number) }

    /// `UTIME_OMIT`, which Swift does not import.
    private static let leaveOut = (1 << 30) - 2

    /// Sets the time of the last change; a time that the file system does not know is left out.
    func setTime(_ modified: Int64?) {
        guard let modified else { return }
        var times = (timespec(tv_sec: 0, tv_nsec: Self.leaveOut), timespec(tv_sec: time_t(modified), tv_nsec: 0))
        withUnsafePointer(to: &times) { pointer in
            _ = pointer.withMemoryRebound(to: timespec.self, capacity: 2) { futimens(number, $0) }
        }
    }
}

extension ArchiveError {
    /// An error of the system, in its words.
    static func system(_ operation: String, _ number: CInt) -> ArchiveError {
        ArchiveError(.cannotWrite, operation, reason: String(cString: strerror(number)))
    }
}
