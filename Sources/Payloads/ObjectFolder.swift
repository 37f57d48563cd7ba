import Crypto
import Farm
import Fetching
import Glibc
import Lanes
import Packing

/// A folder of objects as it is kept here: one folder for each version of the list, which nobody changes once it is whole.
///
/// So a run that reads an older version is not disturbed, and a list that says the same again brings nothing.
struct ObjectFolder {
    /// One object that is meant, and where it goes.
    struct Member {
        /// Below the folder.
        let path: String
        let object: SuppliedObject

        /// The object and its version, in 64 hex digits.
        var mark: String {
            SHA256.hash(of: "\(object.origin.identity)\n\(object.byteCount) \(object.version)").hex
        }
    }

    /// What a folder came to.
    struct Fetched {
        let path: String
        /// How many bytes had to come.
        let newBytes: Int64
        /// The hash of the list of all files: their hashes and paths, as `sha256sum` prints them.
        let sum: String
    }

    /// The folder of all versions.
    let place: String
    /// What people read.
    let shown: String
    let members: [Member]

    /// How many objects come at a time.
    private static let width = 4
    /// More objects are refused.
    private static let mostObjects = 200_000

    /// Chooses what is meant of a list.
    ///
    /// - Throws: `PayloadError` when nothing is left, or when a name cannot be a file here.
    init(
        _ objects: [SuppliedObject], of definition: PayloadDefinition, at address: ObjectAddress, in place: String
    ) throws(PayloadError) {
        self.place = place
        shown = "\(address)"
        let chosen = ChosenFiles(
            include: IgnoreRules(definition.include), exclude: IgnoreRules(definition.exclude))
        var members: [Member] = []
        // A name that ends in a slash stands for the folder alone, as consoles make them.
        for object in objects where object.key.utf8.last != Self.slash {
            guard let path = address.path(of: object.key) else {
                throw PayloadError(
                    path: shown, reason: "holds \(object.key), which is no path of files here",
                    advice: "leave it out with `exclude`, or give it another name")
            }
            if chosen.means(path, isFolder: false) { members.append(Member(path: path, object: object)) }
        }
        guard !members.isEmpty else {
            let rules = definition.include.isEmpty && definition.exclude.isEmpty
            throw PayloadError(
                path: shown, reason: rules ? "holds no object" : "holds nothing that `include` and `exclude` leave",
                advice: rules ? "check the name, which is told apart by case" : nil)
        }
        guard members.count <= Self.mostObjects else {
            throw PayloadError(path: shown, reason: "holds more than \(Self.mostObjects) objects")
        }
        let paths = Set(members.map { Array($0.path.utf8) })
        for member in members {
            let path = Array(member.path.utf8)
            for index in path.indices where path[index] == Self.slash && paths.contains(Array(path[..<index])) {
                throw PayloadError(
                    path: shown,
                    reason: "holds \(Self.text(path[..<index])) and \(member.path), and a file is no folder",
                    advice: "leave one of them out with `exclude`")
            }
        }
        self.members = members
    }

    /// The folder of this version.
    private var version: String {
        "\(place)/\(SHA256.hash(of: members.map(\.mark).joined()).hex.prefix(32))"
    }

    private var versions: ObjectVersions { ObjectVersions(place: place) }

    /// Brings what is not there, a few objects at a time; what an earlier version has is copied from it.
    ///
    /// What has come of a version stays beside it until all of it is there, and the next attempt goes on from there.
    func fetch(with fetcher: Fetcher) async throws -> Fetched {
        let version = version
        if let list = versions.list(of: version) { return Fetched(path: version, newBytes: 0, sum: Self.sum(list)) }
        let work = "\(version).work"
        try make(work)
        let lock = try await hold(work, fetcher.lane)
        defer { close(lock) }
        if ObjectVersions.text(of: "\(work)/list") != nil { try publish(version, work) }
        // Whoever held the lock may have made all of it.
        if let list = versions.list(of: version) { return Fetched(path: version, newBytes: 0, sum: Self.sum(list)) }
        let (hashes, newBytes) = try await fetchAll(into: work, with: fetcher)
        try build(work)
        let list = members.map { "\(hashes[$0.path] ?? "")  \($0.path)\n" }.joined()
        try write(members.map { "\($0.mark) \(hashes[$0.path] ?? "") \($0.path)\n" }.joined(), to: "\(work)/marks")
        try write(list, to: "\(work)/list")
        try publish(version, work)
        versions.removeOld(but: version)
        return Fetched(path: version, newBytes: newBytes, sum: Self.sum(list))
    }

    /// One object that is there.
    private struct Arrival: Sendable {
        let member: Member
        let sha256: String
        /// What had to come for it.
        let byteCount: Int64
    }

