public import JSON

/// A call by name with arguments that the service would refuse; nothing was sent.
public struct BadArguments: Error, Hashable, Sendable, CustomStringConvertible {
    /// The operation.
    public let operation: String
    /// What is wrong, at least one.
    public let faults: [ArgumentFault]

    /// A line for each bad argument: `StopCloudPhone: phone_ids: it is missing`.
    public var description: String { faults.map { "\(operation): \($0)" }.joined(separator: "\n") }
}

extension CloudClient {
    /// Calls an operation by its name, with the checks, limits and repetitions of ``send(_:hooks:)``.
    ///
    /// - Parameter given: The arguments by their names; the project is the client's own.
    /// - Throws: ``CheckFault`` for an unknown name, ``BadArguments``, and what ``send(_:hooks:)`` throws.
    public func call(
        _ name: String, _ given: [String: JSONValue], hooks: CallHooks = .none
    ) async throws -> CalledAnswer {
        try await call(OperationCatalog.operation(named: name), given, hooks: hooks)
    }

    /// The same for an operation of any catalog.
    public func call(
        _ operation: CatalogedOperation, _ given: [String: JSONValue], hooks: CallHooks = .none
    ) async throws -> CalledAnswer {
        let faults = operation.faults(in: given)
        guard faults.isEmpty else { throw BadArguments(operation: operation.name, faults: faults) }
        return try await operation.send(given, self, hooks)
    }
}
