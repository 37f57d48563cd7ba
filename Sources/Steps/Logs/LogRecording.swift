import Farm
import Lanes

/// A phone's log on its way into a file.
struct LogRecording: Sendable {
    let phone: any ConnectedPhone
    /// The log's buffers; the phone's own choice when there is none.
    let buffers: [String]
    /// As `logcat` takes them: `Game:D`; everything when there is none.
    let filters: [String]

    /// The shell line.
    ///
    /// - Parameters:
    ///   - start: A point in the phone's time; nil for all that the log holds.
    ///   - ends: Whether the log is read to its present end only.
    func line(from start: LogWatch.Start?, ends: Bool) -> String {
        var words = ["logcat", "-v", "threadtime"]
        if ends { words.append("-d") }
        for buffer in buffers { words += ["-b", buffer] }
        // The last line alone is a start for following, and none for reading back.
        if let start, !ends || start.seconds != nil { words += ["-T", start.spelling] }
        words += filters
        if !filters.isEmpty, !filters.contains(where: { $0.hasPrefix("*:") }) { words.append("*:S") }
        return ShellLine(words).description
    }

    /// Saves what the log holds.
    func save(since start: LogWatch.Start?, into file: CappedFile, progress: ProgressMeter) async throws {
        if let batched = phone as? any BatchedPhone {
            return try await save(of: batched, since: start, into: file, progress)
        }
        progress.expectBytes(true)
        defer { progress.expectBytes(false) }
        try await phone.follow(line(from: start, ends: true)) { bytes in
            progress.move(bytes.count)
            return file.take(bytes)
        }
        if let failure = file.failure { throw failure }
    }

    /// Has the log written to a file, where nobody can listen to the phone.
    private func save(
        of phone: any BatchedPhone, since start: LogWatch.Start?, into file: CappedFile, _ progress: ProgressMeter
    ) async throws {
        let path = try RemotePath(validating: "\(Leftovers.stagingFolder)/\(Leftovers.prefix)log.txt")
        _ = try await phone.run("\(line(from: start, ends: true)) >\(path.path) 2>&1")
        _ = try await phone.pull(path, into: CappedSink(file: file), progress: progress)
        _ = try await phone.run(ShellLine("rm", "-f", path.path).description)
        if let failure = file.failure { throw failure }
    }

    /// Follows the log until the block ends.
    func record(
        from start: LogWatch.Start?, until ending: BlockEnding, into file: CappedFile, progress: ProgressMeter
    ) async throws {
        let lane = phone.lane
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask(executorPreference: lane) {
                try await ending.reached()
                // The last lines, which tell of a crash, may still be on their way.
                try await lane.sleep(for: .milliseconds(300))
            }
            group.addTask(executorPreference: lane) { try await follow(from: start, into: file, progress: progress) }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    /// Follows the log, and again when the phone ends it, as one does whose log service starts anew.
    private func follow(from first: LogWatch.Start?, into file: CappedFile, progress: ProgressMeter) async throws {
        var start = first
        while true {
            try await phone.follow(line(from: start, ends: false)) { bytes in
                progress.move(bytes.count)
                return file.take(bytes)
            }
            if let failure = file.failure { throw failure }
            let end = phone.lane.now
            try await phone.lane.sleep(for: .seconds(1))
            start = try await LogWatch.start(at: end, on: phone)
        }
    }
}
