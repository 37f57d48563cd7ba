import PlaybookLanguage

extension Playbook {
    /// The steps of its first play that stand in no block.
    var steps: [StepCall] {
        (plays.first?.steps ?? []).compactMap { entry in
            guard case .step(let step) = entry else { return nil }
            return step
        }
    }
}
