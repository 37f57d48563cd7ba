import Glibc
import PlaybookLanguage
import SourceText

/// Looks at what inputs of the types `file` and `directory` name.
///
/// What is not there at all is told by the planner, at the step that needs it.
enum InputPaths {
    /// A folder where a file is due, or the other way round, goes to the collector.
    static func check(
        _ declarations: [InputDeclaration], _ values: [String: Value], _ diagnostics: inout Diagnostics
    ) {
        for declaration in declarations where declaration.type == .file || declaration.type == .directory {
            guard case .text(let path)? = values[declaration.name] else { continue }
            var status = stat()
            guard stat(path, &status) == 0 else { continue }
            let isFolder = status.st_mode & S_IFMT == S_IFDIR
            guard isFolder != (declaration.type == .directory) else { continue }
            let due = isFolder ? "a file" : "a folder"
            let found = isFolder ? "a folder" : "a file"
            diagnostics.error(
                "bad-input", "the input `\(declaration.name)` is to be \(due), and \(path) is \(found)",
                at: declaration.span)
        }
    }
}
