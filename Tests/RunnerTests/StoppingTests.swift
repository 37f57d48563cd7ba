import DroverTesting
import Farm
import Journal
import Lanes
import Planning
import Synchronization
import Testing

@testable import Runner

/// Where a run stops when phones fail, and that it goes on from there.
@Suite(.timeLimit(.minutes(2))) struct StoppingTests {
    /// One way for phones to fail, and what must come of it; phones are taken one at a time, so that it is exact.
    struct Pattern: CustomStringConvertible, Sendable {
        let rules: String
        /// The phones of the farm; the order of waves is theirs when they are of one model.
        var phones = 10
        /// How each phone fails, by its turn from 1.
        var failing: [Int: Failure] = [:]
        /// How many phones came to an end before the run stopped.
        let ended: Int
        let exit: Int
        var stopping: String?

        enum Failure: Sendable { case failed, lost, timedOut }

        var description: String { "\(rules); failing \(failing.sorted { $0.key < $1.key }.map { "\($0.key)" })" }
    }

    static let patterns: [Pattern] = [
        // Nothing said: everybody has a turn.
        Pattern(rules: "", failing: [1: .failed, 5: .failed], ended: 10, exit: 1),
        Pattern(rules: "", failing: [2: .lost], ended: 10, exit: 4),
        Pattern(rules: "", failing: [2: .lost, 3: .failed], ended: 10, exit: 1),
        Pattern(rules: "", ended: 10, exit: 0),
        // Absolute limits: it trips when more than so many have failed.
        Pattern(rules: "max-fail: 0", failing: [1: .failed], ended: 1, exit: 3, stopping: "max-fail"),
        Pattern(rules: "max-fail: 0", failing: [10: .failed], ended: 10, exit: 3, stopping: "max-fail"),
        Pattern(rules: "max-fail: 1", failing: [3: .failed, 4: .failed], ended: 4, exit: 3, stopping: "max-fail"),
        Pattern(rules: "max-fail: 2", failing: [3: .failed, 4: .failed], ended: 10, exit: 1),
        Pattern(rules: "max-fail: 1", failing: [2: .lost, 9: .timedOut], ended: 9, exit: 3, stopping: "max-fail"),
        // Parts of all targets, rounded down.
        Pattern(rules: "max-fail: 10%", failing: [1: .failed], ended: 10, exit: 1),
        Pattern(rules: "max-fail: 10%", failing: [1: .failed, 2: .failed], ended: 2, exit: 3, stopping: "max-fail"),
        Pattern(rules: "max-fail: 19%", failing: [1: .failed, 7: .lost], ended: 7, exit: 3, stopping: "max-fail"),
        Pattern(rules: "max-fail: 20%", failing: [1: .failed, 7: .lost], ended: 10, exit: 1),
        Pattern(rules: "max-fail: 100%", failing: [1: .failed, 2: .failed], ended: 10, exit: 1),
        // Only some kinds.
        Pattern(rules: "max-fail: { run: 0, kinds: [failed] }", failing: [1: .lost, 2: .timedOut], ended: 10, exit: 1),
        Pattern(
            rules: "max-fail: { run: 0, kinds: [failed] }", failing: [1: .lost, 4: .failed], ended: 4, exit: 3,
            stopping: "max-fail"),
        Pattern(
            rules: "max-fail: { run: 1, kinds: [lost, timed-out] }", failing: [1: .lost, 2: .failed, 6: .timedOut],
            ended: 6, exit: 3, stopping: "max-fail"),
        // The first wave must have no failure, unless its gate says otherwise.
        Pattern(rules: "waves: [1, 100%]", failing: [1: .failed], ended: 1, exit: 3, stopping: "gate"),
        Pattern(rules: "waves: [2, 100%]", failing: [2: .timedOut], ended: 2, exit: 3, stopping: "gate"),
        Pattern(rules: "waves: [1, 100%]", failing: [2: .failed], ended: 10, exit: 1),
        Pattern(rules: "waves: [20%, 50%, 100%]", failing: [3: .failed], ended: 10, exit: 1),
        Pattern(
            rules: "waves: [{ size: 1, gate: counts.failed <= 1 }, 100%]", failing: [1: .failed], ended: 10, exit: 1),
        Pattern(
            rules: "waves: [1, { size: 50%, gate: counts.failed == 0 }, 100%]", failing: [4: .failed], ended: 5,
            exit: 3, stopping: "gate"),
        Pattern(
            rules: "waves: { sizes: [2, 4, 100%], gate: counts.ok + counts.changed == counts.total }",
            failing: [3: .failed], ended: 4, exit: 3, stopping: "gate"),
        // A lost canary is replaced by another phone; a farm where all are lost is not used up.
        Pattern(rules: "waves: [1, 100%]", failing: [1: .lost], ended: 10, exit: 4),
        Pattern(rules: "waves: [1, 100%]", failing: [1: .lost, 2: .failed], ended: 2, exit: 3, stopping: "gate"),
        Pattern(
            rules: "waves: [1, 100%]", failing: [1: .lost, 2: .lost, 3: .lost, 4: .lost], ended: 4, exit: 3,
            stopping: "gate"),
        // Failures of earlier waves count, over the run and not within a later wave.
        Pattern(
            rules: "waves: [{ size: 3, gate: counts.total > 0 }, 100%]\nmax-fail: 1",
            failing: [1: .failed, 5: .failed], ended: 5, exit: 3, stopping: "max-fail"),
        Pattern(
            rules: "waves: [{ size: 3, gate: counts.total > 0 }, 100%]\nmax-fail: { wave: 1 }",
            failing: [1: .failed, 5: .failed], ended: 10, exit: 1),
        Pattern(
            rules: "waves: [{ size: 4, gate: counts.total > 0 }, 100%]\nmax-fail: { wave: 25% }",
            failing: [2: .failed, 3: .failed], ended: 3, exit: 3, stopping: "max-fail"),
        // What is tolerated neither stops the run nor makes it fail.
        Pattern(rules: "tolerate: { lost: 2 }", failing: [1: .lost, 2: .lost], ended: 10, exit: 0),
        Pattern(rules: "tolerate: { lost: 10% }", failing: [1: .lost, 2: .lost], ended: 10, exit: 4),
        Pattern(rules: "tolerate: { lost: 1 }\nmax-fail: 0", failing: [3: .lost], ended: 10, exit: 0),
        Pattern(
            rules: "tolerate: { lost: 1 }\nmax-fail: 0", failing: [3: .lost, 4: .lost], ended: 4, exit: 3,
            stopping: "max-fail"),
        // Running ones are cancelled; with one at a time there are none.
        Pattern(rules: "max-fail: 0\non-stop: cancel", failing: [3: .failed], ended: 3, exit: 3, stopping: "max-fail"),
    ]

    @Test func `there are patterns enough`() { #expect(Self.patterns.count >= 30) }

    @Test(arguments: patterns) func `a run stops where its rules say, and resume goes on from there`(
        pattern: Pattern
    ) async throws {
        let turns = Turns(pattern.failing)
        let scenario = try RunScenario(
            playbook: "phones: all\n\(pattern.rules)\nsteps:\n  - shell: id\n    timeout: 5s\n",
            phones: (0..<pattern.phones).map { "px-\($0)" }, forks: 1
        ) { phone, lane, _ in
            try await turns.dial(phone, lane)
        }
        let result = await scenario.execute()
        let ended = result.record.phones.count { $0.verdict != .notStarted }
        #expect(ended == pattern.ended, "\(result.record.counts)")
        #expect(result.exit.code == pattern.exit, "\(result.exit.why)")
        #expect(result.record.stopping?.code == pattern.stopping)
        #expect(result.record.counts.total == pattern.phones)

        // Now they are well, and everybody who is left has a turn, the stopped wave first.
        turns.heal()
        let left = result.record.phones.count(where: \.takesPartAgain)
        guard left > 0 else { return }
        let second = try await scenario.resume()
        #expect(turns.count == left, "\(turns.count) phones took part again")
        #expect(second.exit.code == 0, "\(second.exit.why)")
        #expect(second.record.counts[.changed] == pattern.phones)
    }
}

/// Deals out failures to phones by the turn in which they are dialled.
final class Turns: Sendable {
    private struct State {
        var failing: [Int: StoppingTests.Pattern.Failure]
        var turns: [String: Int] = [:]
    }

    private let state: Mutex<State>

    init(_ failing: [Int: StoppingTests.Pattern.Failure]) { state = Mutex(State(failing: failing)) }

    /// How many phones were dialled since the last healing.
    var count: Int { state.withLock { $0.turns.count } }

    func heal() { state.withLock { $0 = State(failing: [:]) } }

    func dial(_ phone: Phone, _ lane: Lane) async throws -> any ConnectedPhone {
        let failure = state.withLock { state -> StoppingTests.Pattern.Failure? in
            let turn = state.turns[phone.name] ?? state.turns.count + 1
            state.turns[phone.name] = turn
            return state.failing[turn]
        }
        if failure == .lost { throw PhoneError.closedPort }
        return RecordingPhone(
            phone.name, on: lane,
            answers: .running { _ in
                switch failure {
                case .failed: return CommandResult(exit: 1, exitSource: .protocolPacket, output: [], error: [])
                case .timedOut: try await lane.sleep(for: .seconds(3600))
                case .lost, nil: break
                }
                return CommandResult(exit: 0, exitSource: .protocolPacket, output: [], error: [])
            })
    }
}
