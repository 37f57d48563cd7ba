import Journal
import Planning
import Steps

/// A step of the plan as all phones share it: an object, since a planned step is some fifty references wide and would be
/// copied several times for each phone.
final class SharedStep: Sendable {
    let planned: PlannedStep
    let path: StepPath
    let id: String?
    let load: StepLoad
    let title: String

    init(_ planned: PlannedStep) {
        self.planned = planned
        path = planned.path
        id = planned.id
        load = planned.load
        title = planned.title
    }
}
