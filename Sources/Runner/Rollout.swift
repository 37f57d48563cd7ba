import Farm
import Journal
import Planning
import PlaybookLanguage

/// Which targets of a play may begin: wave after wave, until all have ended or too many have failed.
///
/// A part of the ``Scheduler``: pure, no clock, no task.
struct Rollout {
    /// How far it has come.
    enum Phase: Hashable {
        /// A wave is under way.
        case running
        /// What stands between two waves is waited for.
        case pausing
        /// Every wave has ended.
        case finished
        /// No wave begins any more.
        case stopped
    }

    /// What is to be done.
    enum Step: Hashable {
        case begin(Int, [Int])
        case end(Int, GateAnswer)
        case pause(Int)
        case replace(lost: Int, by: Int)
        case stop(StopReason)
    }

    private(set) var phase = Phase.running
    private var waves: [RolloutWave]
    private let rules: RolloutRules
    private var wave = 0
    /// Targets of the present wave that have not ended.
    private var open: Set<Int> = []
    private var outcomes: [Int: TargetOutcome]
    /// Targets of the first wave whose place another one took.
    private var replaced: Set<Int> = []
    private var replacementsLeft: Int
    private var failures: [FailureKind: Int]

    /// - Parameters:
    ///   - ended: Targets that need no turn any more, because an earlier run has brought them to their end.
    ///   - passed: Waves whose gate has said yes in an earlier run.
    init(
        waves: [RolloutWave], rules: RolloutRules, ended: [Int: TargetOutcome] = [:], passed: Set<Int> = []
    ) {
        self.waves = waves
        self.rules = rules
        outcomes = ended
        failures = rules.failuresBefore
        // A farm where every phone is lost must not be used up one canary after the other.
        replacementsLeft = 3 * (waves.first?.targets.count ?? 0)
        for index in waves.indices where passed.contains(index) { self.waves[index].hasPassed = true }
    }

    /// The targets of the present wave.
    var members: [Int] { waves.indices.contains(wave) ? waves[wave].targets : [] }

    /// Begins the first wave that has something left to do.
    mutating func begin() -> [Step] { enter(0) }

    /// A target has ended.
    mutating func end(_ target: Int, _ outcome: TargetOutcome) -> [Step] {
        outcomes[target] = outcome
        open.remove(target)
        var steps: [Step] = []
        if let kind = FailureKind(outcome.verdict) { failures[kind, default: 0] += 1 }
        if phase == .running, let step = replacement(for: target, outcome) { steps.append(step) }
        guard phase == .running || phase == .pausing else { return steps }
        if let reason = tripped() {
            phase = .stopped
            return steps + [.stop(reason)]
        }
        guard phase == .running, open.isEmpty else { return steps }
        return steps + leave()
    }

    /// What stood between two waves is over.
    mutating func pauseOver(goOn: Bool) -> [Step] {
        guard phase == .pausing else { return [] }
        guard goOn else {
            phase = .stopped
            return [.stop(StopReason(.interrupted, "nobody wanted to go on after wave \(wave + 1)"))]
        }
        phase = .running
        return enter(wave + 1)
    }

    /// No wave begins any more.
    mutating func stop() { phase = phase == .finished ? .finished : .stopped }

    // MARK: Waves

    private mutating func enter(_ next: Int) -> [Step] {
        wave = next
        guard wave < waves.count else {
            phase = .finished
            return []
        }
        let due = waves[wave].targets.filter { outcomes[$0] == nil }
        // A wave of which an earlier run left nothing to do is not judged twice.
        guard !due.isEmpty || !waves[wave].hasPassed else { return enter(wave + 1) }
        open = Set(due)
        let step = Step.begin(wave, due)
        guard due.isEmpty else { return [step] }
        return leave()
    }

    private mutating func leave() -> [Step] {
        let answer = judge()
        let step = Step.end(wave, answer)
        guard answer.passed else {
            phase = .stopped
            return [step, .stop(StopReason(.gate, answer.why ?? "the gate after wave \(wave + 1) said no"))]
        }
        guard wave + 1 < waves.count else {
            phase = .finished
            return [step]
        }
        guard waves[wave].hasPause else { return [step] + enter(wave + 1) }
        phase = .pausing
        return [step, .pause(wave)]
    }

    private func judge() -> GateAnswer {
        let outcomes = waves[wave].targets.filter { !replaced.contains($0) }.map {
            self.outcomes[$0] ?? TargetOutcome(.notStarted)
        }
        return rules.judge(wave, VerdictCounts(outcomes.map(\.verdict)))
    }

    /// Another target takes the place of one of the first wave that was lost, of the same model if there is one.
    private mutating func replacement(for target: Int, _ outcome: TargetOutcome) -> Step? {
        guard wave == 0, waves[0].isCanary, outcome.isPhoneReason, outcome.verdict.isFailure else { return nil }
        guard replacementsLeft > 0, waves[0].targets.contains(target) else { return nil }
        let model = rules.model(target)
        var choice: (wave: Int, place: Int)?
        for later in waves.indices.dropFirst() {
            for (place, other) in waves[later].targets.enumerated() where outcomes[other] == nil {
                let isAlike = rules.model(other) == model
                if choice == nil || isAlike { choice = (later, place) }
                if isAlike { break }
            }
            if let choice, rules.model(waves[choice.wave].targets[choice.place]) == model { break }
        }
        guard let choice else { return nil }
        replacementsLeft -= 1
        let other = waves[choice.wave].targets.remove(at: choice.place)
        waves[0].targets.append(other)
        replaced.insert(target)
        open.insert(other)
        return .replace(lost: target, by: other)
    }

    // MARK: Too many failures

    private func tripped() -> StopReason? {
        for limit in rules.limits {
            let count = counted(failures, limit.kinds)
            if let most = limit.run, count > most {
                let text = "\(count) \(count == 1 ? "failure" : "failures"), and \(limit.text) may fail"
                return StopReason(.maxFail, "max-fail: \(text)")
            }
            guard let part = limit.wave else { continue }
            let most = part.roundedDown(of: waves[wave].targets.count)
            let here = waves[wave].targets.compactMap { outcomes[$0].flatMap { FailureKind($0.verdict) } }
            let inWave = here.count { limit.kinds.contains($0) }
            if inWave > most {
                return StopReason(.maxFail, "max-fail: \(inWave) in wave \(wave + 1), and \(part.text) of it may fail")
            }
        }
        return nil
    }

    /// Failures that count; those that the playbook tolerates do not.
    private func counted(_ failures: [FailureKind: Int], _ kinds: Set<FailureKind>) -> Int {
        kinds.reduce(0) { $0 + max(0, (failures[$1] ?? 0) - (rules.tolerance[$1] ?? 0)) }
    }
}

/// Some targets that have their turn together.
struct RolloutWave {
    var targets: [Int]
    /// Whether something is waited for after it.
    var hasPause = false
    /// Whether a lost target is replaced by another.
    var isCanary = false
    /// Whether its gate has said yes already.
    var hasPassed = false
}

/// What decides whether a play goes on.
struct RolloutRules: Sendable {
    /// The limits of failures, each with the reason that it was written with.
    var limits: [FailLimit] = []
    /// Failures that count for nothing.
    var tolerance: [FailureKind: Int] = [:]
    /// Failures of earlier plays.
    var failuresBefore: [FailureKind: Int] = [:]
    /// Whether the wave's result lets the next one begin.
    var judge: @Sendable (Int, VerdictCounts) -> GateAnswer = { _, _ in GateAnswer(passed: true) }
    /// The model of a target, as far as it is known.
    var model: @Sendable (Int) -> String? = { _ in nil }
}
