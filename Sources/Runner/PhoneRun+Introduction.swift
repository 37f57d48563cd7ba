import Lanes
import Planning
import PlaybookLanguage
import Journal
import Steps

/// Getting to know a phone before something is decided about it.
///
/// A step of a kind finds out in its first attempt, where its retries and its limit hold. Whatever is decided earlier than
/// that (whether a block is taken, how often a loop goes round, how long a step may take) needs the answers first.
extension PhoneRun {
    /// Asks the phone what expressions speak of, unless it is known.
    ///
    /// - Parameter step: To which a phone that cannot be reached is written down.
    /// - Returns: Nil when the phone is known; where the strand goes when it cannot be.
    func introduce(for step: PlannedStep, at path: StepPath, _ strand: inout Strand) async throws -> Way? {
        guard !isKnown, let keeper else { return nil }
        do {
            guard try await admission.turn(of: strand.number, StepDemand()) == .admitted else { return .stopped }
            baggage.hasBegun = true
            try await greet(keeper, within: .seconds(60))
            if let fields { strand.scope.phone = fields }
            return nil
        } catch {
            return fall(over: error, in: step, at: path, &strand)
        }
    }

    /// The same for a block or a loop, whose first step stands for it.
    func introduce(for entry: PlannedEntry, at path: StepPath, _ strand: inout Strand) async throws -> Way? {
        guard let first = entry.firstStep else { return nil }
        let place = if case .block = entry { path.appending(first.position) } else { path }
        return try await introduce(for: first, at: place, &strand)
    }

    /// Connects, when expressions may ask what only the phone knows.
    func greet(_ keeper: LinkKeeper, within limit: Duration) async throws {
        try await withDeadline(total: limit, on: lane) { _ = try await keeper.connected() }
        fields = PhoneFields.adding(keeper.answers, to: target.fields)
        isKnown = true
    }

    /// Whether a step of the run's own asks what only the phone knows.
    func needsPhone(_ step: PlannedStep) -> Bool {
        if step.when != nil { return true }
        return switch step.action {
        case .own(.set), .own(.assert): true
        case .own(.pause(.duration(let duration))): duration.literal == nil
        case .own(.pause(.person(let text))): text != nil
        case .own, .kind: false
        }
    }
}
