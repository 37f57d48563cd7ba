import Farm
import Lanes
import Synchronization

/// Waits for a line in a phone's log.
struct LogWatch {
    let text: String
    let phone: any ConnectedPhone

    /// A point in the phone's own time, in the spelling that `logcat -T` takes.
    struct Start {
        /// `1`, the last line, when the phone's time is not known.
        let spelling: String
        /// Seconds since 1970 on the phone's clock; nil when that is not known.
        let seconds: Int64?
    }

    /// The phone's time at which `instant` of the lane's clock was, as near as one question tells; never later.
    func start(at instant: LaneInstant) async throws -> Start { try await Self.start(at: instant, on: phone) }

    /// The same for any phone.
    static func start(at instant: LaneInstant, on phone: any ConnectedPhone) async throws -> Start {
        let answer = try await phone.run("date +%s%N").text
        let elapsed = max(0, phone.lane.now.since(instant).wholeNanoseconds / 1_000_000)
        guard let now = milliseconds(answer) else {
            // Without the phone's time only what is logged from here on can be trusted.
            return Start(spelling: "1", seconds: nil)
        }
        let then = max(0, now - elapsed)
        let fraction = String(1000 + then % 1000).dropFirst()
        return Start(spelling: "\(then / 1000).\(fraction)", seconds: then / 1000)
    }

    /// Reads `1700000000123456789`; phones whose `date` knows no `%N` give whole seconds, some with an `N` behind.
    static func milliseconds(_ answer: String) -> Int64? {
        let digits = answer.drop { $0.isWhitespace }.prefix { ("0"..."9").contains($0) }
        guard let number = Int64(digits) else { return nil }
        switch digits.count {
        case 10, 11: return number * 1000
        case 19, 20: return number / 1_000_000
        default: return nil
        }
    }

    /// Follows the log until a line holds the text.
    ///
    /// - Returns: The line, or nil when the log ended first.
    func line(from start: Start) async throws -> String? {
        let finder = LineFinder(text)
        try await phone.follow(ShellLine("logcat", "-v", "brief", "-T", start.spelling).description) { bytes in
            !finder.take(bytes)
        }
        return finder.found
    }
}

/// Looks for a text in lines that arrive in pieces of any size.
///
/// A line is looked at as a whole when it ends, and cut at ``longestLine``: a phone may send one that never does.
final class LineFinder: Sendable {
    static let longestLine = 65_536

    private struct State {
        var line: [UInt8] = []
        var found: String?
    }
    private let wanted: [UInt8]
    private let state = Mutex(State())

    init(_ text: String) { wanted = Array(text.utf8) }

    /// The line that holds the text, once there is one.
    var found: String? { state.withLock { $0.found } }

    /// Takes the next bytes; true when the text was found, now or before.
    func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
        state.withLock { state in
            for byte in bytes where state.found == nil {
                if byte == UInt8(ascii: "\n") || state.line.count >= Self.longestLine {
                    if Self.holds(wanted, in: state.line) {
                        state.found = PhoneWords(String(decoding: state.line, as: UTF8.self)).firstLine
                    }
                    state.line.removeAll(keepingCapacity: true)
                } else {
                    state.line.append(byte)
                }
            }
            return state.found != nil
        }
    }

    private static func holds(_ wanted: [UInt8], in line: [UInt8]) -> Bool {
        guard let first = wanted.first else { return true }
        guard line.count >= wanted.count else { return false }
        for start in 0...(line.count - wanted.count) where line[start] == first {
            if line[start..<start + wanted.count].elementsEqual(wanted) { return true }
        }
        return false
    }
}
