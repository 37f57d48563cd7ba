import Farm

/// What the script on a phone has told of its program.
struct ProgramReport: Sendable, Equatable {
    /// Whether it runs.
    var isRunning = false
    /// Whether it has said that it is ready.
    var isReady = false
    /// Whether it had to be killed when it was told to end.
    var wasKilled = false
    /// Whether it had ended before it was told to.
    var wasAlone = false
    /// Whether it was ended since nobody had asked about it.
    var wasUnwatched = false
    /// Its exit code.
    var exit: Int?
    /// The last line of its output.
    var lastLine = ""

    /// Of a program that is gone, unless more is told.
    init(
        isRunning: Bool = false, isReady: Bool = false, wasKilled: Bool = false, wasAlone: Bool = false,
        wasUnwatched: Bool = false, exit: Int? = nil, lastLine: String = ""
    ) {
        self.isRunning = isRunning
        self.isReady = isReady
        self.wasKilled = wasKilled
        self.wasAlone = wasAlone
        self.wasUnwatched = wasUnwatched
        self.exit = exit
        self.lastLine = lastLine
    }

    /// Reads `drover-media running ready`, or `drover-media ended 3 killed`, and the end of the log behind it.
    ///
    /// - Returns: nil for what the script does not say.
    init?(reading text: String) {
        let lines = text.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
        var words = (lines.first ?? "").split { $0.isWhitespace }[...]
        guard words.popFirst() == "drover-media", let state = words.popFirst() else { return nil }
        switch state {
        case "running": isRunning = true
        case "ended": exit = words.popFirst().flatMap { Int($0) }
        case "gone": break
        default: return nil
        }
        isReady = words.contains("ready")
        wasKilled = words.contains("killed")
        wasAlone = words.contains("alone")
        wasUnwatched = words.contains("unwatched")
        lastLine = PhoneWords(lines.count > 1 ? String(lines[1]) : "").lastLine
    }
}
