public import Farm
import Synchronization

/// What drover remembers of a phone between runs, so that a second run need not ask everything again.
///
/// A memory is a shortcut and never the truth: each entry holds what the phone must still say for the entry to count,
/// and an entry that is lost costs one more question. Failing to remember is therefore no failure.
public protocol PhoneMemory: Sendable {
    /// What was remembered under a key, or nil.
    func recall(_ key: String, of phone: TargetID) -> String?

    /// Remembers a value, or forgets it (nil).
    ///
    /// Keys and values with a tab, a line end or more than 16 KiB are not kept.
    func remember(_ value: String?, as key: String, of phone: TargetID)
}

/// A memory that ends with the process; for tests, and for machines whose home cannot be written.
public final class ShortMemory: PhoneMemory {
    private let entries = Mutex<[TargetID: [String: String]]>([:])

    /// A memory with nothing in it.
    public init() {}

    /// What was remembered under a key, or nil.
    public func recall(_ key: String, of phone: TargetID) -> String? {
        entries.withLock { $0[phone]?[key] }
    }

    /// Remembers a value, or forgets it (nil).
    public func remember(_ value: String?, as key: String, of phone: TargetID) {
        guard MemoryPage.accepts(key), MemoryPage.accepts(value ?? "") else { return }
        entries.withLock { $0[phone, default: [:]][key] = value }
    }
}

/// The entries of one phone, and the text that they are kept as: a first line that names the format, then
/// `key TAB value` lines, sorted.
struct MemoryPage: Equatable {
    static let firstLine = "drover phone memory 1"
    /// Beyond this many entries the page is started anew.
    static let mostEntries = 512

    var entries: [String: String] = [:]

    /// An empty page.
    init() {}

    /// Reads a page; one that is damaged or of another format is empty, and a damaged line is left out.
    init(reading text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.first == Substring(Self.firstLine), text.hasSuffix("\n") else { return }
        for line in lines.dropFirst() {
            guard let tab = line.firstIndex(of: "\t") else { continue }
            entries[String(line[..<tab])] = String(line[line.index(after: tab)...])
        }
    }

    var text: String {
        var text = Self.firstLine + "\n"
        for (key, value) in entries.sorted(by: { $0.key < $1.key }) { text += "\(key)\t\(value)\n" }
        return text
    }

    static func accepts(_ text: String) -> Bool {
        text.utf8.count <= 16_384 && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    }
}
