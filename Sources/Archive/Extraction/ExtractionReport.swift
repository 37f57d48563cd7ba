/// What was unpacked and what was passed over.
public struct ExtractionReport: Hashable, Sendable {
    /// An entry that was not unpacked.
    public struct PassedOver: Hashable, Sendable {
        /// The entry's path, as the archive has it: not safe to print.
        public let path: String
        /// Why.
        public let reason: Refusal
    }

    /// The files that were written, hard links among them.
    public internal(set) var files = 0
    /// The folders that the archive names.
    public internal(set) var folders = 0
    /// The symbolic links.
    public internal(set) var links = 0
    /// The bytes of all files, holes counted.
    public internal(set) var bytes: UInt64 = 0
    /// How many entries were passed over.
    public internal(set) var passedOverCount = 0
    /// The first ``mostPassedOver`` of them.
    public internal(set) var passedOver: [PassedOver] = []

    /// How many passed-over entries are kept by name.
    public static let mostPassedOver = 1_000

    mutating func passOver(_ path: String, _ reason: Refusal) {
        passedOverCount += 1
        if passedOver.count < Self.mostPassedOver { passedOver.append(PassedOver(path: path, reason: reason)) }
    }
}
