public import Farm

extension StepOutcome {
    /// A step that only a cloud's service does, for a target that belongs to none.
    ///
    /// - Parameter instead: What to do about it.
    public static func noCloud(
        _ target: any ConnectedTarget, _ summary: String, instead: String? = nil
    ) -> StepOutcome {
        .failed("no-cloud", summary, "\(target.id.name) belongs to no cloud account", advice: instead)
    }
}
