public import Lanes

/// Makes links to phones; the runner dials, and knows nothing of what carries the link.
public protocol PhoneDialing: Sendable {
    /// Connects to a phone by the first of its ways in that answers.
    ///
    /// Called on `lane`, where the phone's link will live. Limits of the phases are the dialer's own.
    ///
    /// - Throws: ``PhoneError`` with a code other than `lost`; `CancellationError`.
    func connect(to phone: Phone, on lane: Lane) async throws -> any ConnectedPhone
}
