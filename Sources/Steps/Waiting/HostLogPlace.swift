import Farm
import Lanes
import PlaybookLanguage
import SourceText

/// Where a host writes a log: the journal of a systemd unit, or a file.
enum HostLogPlace: Sendable {
    case unit(Argument<UnitName>)
    case file(Argument<RemotePath>)

    /// Reads `unit` or `in`; nil when neither is written.
    init?(reading arguments: inout StepArguments) {
        let unit = arguments.optionalValue("unit", .unitName)
        let file = arguments.optionalValue("in", .hostPath)
        if unit != nil, let file {
            arguments.mistake("`unit` and `in` exclude each other", at: file.span, help: "keep one of the two")
        }
        if let unit {
            self = .unit(unit)
        } else if let file {
            self = .file(file)
        } else {
            return nil
        }
    }

    var span: SourceSpan {
        switch self {
        case .unit(let unit): unit.span
        case .file(let file): file.span
        }
    }

    /// The command that prints what is written from an instant on, and goes on printing.
    ///
    /// Lines of a file have no time that everybody writes alike: those count that come from now on, and all of a file that
    /// was made since `start`, as a service does that opens its log anew.
    ///
    /// - Parameter start: Seconds since 1970 on the host's clock; nil where that is not known.
    func following(from start: Int64?, in scope: Scope) throws(PlaybookError) -> String {
        switch self {
        case .unit(let unit):
            let since = start.map { ["--since", "@\($0)"] } ?? ["-n", "0"]
            let words = ["journalctl", "-u", try unit.value(in: scope).description, "-f", "-o", "cat", "--no-pager"]
            return ShellLine(words + since).description
        case .file(let file):
            let path = ShellLine.quoted(try file.value(in: scope).path)
            let born = "b=$(stat -c %W -- \(path) 2>/dev/null || echo 0)"
            return
                "n=0; \(born); [ -e \(path) ] && [ \"$b\" -lt \(start ?? .max) ] || n=+1; exec tail -n \"$n\" -F -- \(path)"
        }
    }
}

/// Waits for a line in a log of a host.
struct HostLogWatch {
    let text: String
    let place: HostLogPlace
    let host: any ConnectedHost
    let scope: Scope

    /// Follows the log from `instant` of the lane's clock until a line holds the text.
    ///
    /// - Returns: The line, or nil when the log ended first, which it does where it cannot be read.
    func line(from instant: LaneInstant) async throws -> String? {
        let answer = try await host.run("date +%s%N").text
        let elapsed = max(0, host.lane.now.since(instant).wholeNanoseconds / 1_000_000)
        let start = LogWatch.milliseconds(answer).map { max(0, ($0 - elapsed) / 1000) }
        let finder = LineFinder(text)
        try await host.follow(try place.following(from: start, in: scope)) { !finder.take($0) }
        return finder.found
    }
}
