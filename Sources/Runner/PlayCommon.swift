import Farm
import Journal
import Lanes
import Planning
import PlaybookLanguage
import Steps
import Synchronization

/// What all targets of a play have in common; an object, as a plan is too large to be copied for each.
final class PlayCommon: Sendable {
    let plan: Plan
    let play: PlannedPlay
    let services: RunServices
    let questions: PhoneQuestions
    let persons: PersonDesk
    /// What earlier runs have brought the targets to.
    let replays: [TargetID: Replay]
    /// Of which servers all phones take part by now.
    let attendance: ServerAttendance
    /// For temporary names on phones: the run's own, of letters and digits.
    let tag: String
    /// The barriers among the steps, by their paths.
    let barriers: [StepPath: Int]
    /// Writes down that a target of the play has ended.
    let finished: @Sendable (Int, PhoneEnd, Baggage) -> Void
    /// Notes that nothing can be written down any more.
    let journalFailed: @Sendable () -> Void

    init(
        plan: Plan, play: PlannedPlay, services: RunServices, persons: PersonDesk, replays: [TargetID: Replay],
        finished: @escaping @Sendable (Int, PhoneEnd, Baggage) -> Void,
        journalFailed: @escaping @Sendable () -> Void = {}
    ) {
        self.plan = plan
        self.play = play
        self.services = services
        self.persons = persons
        self.replays = replays
        self.finished = finished
        attendance = ServerAttendance(of: play.targets.map { plan.targets[$0].phone })
        self.journalFailed = journalFailed
        questions = PhoneQuestions(of: plan)
        tag = String(services.folder.id.description.filter { $0.isLetter || $0.isNumber })
        let paths = play.allSteps.filter(\.isBarrier).map(\.path)
        barriers = Dictionary(uniqueKeysWithValues: zip(paths, paths.indices))
    }
}
