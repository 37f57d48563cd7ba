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
        guard let phone = target as? any ConnectedPhone else { throw unsuitable(target) }
        return try await need(on: phone, context: context)
    }

    /// Works on a target that is a phone.
    public func perform(on target: any ConnectedTarget, context: StepContext) async throws -> StepOutcome {
        guard let phone = target as? any ConnectedPhone else { throw unsuitable(target) }
        return try await perform(on: phone, context: context)
    }
}

extension HostStepKind {
    /// Looks at a target that is a host.
    public func need(on target: any ConnectedTarget, context: StepContext) async throws -> Need {
        guard let host = target as? any ConnectedHost else { throw unsuitable(target) }
        return try await need(on: host, context: context)
    }

    /// Works on a target that is a host.
    public func perform(on target: any ConnectedTarget, context: StepContext) async throws -> StepOutcome {
        guard let host = target as? any ConnectedHost else { throw unsuitable(target) }
        return try await perform(on: host, context: context)
    }
}

extension ServerStepKind {
    /// Looks at a target that is a server.
    public func need(on target: any ConnectedTarget, context: StepContext) async throws -> Need {
        guard let server = target as? any ConnectedServer else { throw unsuitable(target) }
        return try await need(on: server, context: context)
    }

    /// Works on a target that is a server.
    public func perform(on target: any ConnectedTarget, context: StepContext) async throws -> StepOutcome {
        guard let server = target as? any ConnectedServer else { throw unsuitable(target) }
        return try await perform(on: server, context: context)
    }

    /// Nothing is looked at first where the service has no way to tell.
    public func need(on server: any ConnectedServer, context: StepContext) async throws -> Need {
        .work(because: "the service is asked for it")
    }
}

extension StepKind {
    /// The playbook's reader has looked at this already, so that only code can make it happen.
    func unsuitable(_ target: any ConnectedTarget) -> PhoneError {
        PhoneError(
            .unsupported, operation: summary, reason: "\(target.id.name) is no target of `\(manual.keyword)`",
            mayHaveBeenSent: false)
    }
}
