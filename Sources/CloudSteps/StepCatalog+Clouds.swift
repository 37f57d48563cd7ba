public import Steps

extension StepCatalog {
    /// All step kinds, those that know a cloud's operations by name among them.
    public static let whole = StepCatalog.standard.adding([CloudCall.self])
}
