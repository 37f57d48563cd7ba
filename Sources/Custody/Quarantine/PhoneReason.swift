public import Journal

/// Tells failures that are the phone's from those of what was done to it.
public enum PhoneReason {
    /// The codes that mean: this phone, whatever is done to it.
    static let codes: Set<String> = [
        "unreachable", "unauthorized", "not-a-phone", "lost", "no-answer", "no-space",
        "INSTALL_FAILED_INSUFFICIENT_STORAGE",
    ]

    /// Whether a failure is the phone's own: it cannot be reached, it is full, too hot or too empty.
    ///
    /// A phone that somebody else holds is no worse for it; neither are an app that Android refuses, a test that fails
    /// and a command that takes too long.
    public static func holds(for failure: StepFailure) -> Bool {
        if codes.contains(failure.code) || failure.code.hasPrefix("preflight-") { return true }
        return failure.reason.contains("No space left on device") || failure.reason.contains("ENOSPC")
    }
}
