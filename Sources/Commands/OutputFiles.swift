import Journal

/// The long outputs of a run, kept in its folder by hash.
struct OutputFiles: Sendable {
    private let folder: RunFolder

    init(_ folder: RunFolder) { self.folder = folder }

    /// The whole text of an output; nil when it cannot be read.
    func text(of output: StoredOutput) -> String? {
        guard let hash = output.hash,
            let file = try? readSource("\(folder.outputsPath)/\(hash)", as: "output")
        else { return nil }
        return String(decoding: file.bytes, as: UTF8.self)
    }
}
