import Farm

/// How far fetching has come, as one line; it depends on nothing but what is passed in.
public struct FetchProgress: Sendable {
    /// What is known at a moment.
    public struct Count: Hashable, Sendable {
        /// How many files are meant.
        public var files: Int
        /// How many of them are there.
        public var arrivedFiles: Int
        /// How many of them cannot be had.
        public var failedFiles: Int
        /// Bytes of all files that are here.
        public var bytes: Int64
        /// What all files have together; nil while that is unknown.
        public var totalBytes: Int64?
        /// Bytes that came since the beginning.
        public var movedBytes: Int64

        /// Counts.
        public init(
            files: Int, arrivedFiles: Int = 0, failedFiles: Int = 0, bytes: Int64 = 0, totalBytes: Int64? = nil,
            movedBytes: Int64 = 0
        ) {
            self.files = files
            self.arrivedFiles = arrivedFiles
            self.failedFiles = failedFiles
            self.bytes = bytes
            self.totalBytes = totalBytes
            self.movedBytes = movedBytes
        }
    }

    /// The columns that the name of a file may take.
    private static let nameWidth = 30
    /// A rate over less time than this says nothing yet.
    private static let shortestSpan: Int64 = 1_000

    private let name: String?
    private var count = Count(files: 0)
    private var rate = ByteRate()

    /// Starts with nothing known.
    ///
    /// - Parameter name: The only file's name; nil where there are several.
    public init(name: String?) { self.name = name }

    /// Notes how far it has come.
    ///
    /// - Parameter time: Milliseconds, on any clock that does not go back.
    public mutating func note(_ count: Count, at time: Int64) {
        self.count = count
        rate.note(bytes: count.movedBytes, at: time)
    }

    /// `2 of 5 files, 1.2 of 3.4 GB, 88.0 MB/s, 26 s left`; with the file's name where there is only one.
    ///
    /// - Parameter width: The columns of the terminal; the line is shorter.
    public func line(width: Int) -> String {
        var parts = files + sizes
        if rate.span >= Self.shortestSpan {
            parts.append("\(ByteCount(Int(rate.perSecond)))/s")
            if let left = timeLeft { parts.append("\(left) left") }
        }
        let text = parts.joined(separator: ", ")
        let line = name.map { Self.shortened(Escaping.line($0)) + (text.isEmpty ? "" : ": \(text)") } ?? text
        return String(line.prefix(max(0, width - 1)))
    }

    private var files: [String] {
        guard name == nil else { return [] }
        let failed = count.failedFiles > 0 ? ["\(count.failedFiles) failed"] : []
        return ["\(count.arrivedFiles) of \(Wording.count(count.files, "file"))"] + failed
    }

    private var sizes: [String] {
        guard let total = count.totalBytes, total > 0 else {
            return count.bytes > 0 ? ["\(ByteCount(Int(count.bytes)))"] : []
        }
        let here = "\(ByteCount(Int(count.bytes)))"
        let whole = "\(ByteCount(Int(total)))"
        guard let hereCut = here.lastIndex(of: " "), let wholeCut = whole.lastIndex(of: " "),
            here[hereCut...] == whole[wholeCut...]
        else { return ["\(here) of \(whole)"] }
        // The unit stands once.
        return ["\(here[..<hereCut]) of \(whole)"]
    }

    /// nil while it is not known how much is left, or when nothing comes.
    private var timeLeft: String? {
        guard let total = count.totalBytes, total > count.bytes, rate.perSecond > 0 else { return nil }
        // Divided first, as sizes may be anything that a server says.
        let (seconds, rest) = (total - count.bytes).quotientAndRemainder(dividingBy: rate.perSecond)
        let rounded = min(seconds, 360_000_000) + (rest > 0 ? 1 : 0)
        return rounded < 60 ? "\(rounded) s" : Wording.duration(milliseconds: rounded * 1_000)
    }

    /// A name whose middle is left out where it is long: its beginning and its ending say most.
    private static func shortened(_ name: String) -> String {
        guard name.count > nameWidth else { return name }
        let end = nameWidth / 2
        return "\(name.prefix(nameWidth - end - 1))…\(name.suffix(end))"
    }
}
