import Journal
import SourceText

/// The long outputs of a run, kept in its folder by hash.
struct OutputFiles: Sendable {
    private let folder: RunFolder

    init(_ folder: RunFolder) { self.folder = folder }

    /// The whole text of an output; nil when it cannot be read.
    func text(of output: StoredOutput) -> String? {
        // Without the file the report shows the beginning, which the journal holds.
        guard let file = try? readSource("\(folder.outputsPath)/\(output.hash)", as: "output") else { return nil }
        return String(decoding: file.bytes, as: UTF8.self)
    }
}
