import Crypto
import Glibc
import Secrets

/// Keeps long outputs beside the journal, each once, under its content hash.
///
/// A thousand phones that print the same megabyte cost one file.
struct OutputStore {
    /// Texts up to this many bytes stay in the journal's line.
    static let inlineLimit = 4096
    /// How much of a stored text is kept in the line, for readers without the folder.
    private static let headLimit = 512

    private let folder: String
    private let redactor: Redactor
    private var stored: Set<String> = []

    init(folder: String, redactor: Redactor) {
        self.folder = folder
        self.redactor = redactor
    }

    /// The event as it goes into the journal: its long texts are put aside.
    mutating func storingLongTexts(of event: JournalEvent) throws(JournalError) -> JournalEvent {
        guard case .stepEnded(let target, let path, var end) = event.body,
            end.outputs.output.size > Self.inlineLimit || end.outputs.error.size > Self.inlineLimit
        else { return event }
        end.outputs.output = try store(end.outputs.output)
        end.outputs.error = try store(end.outputs.error)
        return JournalEvent(time: event.time, .stepEnded(target, path, end))
    }

    private mutating func store(_ text: OutputText) throws(JournalError) -> OutputText {
        guard case .inline(let whole) = text, whole.utf8.count > Self.inlineLimit else { return text }
        let bytes = Array(redactor.redacting(whole).utf8)
        let hash = SHA256.hash(of: bytes).hex
        if stored.insert(hash).inserted { try write(bytes, hash: hash) }
        return .stored(StoredOutput(hash: hash, size: bytes.count, head: Self.head(of: bytes)))
    }

    /// Under a temporary name first, so that a file with a hash for a name is always whole.
    private func write(_ bytes: [UInt8], hash: String) throws(JournalError) {
        let path = "\(folder)/\(hash)"
        guard access(path, F_OK) != 0 else { return }
        unlink("\(path).part")
        try OwnedFile(creating: "\(path).part").write(bytes)
        guard rename("\(path).part", path) == 0 else {
            throw JournalError(.notWritable, operation: "write \(path)", errno: errno)
        }
    }

    /// The first bytes, cut where a character ends.
    private static func head(of bytes: [UInt8]) -> String {
        var end = min(headLimit, bytes.count)
        while end > 0, end < bytes.count, bytes[end] & 0xC0 == 0x80 { end -= 1 }
        return String(decoding: bytes[..<end], as: UTF8.self)
    }
}
