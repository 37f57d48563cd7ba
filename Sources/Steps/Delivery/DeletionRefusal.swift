import Farm
import Journal

/// Why nothing, or not everything, is removed beside a delivery.
struct DeletionRefusal: Error, Sendable {
    let code: String
    let reason: String
    let advice: String?
    /// How many things were removed before.
    var removed = 0

    init(_ code: String, _ reason: String, advice: String? = nil, removed: Int = 0) {
        self.code = code
        self.reason = reason
        self.advice = advice
        self.removed = removed
    }

    /// The failure that it makes of a step.
    func failure(of operation: String) -> StepFailure {
        StepFailure(code: code, operation: operation, reason: reason, advice: advice)
    }
}
