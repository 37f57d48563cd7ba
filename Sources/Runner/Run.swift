import Farm
public import Journal
import Lanes
public import Planning
import Steps

/// One execution of a plan: takes every target through the steps, within the limits, and writes what happens.
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
            steps: plan.steps.map(\.label),
            seed: plan.seed,
            version: version,
            window: limits.window
        )
    }

    /// Takes everyone through the steps and returns when the last one has its verdict.
    ///
    /// Throws nothing: a phone's trouble is its verdict, and a journal that cannot be written is exit code 5.
    public func execute(stop: StopSignal = StopSignal()) async -> Result {
        let start = services.lanes[0].now
        let journal = services.journal
        let phones = PhoneRun.Common(plan: plan, services: services)
        let scheduler = Scheduler(
            phones: plan.targets.map { SchedulerGroup(of: $0.phone) },
            limits: limits,
            firstLoad: plan.steps.first?.load ?? .light
        )
        let lanes = services.lanes
        let admission = Admission(scheduler, phoneCount: plan.targets.count) { position, admission in
            let lane = lanes[position % lanes.count]
            // The scheduler is what these tasks are structured by: it knows each, stops each, and the run does not end
            // before the last of them. A task group would cost a hop to its owner for every phone.
            return Task(executorPreference: lane) {
                await PhoneRun(position, phones, on: lane, admission).run()
            }
        }
        journal.post(.runStarted(header))
        stop.observe { stage in
            switch stage {
            case .running: break
            case .draining: admission.drain()
            case .cancelling, .leaving: admission.cancel()
            }
        }
        await admission.runToEnd()
        return await end(after: lanes[0].now.since(start), wasStopped: stop.stage != .running)
    }

    private func end(after duration: Duration, wasStopped: Bool) async -> Result {
        let journal = services.journal
        let counts = await journal.record().counts
        let exit = RunExit(counts: counts, wasStopped: wasStopped, journalFailure: journal.failure)
        let end = RunEnd(
            counts: counts, exitCode: exit.code, why: exit.why, duration: duration.wholeNanoseconds / 1_000_000)
        do {
            try await journal.append(.runEnded(end))
        } catch {
            // The exit code says it already, or says it now: the last line could not be written.
            let exit = RunExit(counts: counts, wasStopped: wasStopped, journalFailure: journal.failure)
            return Result(record: await journal.record(), exit: exit)
        }
        await journal.synchronize()
        return Result(record: await journal.record(), exit: exit)
    }
}
