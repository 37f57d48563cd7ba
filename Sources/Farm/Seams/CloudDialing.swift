public import Lanes

/// Makes phones that are asked for through the service of their cloud.
public protocol CloudDialing: Sendable {
    /// The phone as its service answers for it; nothing is asked before something is due.
    ///
    /// - Throws: ``ServiceError`` when the farm does not say how to ask its account.
    func phone(_ phone: Phone, at place: CloudPlace, on lane: Lane) throws(ServiceError) -> any BatchedPhone

    /// Where a phone's ADB port is: asked for once, and remembered.
    ///
    /// - Parameter failed: An address that led nowhere. What is remembered is asked for anew then, unless that was done
    ///   just now; the same address back means that there is no other.
    /// - Throws: ``ServiceError`` when the service does not tell; `CancellationError`.
    func adbAddress(of place: CloudPlace, insteadOf failed: CloudADBAddress?) async throws -> CloudADBAddress

    /// Tells people that ADB does not reach a phone, and that its service is used instead.
    ///
    /// - Parameter error: Why; the trouble of a server is told once for all of its phones.
    func tellWithoutADB(_ phone: Phone, because error: PhoneError)
}
