public import Journal

/// How one attempt at a step ended on one phone, when the link held.
public struct StepOutcome: Hashable, Sendable {
    /// What the phone's answer amounts to.
    public enum Result: Hashable, Sendable {
        /// The step did its work without changing anything.
        case ok
        /// The step changed the phone.
        case changed
        /// The phone said no, or not what was expected.
        case failed(StepFailure)
        /// Nobody knows whether it was done; `verify` tells a person how to find out. Before it is repeated, `need` is
        /// asked again.
        case unknown(StepFailure, verify: String)
    }

    /// What the phone's answer amounts to.
    public var result: Result
    /// What the step brought back, also when it failed.
    public var outputs: StepOutputs
    /// The bytes of the files that were moved, without what the protocol adds; nil when only the meter knows.
    public var bytes: UInt64?

    /// Describes the end of an attempt.
    public init(_ result: Result, outputs: StepOutputs = StepOutputs()) {
        self.result = result
        self.outputs = outputs
    }

    /// The verdict that the result stands for; an unknown outcome counts as failed.
    public var verdict: Verdict {
        switch result {
        case .ok: .ok
        case .changed: .changed
        case .failed, .unknown: .failed
        }
    }

    /// Whether the phone would answer the same to every repetition.
    public var staysSo: Bool { failure.map { InstallAdvice.staysSo($0.code) } ?? false }

    /// The failure, when it is one.
    public var failure: StepFailure? {
        switch result {
        case .ok, .changed: nil
        case .failed(let failure), .unknown(let failure, _): failure
        }
    }

    /// A failure in one call.
    public static func failed(
        _ code: String, _ operation: String, _ reason: String, advice: String? = nil,
        outputs: StepOutputs = StepOutputs()
    ) -> Self {
        Self(
            .failed(StepFailure(code: code, operation: operation, reason: reason, advice: advice)), outputs: outputs)
    }

    /// The package manager refused `operation`: its code, its words, and what is known about the code.
    static func refused(
        _ code: String?, _ operation: String, _ text: String, outputs: StepOutputs
    ) -> Self {
        let said = PhoneWords(text).firstLine
        return failed(
            code ?? "refused", operation, said.isEmpty ? (code ?? "the phone gave no reason") : said,
            advice: code.flatMap(InstallAdvice.line(for:)), outputs: outputs)
    }

    /// Something was changed.
    public static func changed(_ reason: String? = nil, _ values: [String: OutputValue] = [:]) -> Self {
        Self(.changed, outputs: StepOutputs(values: values, reason: reason))
    }

    /// All is as it should be.
    public static func ok(_ reason: String? = nil, _ values: [String: OutputValue] = [:]) -> Self {
        Self(.ok, outputs: StepOutputs(values: values, reason: reason))
    }
}
