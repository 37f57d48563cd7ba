import Journal
import Steps

@testable import Runner

// Most tests speak of phones without waves, branches or throttles; these spell them shortly.
extension SchedulerEvent {
    static func wants(phone: Int, _ load: StepLoad) -> Self { .wants(strand: phone, StepDemand(load)) }
    static func rests(phone: Int) -> Self { .rests(strand: phone) }
    static func ended(phone: Int, _ verdict: Verdict = .ok) -> Self { .ended(target: phone, TargetOutcome(verdict)) }
}

extension SchedulerAction {
    static func start(phone: Int) -> Self { .start(target: phone) }
    static func admit(phone: Int) -> Self { .admit(strand: phone) }
    static func dismiss(phone: Int) -> Self { .dismiss(strand: phone) }
    static func cancel(phone: Int) -> Self { .cancel(target: phone) }

    /// Whether it only tells of a wave.
    var isNews: Bool {
        switch self {
        case .beginWave, .endWave: true
        default: false
        }
    }
}
