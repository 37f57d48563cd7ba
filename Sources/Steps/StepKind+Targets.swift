public import Farm

/// A kind that acts on phones and on nothing else.
public protocol PhoneStepKind: StepKind {
    /// Looks at the phone and changes nothing; throws as ``StepKind/need(on:context:)``.
    func need(on phone: any ConnectedPhone, context: StepContext) async throws -> Need

    /// Does the work; throws as ``StepKind/perform(on:context:)``.
    func perform(on phone: any ConnectedPhone, context: StepContext) async throws -> StepOutcome
}

/// A kind that acts on hosts, which are encoders, and on nothing else.
public protocol HostStepKind: StepKind {
    /// Looks at the host and changes nothing; throws as ``StepKind/need(on:context:)``.
    func need(on host: any ConnectedHost, context: StepContext) async throws -> Need

    /// Does the work; throws as ``StepKind/perform(on:context:)``.
    func perform(on host: any ConnectedHost, context: StepContext) async throws -> StepOutcome
}

/// A kind that acts on servers of clouds and on nothing else.
public protocol ServerStepKind: StepKind {
    /// Looks at the server and changes nothing; throws as ``StepKind/need(on:context:)``.
    func need(on server: any ConnectedServer, context: StepContext) async throws -> Need

    /// Does the work; throws as ``StepKind/perform(on:context:)``.
    func perform(on server: any ConnectedServer, context: StepContext) async throws -> StepOutcome
}

extension PhoneStepKind {
    /// Looks at a target that is a phone.
    public func need(on target: any ConnectedTarget, context: StepContext) async throws -> Need {
        try await need(on: suited(target, as: (any ConnectedPhone).self), context: context)
    }

    /// Works on a target that is a phone.
    public func perform(on target: any ConnectedTarget, context: StepContext) async throws -> StepOutcome {
        try await perform(on: suited(target, as: (any ConnectedPhone).self), context: context)
    }
}

extension HostStepKind {
    /// Looks at a target that is a host.
    public func need(on target: any ConnectedTarget, context: StepContext) async throws -> Need {
        try await need(on: suited(target, as: (any ConnectedHost).self), context: context)
    }

    /// Works on a target that is a host.
    public func perform(on target: any ConnectedTarget, context: StepContext) async throws -> StepOutcome {
        try await perform(on: suited(target, as: (any ConnectedHost).self), context: context)
    }
}

extension ServerStepKind {
    /// Looks at a target that is a server.
    public func need(on target: any ConnectedTarget, context: StepContext) async throws -> Need {
        try await need(on: suited(target, as: (any ConnectedServer).self), context: context)
    }

    /// Works on a target that is a server.
    public func perform(on target: any ConnectedTarget, context: StepContext) async throws -> StepOutcome {
        try await perform(on: suited(target, as: (any ConnectedServer).self), context: context)
    }

    /// Nothing is looked at first where the service has no way to tell.
    public func need(on server: any ConnectedServer, context: StepContext) async throws -> Need {
        .work(because: "the service is asked for it")
    }
}

extension StepKind {
    /// The target as what the kind acts on.
    ///
    /// - Throws: ``PhoneError`` when it is something else. The playbook's reader has looked at this already, so that only code
    ///   can make it happen.
    func suited<Wanted>(_ target: any ConnectedTarget, as wanted: Wanted.Type) throws(PhoneError) -> Wanted {
        if let suited = target as? Wanted { return suited }
        throw PhoneError(
            .unsupported, operation: summary, reason: "\(target.id.name) is no target of `\(manual.keyword)`",
            mayHaveBeenSent: false)
    }
}
