import Lanes

// Sendable: touched only on the client's lane.

/// Writes a part of shared bytes to an open file, many blocks ahead of their answers.
///
/// No block is written more than a window behind the first that is not answered, so that after a cut everything but the
/// last window of the file is there, in whatever order the server works.
final class WritePipeline: @unchecked Sendable {
    private let client: SFTPClient
    private let handle: [UInt8]
    private let path: SFTPPath
    private let content: SharedBytes
    private let meter: ProgressMeter?
    private let done = Waiter<Void>()
    private let block: Int
    /// Where the next block begins.
    private var next: Int
    /// For each block from the first that is not answered: whether it is.
    private var answers: [Bool] = []
    /// Where the first block of `answers` begins.
    private var front: Int
    private var underWay = 0
    private var isOver = false
    private var isDone = false

    init(
        _ content: SharedBytes, from offset: Int, to handle: [UInt8], _ path: SFTPPath, on client: SFTPClient,
        meter: ProgressMeter?
    ) {
        self.content = content
        self.handle = handle
        self.path = path
        self.client = client
        self.meter = meter
        block = client.limits.writeBlock
        next = offset
        front = offset
    }

    /// Sends what may be under way.
    func start() { pump() }

    /// Sends the rest; returns when every block is answered, or throws at the first refusal.
    ///
    /// - Throws: ``SFTPError``, `CancellationError`.
    func end() async throws {
        guard !isDone else { return }
        // Answers that come when nobody waits any more are nobody's, but their bytes are counted until they come.
        defer { isOver = true }
        try await done.value()
        isDone = true
    }

    private func pump() {
        while !isOver, next < content.count, mayGoOn {
            let start = next
            let range = start..<min(start + block, content.count)
            next = range.upperBound
            answers.append(false)
            count(range.count)
            client.ask(toWrite: content, range, handle: handle, at: UInt64(start), path) { [self] result in
                count(-range.count)
                take(result, range)
            }
        }
        if !isOver, answers.isEmpty, next >= content.count { finish(.success(())) }
    }

    /// A file always has one block under way; how many more depends on all files together.
    private var mayGoOn: Bool {
        guard !answers.isEmpty else { return true }
        return next - front + block <= client.limits.window
            && client.bytesUnderWay + block <= client.limits.window
    }

    private func count(_ bytes: Int) {
        underWay += bytes
        client.bytesUnderWay += bytes
    }

    private func take(_ result: Result<SFTPAnswer, SFTPError>, _ range: Range<Int>) {
        guard !isOver else { return }
        switch result {
        case .failure(let failure): return finish(.failure(failure))
        case .success(.status(let status)) where status.isOK: break
        case .success(let answer):
            return finish(.failure(client.refusal(answer, SFTPOperation("write", path, on: client.name))))
        }
        meter?.move(range.count)
        answers[(range.lowerBound - front) / block] = true
        let answered = answers.prefix { $0 }.count
        answers.removeFirst(answered)
        front += answered * block
        pump()
    }

    private func finish(_ result: Result<Void, any Error>) {
        isOver = true
        done.resume(with: result)
    }
}
