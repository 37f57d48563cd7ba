import ADB
import Lanes
import Synchronization

/// The commands that one link has started on its phone, so that those which are given up do not go on there.
///
/// Closing a stream has adbd hang up on the shell, and not on what the shell started. So every line begins by
/// exporting a variable with a value of its own: the shell has it in its command line, and all that it starts in its
/// environment, where `/proc` shows it. A command that ends by itself costs nothing more.
final class RemoteCommands: Sendable {
    /// How long a phone may take to end a command that is given up.
    static let patience = Duration.seconds(3)
    /// The longest part of a line that is repeated to a person, in characters.
    private static let longest = 120

    private struct State {
        var count = 0
        var abandoned: [String] = []
    }
    private let tag = String(UInt64.random(in: .min ... .max), radix: 36)
    private let state = Mutex(State())

    /// The lines that were given up and may still run, cut to a length that a message has room for.
    var abandoned: [String] { state.withLock { $0.abandoned } }

    /// The value for the next command.
    func nextMark() -> String {
        let count = state.withLock { state in
            state.count += 1
            return state.count
        }
        return "\(tag)-\(count)"
    }

    /// The line with its mark.
    ///
    /// Only in front: whatever a line ends with stays its end.
    static func marked(_ line: String, _ mark: String) -> String { "export DROVER_COMMAND=\(mark).; \(line)" }

    /// A line that ends every process with the mark, first kindly, then not, and says whether any is left.
    ///
    /// It looks at itself first, since where it cannot see itself it could see nobody. In brackets the letters do not
    /// match themselves, so that neither this line nor its `grep` is found.
    static func ending(_ mark: String) -> String {
        """
        : drover-ending; cd /proc || exit 1
        [ "$(grep -ls 'drover-[e]nding' $$/cmdline | cut -d/ -f1)" = $$ ] || { echo drover-blind; exit 1; }
        for s in 0 TERM TERM TERM KILL KILL 0; do
        p=$(grep -ls '[D]ROVER_COMMAND=\(mark)[.]' [0-9]*/cmdline [0-9]*/environ 2>/dev/null | cut -d/ -f1)
        if [ $s != 0 ]; then
        [ -n "$p" ] || { echo drover-gone; exit 0; }
        kill -$s $p 2>/dev/null
        fi
        sleep 0.2
        done
        [ -n "$p" ] || { echo drover-gone; exit 0; }
        echo drover-left $p; exit 1
        """
    }

    /// Ends what a line has started on the phone, although the task that wanted it is cancelled.
    ///
    /// - Parameter line: As it was asked for, without the mark.
    func end(_ line: String, _ mark: String, over link: any ADBConnection) async {
        let isGone: Bool
        if link.failure != nil {
            isGone = false
        } else {
            // A task of its own: the one that calls is cancelled, and nothing that it waits for would wait.
            isGone = await Task(executorPreference: link.lane) {
                do {
                    let result = try await withDeadline(total: Self.patience, on: link.lane) {
                        try await link.run(Self.ending(mark), outputLimit: 4096)
                    }
                    return String(decoding: result.output, as: UTF8.self).contains("drover-gone")
                } catch {
                    return false
                }
            }.value
        }
        guard !isGone else { return }
        let words = line.count > Self.longest ? line.prefix(Self.longest) + "…" : line[...]
        state.withLock { $0.abandoned.append(String(words)) }
    }
}
