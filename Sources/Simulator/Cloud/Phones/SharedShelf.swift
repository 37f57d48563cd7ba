import Lanes
import Synchronization

/// What the phones of a server share: apps that were pushed to it, and files; asked from the lanes of all its phones.
final class SharedShelf: Sendable {
    /// An app as it was pushed.
    struct App: Sendable {
        let package: String
        /// The archive, from an export.
        let archive: SharedBytes
        /// Whether phones have it after a restart or reset without being asked.
        let isPreinstalled: Bool
        let version: String
    }

    /// A shared file.
    struct File: Sendable {
        let size: UInt64
        let modified: Int64
        /// As it came; nil for a folder that is listed.
        var source: SharedEntry?
    }

    private struct State {
        var apps: [String: App] = [:]
        var files: [String: File] = [:]
        /// When the apps were last looked at for a snapshot.
        var versions: [String: [String]] = [:]
    }
    private let state = Mutex(State())

    /// The app of that name.
    func app(_ package: String) -> App? { state.withLock { $0.apps[package] } }

    /// The apps that phones have without being asked.
    var preinstalled: [App] {
        state.withLock { $0.apps.values.filter(\.isPreinstalled).sorted { $0.package < $1.package } }
    }

    func put(_ app: App) {
        state.withLock { state in
            state.apps[app.package] = app
            state.versions[app.package, default: []].removeAll { $0 == app.version }
            state.versions[app.package, default: []].append(app.version)
        }
    }

    func removeApp(_ package: String) {
        state.withLock { state in
            state.apps[package] = nil
            state.versions[package] = nil
        }
    }

    /// Forgets everything, as new hardware does.
    func removeAll() { state.withLock { $0 = State() } }

    /// The apps and their versions, sorted by name.
    var versions: [(package: String, versions: [String])] {
        state.withLock { $0.versions.sorted { $0.key < $1.key }.map { (package: $0.key, versions: $0.value) } }
    }

    func putFile(_ path: String, _ file: File) { state.withLock { $0.files[path] = file } }

    /// What phones see of the files, in the order of their names.
    var entries: [SharedEntry] {
        state.withLock { $0.files.sorted { $0.key < $1.key }.compactMap(\.value.source) }
    }

    /// Removes a file, or a folder with all below it.
    ///
    /// - Returns: What was there.
    func removeFiles(_ path: String) -> [SharedEntry] {
        let folder = path.hasSuffix("/") ? path : path + "/"
        return state.withLock { state in
            let gone = state.files.filter { $0.key == path || $0.key.hasPrefix(folder) }
            for path in gone.keys { state.files[path] = nil }
            return gone.values.compactMap(\.source)
        }
    }

    /// What lies in a folder, sorted by name: files, and folders with the bytes of a folder.
    func list(_ path: String) -> [(name: String, file: File)] {
        let folder = path.hasSuffix("/") ? path : path + "/"
        return state.withLock { state in
            var found: [String: File] = [:]
            for (place, file) in state.files where place.hasPrefix(folder) {
                let rest = place.dropFirst(folder.count)
                if let slash = rest.firstIndex(of: "/") {
                    found[String(rest[..<slash])] = File(size: 4096, modified: file.modified)
                } else {
                    found[String(rest)] = file
                }
            }
            return found.sorted { $0.key < $1.key }.map { (name: $0.key, file: $0.value) }
        }
    }

    /// Bytes of all files and archives.
    var usedBytes: UInt64 {
        state.withLock { state in
            state.files.values.reduce(0) { $0 + $1.size }
                + state.apps.values.reduce(0) { $0 + UInt64($1.archive.count) }
        }
    }
}

/// One file of an archive that phones share: read once, and seen by each of them.
struct SharedEntry: Sendable {
    let entry: TarEntry
    let content: FileContent
}
