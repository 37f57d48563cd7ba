import Farm
import Journal
import SourceText

/// Targets that ended the same way for the same reason.
struct FailureGroup {
    let verdict: Verdict
    /// The step that ended them; nil when it was none's fault.
    let step: StepPath?
    let code: String
    let reason: String
    /// What was being done, where it was the same for all.
    private(set) var operation: String?
    let advice: String?
    let place: SourceLocation?
    private(set) var targets: [TargetID]

    private struct Key: Hashable {
        let verdict: Verdict
        let step: StepPath?
        let code: String
        let reason: String
        /// A closed port of a phone is looked into in another way than one of an adb server.
        let advice: String?
    }

    /// Groups everyone who failed, was lost or timed out: by step, then the largest group first.
    static func groups(of record: RunRecord) -> [FailureGroup] {
        var groups: [FailureGroup] = []
        var places: [Key: Int] = [:]
        for phone in record.phones where phone.verdict.isFailure {
            let failure = phone.failure
            let key = Key(
                verdict: phone.verdict, step: phone.end?.step, code: failure?.code ?? "",
                reason: failure?.reason ?? "no reason given", advice: failure?.advice)
            if let place = places[key] {
                groups[place].add(phone.target, failure)
            } else {
                places[key] = groups.count
                groups.append(
                    FailureGroup(
                        verdict: key.verdict, step: key.step, code: key.code, reason: key.reason,
                        operation: failure?.operation, advice: failure?.advice, place: failure?.place,
                        targets: [phone.target]))
            }
        }
        return groups.enumerated().sorted { first, second in
            switch (first.element.step, second.element.step) {
            case (let one?, let two?) where one != two: return one < two
            case (nil, _?): return true
            case (_?, nil): return false
            default: break
            }
            let sizes = (first.element.targets.count, second.element.targets.count)
            return sizes.0 != sizes.1 ? sizes.0 > sizes.1 : first.offset < second.offset
        }.map(\.element)
    }

    private mutating func add(_ target: TargetID, _ failure: StepFailure?) {
        targets.append(target)
        if operation != failure?.operation { operation = nil }
    }

    /// The reason in one line, with the code where it says more than the reason.
    ///
    /// - Parameter label: The step; an operation that only repeats its title is left out.
    func headline(_ label: StepLabel?) -> String {
        let reason = Escaping.line(self.reason)
        let code = Escaping.line(self.code)
        // Codes in capitals are the phone's own words, such as INSTALL_FAILED_TEST_ONLY; the others are drover's.
        let isOwnWord = code.utf8.contains { (0x41...0x5A).contains($0) }
        let text = isOwnWord && !reason.contains(code) ? "\(code): \(reason)" : reason
        return Wording.operation(operation, of: label).map { "\($0): \(text)" } ?? text
    }
}
