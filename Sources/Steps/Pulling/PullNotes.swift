import Farm
import Secrets
import Synchronization

/// What came of a pull's files, and what people must know of single ones.
final class PullNotes: Sendable {
    /// More notes than this are counted only.
    static let most = 1_000

    struct Note: Sendable, Equatable {
        /// The path on the phone.
        let path: String
        /// `passed over`, `renamed`, `cut`, `refused`.
        let what: String
        /// The reason, or the new name.
        let why: String
    }

    struct Counts: Sendable, Equatable {
        var files = 0
        var bytes: UInt64 = 0
        var passedOver = 0
        var renamed = 0
        var cut = 0
        var refused = 0
        var keptOnce = 0
        var savedBytes: UInt64 = 0
    }

    private struct State {
        var counts = Counts()
        var notes: [Note] = []
    }

    private let state = Mutex(State())
    private let redactor: Redactor

    init(redactor: Redactor = Redactor()) { self.redactor = redactor }

    var counts: Counts { state.withLock { $0.counts } }
    var notes: [Note] { state.withLock { $0.notes } }
    var firstRefusal: Note? { state.withLock { $0.notes.first { $0.what == "refused" } } }

    /// A file came whole, or as much of it as is kept.
    func keep(_ bytes: UInt64) {
        state.withLock {
            $0.counts.files += 1
            $0.counts.bytes += bytes
        }
    }

    /// A file that came is kept as another name of an equal one.
    func keepOnce(_ bytes: UInt64) {
        state.withLock {
            $0.counts.keptOnce += 1
            $0.counts.savedBytes += bytes
        }
    }

    /// Something stays on the phone, and that is no failure.
    func passOver(_ path: String, _ why: String) { note("passed over", path, why) { $0.passedOver += 1 } }

    /// Something came under another name.
    func rename(_ path: String, to name: String) { note("renamed", path, name) { $0.renamed += 1 } }

    /// A file changed while it came, so that what is kept of it is not what the phone had at any one time.
    func cut(_ path: String, _ why: String) { note("cut", path, why) { $0.cut += 1 } }

    /// The phone would not give a file.
    func refuse(_ path: String, _ why: String) { note("refused", path, why) { $0.refused += 1 } }

    private func note(_ what: String, _ path: String, _ why: String, _ count: (inout Counts) -> Void) {
        let path = redactor.redacting(PhoneWords(path).firstLine)
        let why = redactor.redacting(PhoneWords(why).firstLine)
        state.withLock { state in
            count(&state.counts)
            guard state.notes.count < Self.most else { return }
            state.notes.append(Note(path: path, what: what, why: why))
        }
    }

    /// A page of JSON for beside an archive; nil when there is nothing to tell.
    var page: String? {
        let (counts, notes) = state.withLock { ($0.counts, $0.notes) }
        guard !notes.isEmpty else { return nil }
        let lines = notes.map { note in
            let second = note.what == "renamed" ? "to" : "why"
            return """
                    { "what": "\(note.what)", "path": \(CollectionManifest.quoted(note.path)), \
                "\(second)": \(CollectionManifest.quoted(note.why)) }
                """
        }
        return """
            {
              "files": \(counts.files), "bytes": \(counts.bytes), "passed_over": \(counts.passedOver),
              "renamed": \(counts.renamed), "cut": \(counts.cut), "refused": \(counts.refused),
              "notes": [
            \(lines.joined(separator: ",\n"))
              ]
            }

            """
    }
}
