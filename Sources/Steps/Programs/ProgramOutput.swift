import Farm
import Lanes
import Synchronization

/// Takes what a program prints while it arrives: into its log, and to find out who it is and whether it is ready.
///
/// The first line is the shell's, which tells the number that the program will have.
final class ProgramOutput: Sendable {
    /// A process on the phone: its number, and when it was given, as numbers are given again to others.
    struct Process: Sendable, Equatable {
        let number: Int
        /// In ticks since the phone's kernel started (proc(5), `starttime`).
        let start: UInt64
    }

    /// What the first line begins with.
    static let mark = "drover-media"
    private static let longestFirstLine = 256
    private static let keptEnd = 2048

    private struct State {
        var first: [UInt8]? = []
        var process: Process?
        var end: [UInt8] = []
    }

    private let log: CappedFile
    private let finder: LineFinder?
    private let ready = Waiter<Void>()
    private let state = Mutex(State())

    /// - Parameter text: What says that the program is ready; nil when nothing does.
    init(into log: CappedFile, readyAt text: String?) {
        self.log = log
        finder = text.map { LineFinder($0) }
    }

    /// Who the program is; nil until the shell has told.
    var process: Process? { state.withLock { $0.process } }

    /// The last line that it has printed.
    var lastLine: String { PhoneWords(String(decoding: state.withLock { $0.end }, as: UTF8.self)).lastLine }

    /// Returns when the program has said that it is ready; to be called once.
    ///
    /// - Throws: `CancellationError`.
    func isReady() async throws { try await ready.value() }

    /// Takes the next bytes; false when they cannot be written.
    func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let rest = state.withLock { state -> [UInt8]? in
            guard var first = state.first else { return nil }
            first += bytes
            guard let end = first.firstIndex(of: UInt8(ascii: "\n")) else {
                guard first.count > Self.longestFirstLine else {
                    state.first = first
                    return []
                }
                state.first = nil
                return first
            }
            state.first = nil
            guard let process = Self.process(in: first[..<end]) else { return first }
            state.process = process
            return Array(first[(end + 1)...])
        }
        guard let rest else { return keep(bytes) }
        return rest.isEmpty ? true : rest.withUnsafeBytes { keep($0) }
    }

    private func keep(_ bytes: UnsafeRawBufferPointer) -> Bool {
        state.withLock { state in
            state.end += bytes.suffix(Self.keptEnd)
            if state.end.count > 2 * Self.keptEnd { state.end.removeFirst(state.end.count - Self.keptEnd) }
        }
        if finder?.take(bytes) == true { ready.resume(with: .success(())) }
        return log.take(bytes)
    }

    private static func process(in line: ArraySlice<UInt8>) -> Process? {
        let words = String(decoding: line, as: UTF8.self).split { $0.isWhitespace }
        guard words.count == 3, words[0] == mark, let number = Int(words[1]), number > 1, let start = UInt64(words[2])
        else { return nil }
        return Process(number: number, start: start)
    }
}
