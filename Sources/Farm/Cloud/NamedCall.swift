public import JSON

/// A call of a cloud's service by the operation's name, for what has no words of its own.
public struct NamedCall: Sendable {
    /// The operation, as SDK and documents call it.
    public let name: String
    /// The arguments by their names; the id of whoever asks is filled in where it is missing.
    public let arguments: [String: JSONValue]
    /// The account that is called, by its name in the farm file; nil for that of whoever asks.
    public let account: String?

    /// Describes a call.
    public init(_ name: String, _ arguments: [String: JSONValue] = [:], account: String? = nil) {
        self.name = name
        self.arguments = arguments
        self.account = account
    }
}

/// What a call by name brought, when everything that it started has ended.
public struct NamedCallEnd: Sendable {
    /// What became of one phone, server or encode service.
    public struct Part: Sendable {
        /// Its id in the cloud.
        public let id: String
        /// What its job printed; nil where jobs print nothing.
        public let output: String?
        /// Why it failed; nil when it went well.
        public let failure: ServiceError?

        /// Notes an end.
        public init(id: String, output: String? = nil, failure: ServiceError? = nil) {
            self.id = id
            self.output = output
            self.failure = failure
        }
    }

    /// The answer, of a list all pages, without what lets in whoever has it; null for a call of an earlier process.
    public let answer: JSONValue
    /// The ends of all jobs; none when the operation starts none.
    public let parts: [Part]

    /// Notes an end.
    public init(answer: JSONValue, parts: [Part] = []) {
        self.answer = answer
        self.parts = parts
    }
}

/// Something of which a cloud's service can be asked by name.
public protocol NamedCalling: Sendable {
    /// Calls an operation by its name and waits for what it starts.
    ///
    /// - Throws: ``ServiceError`` for what the service refuses, and for arguments that it would refuse; `CancellationError`.
    func call(_ call: NamedCall) async throws -> NamedCallEnd
}

extension NamedCalling {
    /// Refused, where nobody can be asked by name.
    public func call(_ call: NamedCall) async throws -> NamedCallEnd {
        throw ServiceError("unsupported", operation: call.name, reason: "its service cannot be called by name")
    }
}
