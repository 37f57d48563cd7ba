import Farm
public import PlaybookLanguage
public import SourceText
import Steps

/// Steps of one play that remove each other's files: each leaves in its folder only what it brings itself.
///
/// Folders are compared as they are written; where an expression decides, only the run could tell.
public enum MutualDeletes {
    /// Warns of each step that comes after another one with the same folder, or with one around or inside it.
    public static func look(at playbook: Playbook, _ diagnostics: inout Diagnostics) {
        for play in playbook.plays {
            var before: [PurgedFolder] = []
            for folder in folders(of: play.steps + play.onFailure) {
                if let other = before.first(where: folder.touches) { warn(folder, other, &diagnostics) }
                before.append(folder)
            }
        }
    }

    private static func folders(of entries: [StepEntry]) -> [PurgedFolder] {
        entries.flatMap { entry -> [PurgedFolder] in
            switch entry {
            case .step(let call): [(call.kind as? any StepKind)?.purgedFolder].compactMap(\.self)
            case .block(let block): folders(of: block.steps + block.rescue + block.always)
            }
        }
    }

    private static func warn(_ folder: PurgedFolder, _ other: PurgedFolder, _ diagnostics: inout Diagnostics) {
        let isSame = folder.path.path == other.path.path
        let words = isSame ? "goes to the same folder" : "goes to \(other.path.path)"
        // Formats of one line show no notes.
        let isNear = other.span.file.name == folder.span.file.name
        let place = isNear ? "in line \(other.span.start.line)" : "at \(other.span)"
        diagnostics.add(
            Diagnostic(
                .warning, rule: "mutual-delete",
                "the push with `delete` \(place) \(words), and each removes what the other one brings",
                at: folder.span,
                help: "push both from one folder, or to folders of which none lies in the other",
                notes: [.init("the other one", at: other.span)]))
    }
}
