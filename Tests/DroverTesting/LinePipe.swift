import Foundation
import Glibc
import Synchronization

/// A pipe whose lines can be waited for while somebody still writes.
///
/// Not Foundation's `Pipe`: it closes its descriptor before Dispatch has let go of it, so that the next pipe with that number is
/// never heard of.
public final class LinePipe: Sendable {
    private struct State {
        var text: [UInt8] = []
        var told = 0
    }

    /// What is given to the process that writes; to be closed by ``closeWriter()`` once it runs.
    public let writer: CInt
    /// The lines as they come; ends with the last writer.
    public let lines: AsyncStream<String>
    private let closed: AsyncStream<Void>
    private let state = Mutex(State())

    /// Makes a pipe; the program stops when no descriptor is left for it.
    public convenience init() {
        var ends: [CInt] = [-1, -1]
        precondition(pipe(&ends) == 0, "no descriptor is left for a pipe")
        self.init(reader: ends[0], writer: ends[1])
    }

    /// Makes a terminal of 80 columns in the place of a pipe, which gives lines as a terminal gets them: ended by `\r\n`.
    public static func terminal() -> LinePipe {
        let reader = open("/dev/ptmx", O_RDWR | O_NOCTTY)
        var (lock, number): (CInt, CUnsignedInt) = (0, 0)
        // TIOCSPTLCK and TIOCGPTN, whose macros Swift does not see: unlock the other end, and tell its number.
        let isReady = ioctl(reader, 0x4004_5431, &lock) == 0 && ioctl(reader, 0x8004_5430, &number) == 0
        let writer = isReady ? open("/dev/pts/\(number)", O_RDWR | O_NOCTTY) : -1
        precondition(writer >= 0, "no terminal is left")
        var size = winsize(ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(writer, UInt(TIOCSWINSZ), &size)
        return LinePipe(reader: reader, writer: writer)
    }

    private init(reader: CInt, writer: CInt) {
        self.writer = writer
        let ends = [reader, writer]
        // Programs that other tests start meanwhile would inherit the ends and keep the pipe open.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let (lines, told) = AsyncStream.makeStream(of: String.self)
        let (closed, end) = AsyncStream.makeStream(of: Void.self)
        self.lines = lines
        self.closed = closed
        // A thread that waits, and no source: Dispatch on Linux may touch a pipe's source after its hang-up freed it.
        Thread.detachNewThread { [self] in
            while drain(reader, telling: told) {}
            close(reader)
            told.finish()
            end.finish()
        }
    }

    /// Leaves writing to the process that was started.
    public func closeWriter() { close(writer) }

    /// Everything that was written, once nobody can write any more.
    public func whole() async -> String {
        for await _ in closed {}
        return state.withLock { String(decoding: $0.text, as: UTF8.self) }
    }

    /// - Returns: Whether there may be more later.
    private func drain(_ reader: CInt, telling told: AsyncStream<String>.Continuation) -> Bool {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = read(reader, &chunk, chunk.count)
        if count < 0, errno == EINTR { return true }
        guard count > 0 else { return false }
        for line in take(chunk[..<count]) { told.yield(line) }
        return true
    }

    private func take(_ bytes: ArraySlice<UInt8>) -> [String] {
        state.withLock { state in
            state.text += bytes
            var found: [String] = []
            while let end = state.text[state.told...].firstIndex(of: UInt8(ascii: "\n")) {
                found.append(String(decoding: state.text[state.told..<end], as: UTF8.self))
                state.told = end + 1
            }
            return found
        }
    }
}
