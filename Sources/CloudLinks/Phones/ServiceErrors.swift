import CloudPhone
import Farm
import ObjectStorage

extension ServiceError {
    /// A call that had no answer of use.
    init(_ error: CloudError, _ operation: String) {
        let marks = [error.code, error.requestID.map { "request \($0)" }].compactMap(\.self)
        let known = marks.isEmpty ? "" : " (\(marks.joined(separator: ", ")))"
        let outcome: Outcome = error.mayHaveRun ? .unknown : error.isPassing ? .refusedForNow : .refused
        let code = error.kind == .frozen ? "frozen" : error.code ?? error.kind.rawValue
        // What may have been done is not asked for again by whoever goes on with the run.
        self.init(
            outcome == .unknown ? Self.unknownOutcome : code, operation: operation,
            reason:
                "\(error.operation): \(error.kind == .frozen ? "frozen: renew (\(error.reason))" : error.reason)\(known)",
            advice: error.advice, outcome: outcome)
    }

    /// A phone that was refused, or whose job failed without anything that the phone said.
    init(_ fault: ServiceFault, _ operation: String) {
        let outcome: Outcome =
            switch fault.rule.retry {
            case .never: .refused
            case .later, .throttled, .newToken, .whenReady: .refusedForNow
            }
        var words = fault.description
        let advice = fault.rule.advice
        if let advice, words.hasSuffix("; \(advice)") { words.removeLast(advice.count + 2) }
        self.init(
            fault.isFrozen ? "frozen" : fault.code ?? "refused", operation: operation, reason: words, advice: advice,
            outcome: outcome)
    }

    /// A call that an earlier process was about to make when it ended.
    static func unseen(_ operation: String) -> ServiceError {
        ServiceError(
            unknownOutcome, operation: operation,
            reason: "it was asked for before, and nobody saw the service's answer",
            advice: "look at it; a new run asks again", outcome: .unknown)
    }

    /// A file that did not come to the bucket.
    init(_ error: ObjectStorageError, _ operation: String) {
        self.init(
            error.serviceCode ?? "storage", operation: operation, reason: "\(error.operation): \(error.reason)",
            advice: error.advice, outcome: error.isPassing ? .refusedForNow : .refused)
    }
}

extension PhoneError {
    /// A phone that its service says is not running: it is there, and nobody can use it.
    static func notRunning(_ fault: ServiceFault, _ operation: String) -> PhoneError {
        PhoneError(
            .unreachable, operation: operation, reason: "the phone is not running (\(fault.code ?? "not running"))",
            advice: "`power: on` starts one that is shut down", mayHaveBeenSent: false)
    }
}

/// Turns failures of the service and of its object store into the farm's words.
///
/// - Throws: ``ServiceError`` in their place; what else `body` throws.
func inFarmWords<Value: Sendable>(_ operation: String, _ body: () async throws -> Value) async throws -> Value {
    do {
        return try await body()
    } catch let error as CloudError {
        throw ServiceError(error, operation)
    } catch let error as ObjectStorageError {
        throw ServiceError(error, operation)
    }
}
