import Glibc
import Journal
import Packing
import SourceText

/// Finds the run that a person means: by its name, by the end of it (`brave-otter`), or the latest.
struct RunFinder {
    /// The folder that holds all runs.
    let runs: String

    /// The names of all runs, the latest last.
    func all() -> [RunID] {
        let found = folderNames(in: runs).compactMap { name -> (id: RunID, time: Int)? in
            var status = stat()
            guard let id = RunID(name), stat(RunFolder(id, in: runs).journalPath, &status) == 0 else { return nil }
            return (id, Int(status.st_mtim.tv_sec) * 1_000_000_000 + status.st_mtim.tv_nsec)
        }
        return found.sorted { ($0.time, $0.id.description) < ($1.time, $1.id.description) }.map(\.id)
    }

    /// The name without its date.
    private static func words(of id: RunID) -> String {
        id.description.split(separator: "-").drop { $0.allSatisfy(\.isNumber) }.joined(separator: "-")
    }

    /// The folder of the run that is meant.
    ///
    /// - Parameter text: A whole name, its beginning or its end; nil or `latest` for the latest.
    /// - Throws: ``CommandFailure`` when there is none, or more than one.
    func find(_ text: String?) throws(CommandFailure) -> RunFolder {
        let all = all()
        guard !all.isEmpty else { throw CommandFailure("there are no runs in \(runs); --runs names another folder") }
        guard let text, text != "latest" else { return RunFolder(all[all.count - 1], in: runs) }
        if let exact = all.first(where: { $0.description == text }) { return RunFolder(exact, in: runs) }
        let fitting = all.filter { $0.description.hasPrefix(text) || $0.description.hasSuffix("-" + text) }
        if fitting.count == 1 { return RunFolder(fitting[0], in: runs) }
        if fitting.count > 1 {
            let names = fitting.suffix(5).map(\.description).joined(separator: ", ")
            throw CommandFailure("\(fitting.count) runs fit `\(terminalSafe(text))`: \(names)")
        }
        // A mistyped animal is nearer to the words alone than to the name with its date.
        let near = suggestion(
            for: text, among: all.map(\.description) + all.map { Self.words(of: $0) })
        throw CommandFailure("there is no run `\(terminalSafe(text))`; \(near ?? "`drover runs` lists them")")
    }
}

/// What a folder holds; nothing where it cannot be read.
func folderNames(in path: String) -> [String] {
    guard let names = try? Folder.open(path).names() else { return [] }
    return names.map { String(decoding: $0, as: UTF8.self) }
}
