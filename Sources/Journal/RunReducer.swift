import Farm

/// Turns events into a record, one at a time; the only reader of events' meaning.
public struct RunReducer: Sendable {
    /// The run as far as it was told.
    public private(set) var record = RunRecord()
    private var positions: [TargetID: Int] = [:]

    /// Starts with a record of nothing.
    public init() {}

    /// Takes the next event.
    ///
    /// One that speaks of a target which is not in the header is left out: the header fixed the targets.
    public mutating func apply(_ event: JournalEvent) {
        record.lastTime = event.time
        switch event.body {
        case .runStarted(let header): start(header, at: event.time)
        case .runEnded(let end): record.end = end
        case .phoneConnected(let target, let facts):
            update(target, at: event.time) { $0.facts = facts }
        case .stepStarted(let target, let path, let attempt):
            update(target, at: event.time) { $0.withStep(path) { $0.begin(attempt, at: event.time) } }
        case .serviceAsked(let target, _, _): update(target, at: event.time) { _ in }
        case .attemptFailed(let target, let path, let failed):
            update(target, at: event.time) { $0.withStep(path) { $0.failedAttempts.append(failed) } }
        case .stepEnded(let target, let path, let end):
            update(target, at: event.time) { $0.withStep(path) { $0.finish(end) } }
        case .phoneEnded(let target, let end):
            guard let position = positions[target] else { return }
            record.phones[position].end = end
            record.phones[position].isUnderWay = false
            record.phones[position].lastTime = event.time
        case .playEnded(let target, let play, let end):
            guard let position = positions[target] else { return }
            record.phones[position].playEnds[play] = end
            // It waits for its next play, or for its turn there.
            record.phones[position].isUnderWay = false
        case .waveStarted(let wave): record.waves.append(WaveRecord(start: wave))
        case .waveEnded(let end):
            guard let index = record.waves.lastIndex(where: { $0.start.play == end.play && $0.start.wave == end.wave })
            else { return }
            record.waves[index].end = end
        case .canaryReplaced(let play, let lost, let other):
            guard let index = record.waves.lastIndex(where: { $0.start.play == play && $0.start.wave == 0 }) else {
                return
            }
            record.waves[index].replacements.append(WaveRecord.Replacement(lost: lost, by: other))
        case .runStopping(let stopping): record.stopping = stopping
        case .runResumed: resume()
        }
    }

    /// Whoever has not come to a good end takes part again.
    private mutating func resume() {
        record.end = nil
        record.stopping = nil
        record.resumes += 1
        for position in record.phones.indices {
            if record.phones[position].takesPartAgain { record.phones[position].takePartAgain() }
        }
    }

    private mutating func start(_ header: RunHeader, at time: Int64) {
        record.header = header
        record.startTime = time
        record.phones = header.targets.map { PhoneRecord(target: $0) }
        positions.reserveCapacity(header.targets.count)
        for (position, target) in header.targets.enumerated() { positions[target] = position }
    }

    private mutating func update(_ target: TargetID, at time: Int64, _ change: (inout PhoneRecord) -> Void) {
        guard let position = positions[target] else { return }
        if record.phones[position].startTime == nil { record.phones[position].startTime = time }
        record.phones[position].lastTime = time
        record.phones[position].isUnderWay = true
        change(&record.phones[position])
    }
}
