/// The step kinds that a playbook may use; the language itself knows none.
public protocol StepVocabulary: Sendable {
    /// Every keyword, in any order.
    var keywords: [String] { get }

    /// Reads the arguments of one step.
    ///
    /// - Parameter keyword: One of ``keywords``.
    /// - Returns: The step kind's value, or nil when it cannot be made; the mistakes are in the arguments.
    func read(_ keyword: String, _ arguments: inout StepArguments) -> (any Sendable)?

    /// What a step of this kind gives beside the outputs that every step gives.
    func outputs(of keyword: String) -> [String: ValueType]

    /// What a step of this kind can act on.
    func targets(of keyword: String) -> Set<TargetKind>

    /// Whether a step of this kind delivers something, and so looks by itself whether there is anything to do.
    func isDelivery(_ keyword: String) -> Bool

    /// Reads what stands under a play's `preflight`.
    ///
    /// - Returns: nil when it cannot be made; the mistakes are in the arguments.
    func readPreflight(_ arguments: inout StepArguments) -> (any Sendable)?
}

extension StepVocabulary {
    /// Phones, as nearly every kind.
    public func targets(of keyword: String) -> Set<TargetKind> { [.phones] }

    /// Not for kinds that are asked to do something each time.
    public func isDelivery(_ keyword: String) -> Bool { false }

    /// Nothing can be asked of phones beforehand.
    public func readPreflight(_ arguments: inout StepArguments) -> (any Sendable)? { nil }
}
