import Farm
import Journal

/// A phone's refusals of files, as one failure.
enum PushRefusals {
    /// - Parameter place: The path that the first refusal speaks of.
    static func failure(_ operation: String, place: String, _ refusals: [PushRefusal]) -> StepFailure? {
        guard let first = refusals.first else { return nil }
        let others = refusals.count > 1 ? " (and \(refusals.count - 1) more)" : ""
        return failure(operation, place: place, reason: first.reason, others: others)
    }

    /// - Parameter reason: The phone's own words.
    static func failure(_ operation: String, place: String, reason: String, others: String = "") -> StepFailure {
        StepFailure(
            code: "refused", operation: operation, reason: "\(place): \(PhoneWords(reason).firstLine)\(others)",
            advice: advice(reason))
    }

    /// A hint for the two refusals that everybody meets; the phone's own words stand beside it.
    private static func advice(_ reason: String) -> String? {
        if reason.contains("Permission denied") || reason.contains("Read-only file system") {
            return "the shell user may write below /sdcard and /data/local/tmp"
        }
        return reason.contains("No space left") ? "free space on the phone: remove apps or files" : nil
    }
}
