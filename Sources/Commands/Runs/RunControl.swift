@preconcurrency import Dispatch
import Glibc
import Journal
import Synchronization

/// The pipe by which a running run is told things from other terminals: `runs/ID/control`, one command on each line.
final class RunControl: Sendable {
    /// What can be asked for.
    enum Order: Hashable, Sendable {
        /// Stop everything now.
        case cancelAll
        /// Stop one target.
        case cancel(String)
    }

    private let path: String
    private let descriptor: CInt
    private let source: any DispatchSourceRead

    /// Begins to listen; nil where no pipe can be made, and then nothing can be told.
    ///
    /// - Parameter take: Gets every order; must not wait.
    init?(_ folder: RunFolder, take: @escaping @Sendable (Order) -> Void) {
        let path = folder.controlPath
        unlink(path)
        // Only who may write the run's folder may speak to it.
        guard mkfifo(path, 0o600) == 0 else { return nil }
        // Opened for writing as well, so that it does not end when a speaker goes.
        let opened = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC)
        guard opened >= 0 else { return nil }
        self.path = path
        descriptor = opened
        source = DispatchSource.makeReadSource(fileDescriptor: opened, queue: .global())
        let rest = Mutex<[UInt8]>([])
        source.setEventHandler {
            for line in rest.withLock({ Self.lines(from: opened, &$0) }) {
                if let order = Self.order(line) { take(order) }
            }
        }
        source.setCancelHandler { close(opened) }
        source.activate()
    }

    /// Stops listening.
    func end() {
        source.cancel()
        unlink(path)
    }

    /// Tells a run some lines, in order.
    ///
    /// - Throws: ``JournalError`` when nobody listens, or who listens takes nothing for ten seconds.
    static func send(_ lines: [String], to folder: RunFolder) throws(JournalError) {
        let descriptor = open(folder.controlPath, O_WRONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw JournalError(.notWritable, operation: "open \(folder.controlPath)", errno: errno)
        }
        defer { close(descriptor) }
        for line in lines {
            // Up to the size of a pipe's page a write is whole, whoever else writes.
            let bytes = Array("\(line)\n".utf8.prefix(4096))
            while write(descriptor, bytes, bytes.count) != bytes.count {
                let number = errno
                if number == EINTR { continue }
                var wish = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                guard number == EAGAIN, poll(&wish, 1, 10_000) == 1 else {
                    throw JournalError(.notWritable, operation: "write \(folder.controlPath)", errno: number)
                }
            }
        }
    }

    private static func lines(from descriptor: CInt, _ rest: inout [UInt8]) -> [String] {
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            guard count > 0 else { break }
            rest += chunk[..<count]
            if rest.count > 1 << 20 { rest = [] }
        }
        var lines: [String] = []
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            lines.append(String(decoding: rest[..<end], as: UTF8.self))
            rest.removeSubrange(...end)
        }
        return lines
    }

    static func order(_ line: String) -> Order? {
        if line == "cancel" { return .cancelAll }
        guard line.hasPrefix("cancel "), line.count > 7 else { return nil }
        return .cancel(String(line.dropFirst(7)))
    }
}
