import Farm
import Lanes

/// A program on a phone that drover is connected to: it takes the place of a shell, so that its output and its end come at
/// once, and the end of the connection is its own.
struct AttachedProgram {
    let order: ProgramOrder
    let phone: any ConnectedPhone
    let context: StepContext
    /// The end of its block; nil when nothing but time ends it.
    let ending: BlockEnding?
    let log: CappedFile

    /// How long the connection may outlast a program that has ended, as what it has started may hold it.
    private static let patience = Duration.seconds(2)

    private enum Moment: Sendable, Equatable {
        case ended(exit: Int?)
        case ready
        case notReady
        /// The block, or the time that the step gives it, is over.
        case over
        case stopped(wasKilled: Bool)
        case outlasted
    }

    /// Starts it, and has it run until it is to end.
    ///
    /// - Throws: ``PhoneError``, and what writing its log throws.
    func run() async throws -> ProgramEnd {
        let output = ProgramOutput(into: log, readyAt: order.ready)
        let start = phone.lane.now
        var end = ProgramEnd(cause: .alone, exit: nil, ran: .zero)
        try await withThrowingTaskGroup(of: Moment.self) { group in
            defer { group.cancelAll() }
            add(to: &group) { [phone] in
                let exit = try await phone.follow(ProgramLines.start(order)) { bytes in
                    context.progress.move(bytes.count)
                    return output.take(bytes)
                }
                if let failure = log.failure { throw failure }
                return .ended(exit: exit)
            }
            if let ending {
                add(to: &group) {
                    try await ending.reached()
                    return .over
                }
            }
            awaitReadiness(of: output, in: &group)
            var isReady = false
            var isStopping = false
            var hasEnded = false
            while let moment = try await group.next() {
                switch moment {
                case .ended(let exit):
                    end.exit = exit
                    // Whoever stops it sees that at once, and may say that it was killed.
                    guard isStopping else { return }
                    hasEnded = true
                case .ready:
                    guard !isReady else { continue }
                    isReady = true
                    context.readiness?.reach()
                    if let length = order.length { add(to: &group) { try await pause(length, then: .over) } }
                case .notReady, .over:
                    guard end.cause == .alone, moment == .over || !isReady else { continue }
                    isStopping = true
                    end.cause = moment == .over ? .stopped : .neverReady
                    add(to: &group) { .stopped(wasKilled: try await stop(output.process)) }
                case .stopped(let wasKilled):
                    if wasKilled, end.cause == .stopped { end.cause = .killed }
                    guard !hasEnded else { return }
                    isStopping = false
                    add(to: &group) { try await pause(Self.patience, then: .outlasted) }
                case .outlasted: return
                }
            }
        }
        end.ran = phone.lane.now.since(start)
        end.lastLine = output.lastLine
        return end
    }

    private func add(
        to group: inout ThrowingTaskGroup<Moment, any Error>, _ body: @escaping @Sendable () async throws -> Moment
    ) {
        group.addTask(executorPreference: phone.lane) { try await body() }
    }

    private func awaitReadiness(of output: ProgramOutput, in group: inout ThrowingTaskGroup<Moment, any Error>) {
        guard order.ready != nil else {
            return add(to: &group) { try await pause(ProgramOrder.settling, then: .ready) }
        }
        add(to: &group) {
            try await output.isReady()
            return .ready
        }
        add(to: &group) { try await pause(order.readyWithin, then: .notReady) }
    }

    private func pause(_ length: Duration, then moment: Moment) async throws -> Moment {
        try await phone.lane.sleep(for: length)
        return moment
    }

    /// Ends it; whether it had to be killed.
    private func stop(_ process: ProgramOutput.Process?) async throws -> Bool {
        // Without its number it is ended with the connection.
        guard let process else { return false }
        let line = ProgramLines.stop(process, grace: order.grace)
        return try await phone.run(line).text.contains("drover-killed")
    }
}
