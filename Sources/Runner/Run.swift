public import Journal
import Lanes
public import Planning
import PlaybookLanguage
import Steps

/// One execution of a plan: takes every target through the plays, within the limits, and writes what happens.
public struct Run: Sendable {
    /// How a run ended.
    public struct Result: Sendable {
        /// What became of everyone, as the journal tells it.
        public let record: RunRecord
        /// The program's exit code and its reason.
        public let exit: RunExit
    }

    private let plan: Plan
    private let services: RunServices
    private let limits: SchedulerLimits
    /// The first line of the journal.
    public let header: RunHeader

    /// Prepares a run; nothing happens yet.
    ///
    /// - Parameters:
    ///   - playbook: The playbook as it was named on the command line; nil for one-step runs.
    ///   - commandLine: The command line, word by word.
    ///   - version: The version of drover.
    public init(
        _ plan: Plan, services: RunServices, playbook: String? = nil, commandLine: [String] = [], version: String = ""
    ) {
        self.plan = plan
        self.services = services
        limits = SchedulerLimits(forks: plan.forks, farm: plan.limits, descriptors: services.descriptors)
        header = RunHeader(
            id: services.folder.id,
            playbook: playbook,
            title: plan.name,
            commandLine: commandLine,
            inputs: plan.inputTexts,
            targets: plan.targets.map(\.id),
            steps: plan.plays.flatMap(\.labels),
            seed: plan.seed,
            version: version,
            window: limits.window,
            plays: plan.plays.count > 1
                ? plan.plays.map { play in
                    let isForAll = play.targets.count == plan.targets.count
                    return PlayLabel(
                        name: play.title, targetCount: play.targets.count, members: isForAll ? nil : play.targets)
                } : []
        )
    }

    /// Takes everyone through the plays and returns when the last one has its verdict.
    ///
    /// Throws nothing: a phone's trouble is its verdict, and a journal that cannot be written is exit code 5.
    ///
    /// - Parameter earlier: The journal of the run so far, when it is resumed.
    public func execute(stop: StopSignal = StopSignal(), resuming earlier: JournalContents? = nil) async -> Result {
        let start = services.lanes[0].now
        if earlier == nil {
            services.journal.post(.runStarted(header))
        } else {
            services.journal.post(.runResumed(RunResumed(commandLine: header.commandLine, version: header.version)))
        }
        let targets = TargetLedger(plan, journal: services.journal, earlier: earlier)
        var reason: StopReason?
        for play in plan.plays where reason == nil && stop.stage == .running {
            let playRun = PlayRun(plan: plan, play: play, services: services, limits: limits, ledger: targets)
            reason = await playRun.execute(stop: stop, since: start)
        }
        targets.close()
        return await end(after: services.lanes[0].now.since(start), stop, reason)
    }

    private func end(after duration: Duration, _ stop: StopSignal, _ reason: StopReason?) async -> Result {
        let journal = services.journal
        let counts = await journal.record().counts
        func exit() -> RunExit {
            RunExit(
                counts: counts, wasStopped: stop.stage != .running, reason: reason, tolerance: plan.tolerance,
                journalFailure: journal.failure)
        }
        let first = exit()
        let end = RunEnd(
            counts: counts, exitCode: first.code, why: first.why, duration: duration.wholeNanoseconds / 1_000_000)
        do {
            try await journal.append(.runEnded(end))
        } catch {
            // The exit code says it already, or says it now: the last line could not be written.
            return Result(record: await journal.record(), exit: exit())
        }
        await journal.synchronize()
        return Result(record: await journal.record(), exit: first)
    }
}
