import Farm
import Lanes
import Synchronization

/// One call of `am instrument` on a phone.
struct InstrumentationCall: Sendable {
    /// Longer lists of cases are run in several calls: a shell line has an end.
    static let longestList = 48_000

    let phone: any ConnectedPhone
    /// `com.studio.game.test/androidx.test.runner.AndroidJUnitRunner`.
    let component: String
    let user: String?
    let progress: ProgressMeter

    /// The shell line.
    func line(_ arguments: [(key: String, value: String)]) -> String {
        var words = ["am", "instrument", "-w", "-r"]
        if let user { words += ["--user", user] }
        for argument in arguments { words += ["-e", argument.key, argument.value] }
        return ShellLine(words + [component]).description
    }

    /// A call of which the end is not known: the phone was lost, a limit passed, somebody stopped it.
    struct CutShort: Error {
        /// What it told before.
        let report: InstrumentationReport
        let cause: any Error
    }

    /// Runs the call to its end.
    ///
    /// - Throws: ``CutShort``.
    func run(_ arguments: [(key: String, value: String)]) async throws -> InstrumentationReport {
        let clock = phone.lane.clock
        progress.expectBytes(true)
        defer { progress.expectBytes(false) }
        let reader = Reader()
        var cause: (any Error)?
        do {
            try await phone.follow(line(arguments)) { [progress] bytes in
                progress.move(bytes.count)
                reader.parser.withLock { $0.take(bytes, at: Self.milliseconds(of: clock)) }
                return true
            }
        } catch {
            cause = error
        }
        let report = reader.parser.withLock { parser in
            parser.finish(at: Self.milliseconds(of: clock))
            return parser.report
        }
        if let cause { throw CutShort(report: report, cause: cause) }
        return report
    }

    private static func milliseconds(of clock: any LaneClock) -> Int64 {
        Int64(clamping: clock.now.nanoseconds / 1_000_000)
    }

    private final class Reader: Sendable {
        let parser = Mutex(InstrumentationParser())
    }
}
