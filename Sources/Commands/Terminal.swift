import Glibc
import Secrets

/// Where a program's text goes: results to standard output, progress and mistakes to standard error.
struct Terminal: Sendable {
    /// Standard output.
    static let output = Terminal(descriptor: 1)
    /// Standard error.
    static let error = Terminal(descriptor: 2)

    let descriptor: CInt

    /// Whether a person is likely to look at it while it is written.
    var isInteractive: Bool { isatty(descriptor) == 1 && !Self.isDumb }

    /// Whether colours are wanted: on a terminal, unless `NO_COLOR` is set (no-color.org).
    var wantsColour: Bool { isInteractive && getenv("NO_COLOR") == nil }

    /// Columns, or 80 where nobody knows.
    var width: Int {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    private static var isDumb: Bool {
        guard let term = getenv("TERM") else { return true }
        return String(cString: term) == "dumb"
    }

    /// Writes all of a text; a reader that has gone away is not our failure.
    func write(_ text: String) {
        // The last gate: whatever was forgotten before does not get past it.
        var text = ProcessSecrets.redactor.redacting(text)
        text.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
            while !rest.isEmpty {
                let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
                if count < 0 {
                    guard errno == EINTR || errno == EAGAIN else { return }
                    continue
                }
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            }
        }
    }

    /// Writes one line.
    func line(_ text: String = "") { write(text + "\n") }

    /// Whether a person is there to be asked.
    var canAsk: Bool { isInteractive && isatty(0) == 1 }

    /// Asks a question and waits for a line; empty when the input ends.
    func ask(_ question: String) -> String {
        write("\(question) ")
        return readLine() ?? ""
    }
}
