@preconcurrency import Dispatch
import Glibc
import Synchronization

/// Listens to single keys at the terminal while a run is shown, without waiting for a whole line.
///
/// Ctrl-C stays what it is. The terminal is put back when the watch ends, on every way out of the program that can be
/// caught.
final class KeyWatch: Sendable {
    private static let saved = Mutex<termios?>(nil)
    private let source: any DispatchSourceRead

    /// Begins to listen; nil where standard input is no terminal, or the program is not in its foreground.
    ///
    /// - Parameter take: Gets every key; must not wait.
    init?(_ take: @escaping @Sendable (UInt8) -> Void) {
        guard isatty(0) == 1, tcgetpgrp(0) == getpgrp() else { return nil }
        var settings = termios()
        guard tcgetattr(0, &settings) == 0 else { return nil }
        Self.saved.withLock { $0 = settings }
        settings.c_lflag &= ~tcflag_t(ICANON | ECHO)
        guard tcsetattr(0, TCSANOW, &settings) == 0 else { return nil }
        source = DispatchSource.makeReadSource(fileDescriptor: 0, queue: .global())
        source.setEventHandler {
            var keys = [UInt8](repeating: 0, count: 64)
            let count = read(0, &keys, keys.count)
            for key in keys.prefix(max(0, count)) { take(key) }
        }
        source.activate()
    }

    /// Stops listening and puts the terminal back.
    func end() {
        source.cancel()
        Self.restore()
    }

    /// Puts the terminal back, if a watch has changed it.
    static func restore() {
        saved.withLock { settings in
            guard var before = settings else { return }
            tcsetattr(0, TCSANOW, &before)
            settings = nil
        }
    }
}
