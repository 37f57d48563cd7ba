public import Farm
public import Journal

/// What must hold of a phone before anything is done to it; made from a play's `preflight`.
public protocol PhoneRequirements: Sendable {
    /// What is asked, in a few words.
    var summary: String { get }

    /// Looks at a phone, and changes nothing.
    ///
    /// - Returns: What does not hold; nil when the phone is fit.
    /// - Throws: ``PhoneError`` when the link fails.
    func judge(on phone: any ConnectedPhone) async throws -> StepFailure?
}
