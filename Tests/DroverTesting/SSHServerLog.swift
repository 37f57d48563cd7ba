import Synchronization

/// What a server says, line by line, for tests to wait for.
public final class SSHServerLog: Sendable {
    private struct Wait {
        let text: String
        let continuation: CheckedContinuation<String?, Never>
    }
    private struct State {
        var lines: [String] = []
        var waits: [Wait] = []
        var writers = 0
    }
    private let state = Mutex(State())

    init() {}

    /// Everything that was said until now.
    public var text: String { state.withLock { $0.lines.joined(separator: "\n") } }

    /// How many lines there are; what comes later is behind this mark.
    public var mark: Int { state.withLock { $0.lines.count } }

    /// Waits for a line that contains a text.
    ///
    /// - Parameter mark: Lines that are not looked at.
    /// - Returns: The line; nil when the server has ended without it.
    public func line(containing text: String, after mark: Int = 0) async -> String? {
        await withCheckedContinuation { continuation in
            let answer = state.withLock { state -> String?? in
                if let found = state.lines.dropFirst(mark).first(where: { $0.contains(text) }) { return found }
                guard state.writers > 0 else { return .some(nil) }
                state.waits.append(Wait(text: text, continuation: continuation))
                return .none
            }
            if let answer { continuation.resume(returning: answer) }
        }
    }

    /// How many lines contain a text.
    public func count(of text: String, after mark: Int = 0) -> Int {
        state.withLock { $0.lines.dropFirst(mark).count { $0.contains(text) } }
    }

    /// How many lines contain a text, once there are so many, or the server has ended: what it says is heard a moment late.
    public func count(of text: String, reaching wanted: Int) async -> Int {
        while true {
            let seen = mark
            let count = count(of: text)
            guard count < wanted, await line(containing: text, after: seen) != nil else { return self.count(of: text) }
        }
    }

    /// Takes over the lines of a process.
    func follow(_ pipe: LinePipe) {
        state.withLock { $0.writers += 1 }
        Task {
            for await line in pipe.lines { append(line) }
            end()
        }
    }

    private func append(_ line: String) {
        // What servers write to a pipe ends in a carriage return, too.
        let line = line.last?.isNewline == true ? String(line.dropLast()) : line
        let met = state.withLock { state in
            state.lines.append(line)
            let met = state.waits.filter { line.contains($0.text) }
            state.waits.removeAll { line.contains($0.text) }
            return met
        }
        for wait in met { wait.continuation.resume(returning: line) }
    }

    private func end() {
        let left = state.withLock { state -> [Wait] in
            state.writers -= 1
            guard state.writers == 0 else { return [] }
            defer { state.waits = [] }
            return state.waits
        }
        for wait in left { wait.continuation.resume(returning: nil) }
    }
}
