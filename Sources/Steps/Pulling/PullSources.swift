import Farm
import Journal
import Lanes

/// What was found on a phone, or why nothing was.
enum PullFinding: Sendable {
    case found([PullItem])
    case failed(StepFailure)
}

/// Finds what was named, and what fits the patterns, on one phone.
struct PullSources {
    /// More matches of a pattern are nothing that anybody means.
    private static let mostMatches = 100_000

    let sources: [RemotePath]
    let operation: String
    let phone: any ConnectedTarget

    /// Whether one path was named, and no pattern.
    var isOne: Bool { sources.count == 1 && !sources.contains { Glob.isGlob($0.path) } }

    /// A name for all of it: the last name of a path, or of the folder in which a pattern looks.
    var name: String {
        guard sources.count == 1, let source = sources.first else { return "files" }
        let plain = source.path.split(separator: "/").prefix { !Glob.isGlob(String($0)) }
        return plain.last.map(String.init) ?? "root"
    }

    /// What is there, in the order of the paths.
    ///
    /// - Parameters:
    ///   - rule: By which names it goes on this machine.
    ///   - isPlace: Whether the one thing that was named becomes the pull's place itself, and does not lie in it.
    func find(
        rule: PulledNames, isPlace: Bool, notes: PullNotes
    ) async throws -> PullFinding {
        var rule = rule
        var found: [(path: RemotePath, file: RemoteFile, isNamed: Bool)] = []
        for source in sources {
            if Glob.isGlob(source.path) {
                let matches = try await matches(of: source)
                guard !matches.isEmpty else {
                    return .failed(missing("nothing on the \(phone.id.kind) fits \(source.path)"))
                }
                found += matches.map { ($0.0, $0.1, false) }
            } else {
                guard let status = try await phone.status(of: [source]).first ?? nil else {
                    return .failed(missing("there is no \(source.path) on the \(phone.id.kind)"))
                }
                guard status.kind != .other else {
                    return .failed(
                        StepFailure(
                            code: "no-file", operation: operation,
                            reason: "\(source.path) is neither a file nor a folder"))
                }
                found.append((source, status, true))
            }
        }
        var items: [PullItem] = []
        var seen: Set<String> = []
        for (path, file, isNamed) in found.sorted(by: { $0.path < $1.path }) where seen.insert(path.path).inserted {
            let last = path.path == "/" ? "root" : path.lastComponent
            guard file.kind != .other, file.size <= PullWalk.largest, let name = rule.name(for: last) else {
                notes.passOver(path.path, "it is no file, or its name or size is impossible")
                continue
            }
            if name != last { notes.rename(path.path, to: name) }
            items.append(
                PullItem(
                    source: path, names: isPlace ? [] : [name], file: try await followed(file, at: path),
                    isNamed: isNamed))
        }
        return .found(items)
    }

    /// A link that somebody named leads to what is meant.
    private func followed(_ file: RemoteFile, at path: RemotePath) async throws -> RemoteFile {
        guard file.kind == .link else { return file }
        let isFolder = try await !phone.list(path).isEmpty
        guard isFolder else { return file }
        return RemoteFile(kind: .folder, mode: 0o755, size: 0, modified: file.modified)
    }

    private func missing(_ reason: String) -> StepFailure {
        StepFailure(code: "no-such-file", operation: operation, reason: reason)
    }

    /// Looks folder by folder, as a shell does: a star stands for no slash, and for no dot at the beginning.
    private func matches(of pattern: RemotePath) async throws -> [(RemotePath, RemoteFile)] {
        let parts = pattern.path.split(separator: "/").map(String.init)
        let plain = parts.prefix { !Glob.isGlob($0) }
        var found = [
            (
                try RemotePath(validating: "/" + plain.joined(separator: "/")),
                RemoteFile(kind: .folder, mode: 0, size: 0, modified: 0)
            )
        ]
        for part in parts.dropFirst(plain.count) {
            let glob = Glob(part)
            var next: [(RemotePath, RemoteFile)] = []
            for (folder, file) in found where file.kind == .folder || file.kind == .link {
                for entry in try await phone.list(folder)
                where glob.matches(entry.name) && (part.hasPrefix(".") || !entry.name.hasPrefix(".")) {
                    guard let path = try? folder.appending(entry.name) else { continue }
                    next.append((path, entry.file))
                }
            }
            found = Array(next.prefix(Self.mostMatches))
        }
        return found
    }
}