    private func fetchAll(
        into work: String, with fetcher: Fetcher
    ) async throws -> (hashes: [String: String], newBytes: Int64) {
        let known = versions.knownFiles()
        var hashes: [String: String] = [:]
        var newBytes: Int64 = 0
        var waiting = members.makeIterator()
        try await withThrowingTaskGroup(of: Arrival.self) { group in
            func next() {
                guard let member = waiting.next() else { return }
                let file = known[member.mark]
                group.addTask(executorPreference: fetcher.lane) {
                    try await Self.bring(member, from: file, into: work, with: fetcher)
                }
            }
            for _ in 0..<Self.width { next() }
            for try await arrival in group {
                hashes[arrival.member.path] = arrival.sha256
                newBytes += arrival.byteCount
                next()
            }
        }
        return (hashes, newBytes)
    }

    private static func bring(
        _ member: Member, from known: ObjectVersions.KnownFile?, into work: String, with fetcher: Fetcher
    ) async throws -> Arrival {
        let place = "\(work)/\(name(of: member))"
        if let known, await ObjectVersions.copy(known.path, to: place, byteCount: member.object.byteCount) {
            return Arrival(member: member, sha256: known.sha256, byteCount: 0)
        }
        let file = try await fetcher.fetch(FetchSource(from: member.object.origin), to: place)
        let mark = file.etag.map { $0.filter { $0 != "\"" } }
        guard mark == nil || mark == member.object.version else {
            throw PayloadError(
                path: "\(member.object.origin.name)", reason: "has changed since the folder was listed",
                advice: "let whoever writes there finish first, then run again")
        }
        return Arrival(member: member, sha256: file.sha256.hex, byteCount: file.wasCached ? 0 : file.byteCount)
    }

    /// What an object is called until all are there.
    private static func name(of member: Member) -> String { SHA256.hash(of: member.path).hex }

    /// Puts the files in their places.
    private func build(_ work: String) throws(PayloadError) {
        var made: Set<String> = []
        for member in members {
            var folder = "\(work)/tree"
            for part in [""[...].utf8] + member.path.utf8.split(separator: Self.slash).dropLast() {
                if !part.isEmpty { folder += "/\(Substring(part))" }
                guard made.insert(folder).inserted else { continue }
                guard mkdir(folder, 0o755) == 0 || errno == EEXIST else { throw failure("mkdir", folder) }
            }
            // A second name, so that a kill in between loses nothing that has come.
            let path = "\(work)/tree/\(member.path)"
            unlink(path)
            guard link("\(work)/\(Self.name(of: member))", path) == 0 else { throw failure("link", path) }
        }
    }

    private func write(_ text: String, to path: String) throws(PayloadError) {
        do throws(SystemError) {
            let file = try AtomicFile(path, mode: 0o600)
            try file.write(Array(text.utf8))
            try file.commit()
        } catch {
            throw PayloadError(path: path, reason: "cannot be written: \(error.reason)")
        }
    }

    /// Gives the folder, and then its list, the names under which they are found; also where a kill came in between.
    private func publish(_ version: String, _ work: String) throws(PayloadError) {
        for member in members {
            unlink("\(work)/\(Self.name(of: member))")
            unlink("\(work)/.\(Self.name(of: member)).fetch")
        }
        // What a kill or a person left of it before.
        if access("\(work)/tree", F_OK) == 0 { versions.remove(version, members.map(\.path)) }
        guard rename("\(work)/tree", version) == 0 || errno == ENOENT else { throw failure("rename", version) }
        guard rename("\(work)/marks", "\(version).marks") == 0 || errno == ENOENT else {
            throw failure("rename", "\(version).marks")
        }
        guard rename("\(work)/list", "\(version).list") == 0 else { throw failure("rename", "\(version).list") }
        unlink("\(work)/lock")
        rmdir(work)
    }

    private static let slash = UInt8(ascii: "/")

    private static func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }

    /// The lock of a version that is being fetched; the one who has it ends, or gives up, and the next goes on.
    private func hold(_ work: String, _ lane: Lane) async throws -> CInt {
        let path = "\(work)/lock"
        while true {
            let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
            if descriptor < 0, errno == ENOENT {
                // Whoever had it has just ended, and removed the folder.
                try make(work)
                continue
            }
            guard descriptor >= 0 else { throw failure("open", path) }
            var status = stat()
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0, fstat(descriptor, &status) == 0, status.st_nlink > 0 {
                return descriptor
            }
            close(descriptor)
            try await withTaskExecutorPreference(lane) { try await lane.sleep(for: .milliseconds(200)) }
        }
    }

    private func make(_ folder: String) throws(PayloadError) {
        do throws(SystemError) {
            try CachePlace.make(folder)
        } catch {
            throw PayloadError(path: folder, reason: "cannot be made: \(error.reason)")
        }
    }

    private func failure(_ call: String, _ path: String) -> PayloadError {
        PayloadError(path: path, reason: "cannot be made: \(SystemError(call).reason)")
    }

    private static func sum(_ list: String) -> String { SHA256.hash(of: list).hex }
}
