public import Steps

/// The one step of `drover exec`, `install`, `uninstall`, `push` and `pull`.
public struct SingleStep: Sendable {
    /// What the run is called: `exec getprop ro.product.model`.
    public let title: String
    let step: PlannedStep

    /// Makes a run of one step.
    ///
    /// - Parameters:
    ///   - title: What the run is called; the step in a few words when nil.
    ///   - kind: From ``OneStep``.
    ///   - timeout: The bound on each attempt; the kind's own when nil.
    ///   - stall: How long no byte may move while bytes are due; the kind's own when nil.
    ///   - retries: How many more attempts there may be.
    public init(
        _ kind: any StepKind, title: String? = nil, timeout: Duration? = nil, stall: Duration? = nil,
        retries: Int? = nil
    ) {
        self.title = title ?? kind.summary
        step = PlannedStep(kind: kind, timeout: timeout, stall: stall, retries: retries)
    }
}
