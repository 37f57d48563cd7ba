import Farm
import Lanes

/// A program on a phone that is asked for through a service: a script there looks after it, and is asked now and then.
struct DetachedProgram {
    let order: ProgramOrder
    let phone: any BatchedPhone
    let context: StepContext
    /// The end of its block; nil when nothing but time ends it.
    let ending: BlockEnding?
    let control: ProgramControl

    private enum Moment: Sendable {
        case look
        /// The block, or the time that the step gives it, is over.
        case over
    }

    /// How long whoever gives it up waits for the service to take that.
    private static let farewell = Duration.seconds(10)

    /// Starts it, and has it run until it is to end.
    ///
    /// - Throws: ``ServiceError``, ``PhoneError``.
    func run() async throws -> ProgramEnd {
        do {
            return try await watched()
        } catch is CancellationError {
            // A task of its own: nothing that this one waits for would wait. What is not heard there is ended later, when
            // nobody has looked for a while.
            await Task(executorPreference: phone.lane) { [phone, control] in
                _ = try? await withDeadline(total: Self.farewell, on: phone.lane) {
                    try await phone.run(control.line(.stop))
                }
            }.value
            throw CancellationError()
        }
    }

    private func watched() async throws -> ProgramEnd {
        let lane = phone.lane
        return try await withThrowingTaskGroup(of: Moment.self) { group in
            defer { group.cancelAll() }
            if let ending {
                group.addTask(executorPreference: lane) {
                    try await ending.reached()
                    return .over
                }
            }
            try await phone.deliver(try control.delivery())
            let start = lane.now
            var report = try await told(.start)
            while order.ready != nil, report.isRunning, !report.isReady {
                guard lane.now.since(start) < order.readyWithin else {
                    return end(.neverReady, try await told(.stop), since: start)
                }
                try await lane.sleep(for: .seconds(2))
                report = try await told(.look)
            }
            if report.isRunning {
                context.readiness?.reach()
                if let length = order.length { Self.pause(length, then: .over, on: lane, in: &group) }
            }
            var looks = 0
            while report.isRunning {
                Self.pause(Self.rest(after: looks), then: .look, on: lane, in: &group)
                guard let moment = try await group.next() else { break }
                if moment == .over { return end(.stopped, try await told(.stop), since: start) }
                looks += 1
                if let limit = context.timeLimit, lane.now.since(start) >= limit {
                    return end(.outOfTime, try await told(.stop), since: start)
                }
                report = try await told(.look)
            }
            return end(report.exit == nil ? .unseen : .alone, report, since: start)
        }
    }

    private static func pause(
        _ length: Duration, then moment: Moment, on lane: Lane, in group: inout ThrowingTaskGroup<Moment, any Error>
    ) {
        group.addTask(executorPreference: lane) {
            try await lane.sleep(for: length)
            return moment
        }
    }

    /// Soon at first, since a program that cannot run ends soon; then once a minute, since every look is a job of the service.
    private static func rest(after looks: Int) -> Duration { .seconds(min(60, 5 << min(looks, 4))) }

    private func told(_ verb: ProgramControl.Verb) async throws -> ProgramReport {
        let line = control.line(verb)
        let result = verb == .look ? try await phone.ask(line) : try await phone.run(line)
        guard let report = ProgramReport(reading: result.text) else {
            let said = result.complaint
            throw ServiceError(
                "media", operation: "\(verb.rawValue) \(order.file.name)",
                reason: said.isEmpty ? "the phone's script said nothing" : said, outcome: .refusedForNow)
        }
        return report
    }

    private func end(_ cause: ProgramEnd.Cause, _ report: ProgramReport, since start: LaneInstant) -> ProgramEnd {
        var cause = cause
        if cause == .stopped, report.wasKilled { cause = .killed }
        if cause == .stopped, report.wasAlone { cause = report.exit == nil ? .unseen : .alone }
        if report.wasUnwatched { cause = .unseen }
        return ProgramEnd(
            cause: cause, exit: report.exit, ran: phone.lane.now.since(start), lastLine: report.lastLine)
    }
}
