import SourceText

/// A key of an agent, as a login uses it.
public struct AgentSigner: SSHSigning {
    private let agent: AgentClient
    private let key: AgentKey
    /// What messages call the key: its comment, and that an agent holds it.
    public var name: String { "\(terminalSafe(String(key.comment.prefix(200)))) (in ssh-agent)" }
    /// The public key as the protocol carries it.
    public var publicKey: [UInt8] { key.publicKey.blob }

    /// Pairs a key with its agent.
    public init(_ key: AgentKey, of agent: AgentClient) {
        self.key = key
        self.agent = agent
    }

    /// Has the agent sign; called on the agent's lane.
    ///
    /// - Throws: ``SSHError``.
    public func sign(_ data: [UInt8], algorithm: String) async throws -> [UInt8] {
        try await agent.sign(data, with: key.publicKey, algorithm: algorithm)
    }
}
