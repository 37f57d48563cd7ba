public import Farm
import Glibc
public import Lanes
public import SSH
public import Secrets

/// Finds what is needed to log in to the hosts of a farm: keys, from files or from ssh-agent, and who judges theirs.
public struct SSHLogins: Sendable {
    private let environment: [String: String]
    private let knownHosts: KnownHosts
    private let passphrase: @Sendable (String) throws -> Secret
    private let limits: SSHLimits
    private let tell: @Sendable (String) -> Void

    /// Prepares to look.
    ///
    /// - Parameters:
    ///   - environment: Where `HOME`, `XDG_STATE_HOME` and `SSH_AUTH_SOCK` are looked up.
    ///   - passphrase: Gives the farm's secret of that name.
    ///   - tell: Hears what people should know though nothing failed: that the key of a new host was kept.
    public init(
        environment: [String: String], limits: SSHLimits = SSHLimits(),
        passphrase: @escaping @Sendable (String) throws -> Secret, tell: @escaping @Sendable (String) -> Void
    ) {
        self.environment = environment
        knownHosts = KnownHosts(environment: environment)
        self.limits = limits
        self.passphrase = passphrase
        self.tell = tell
    }

    /// A login that is ready to be made; whoever asked for it closes it, made or not.
    public struct Prepared: Sendable {
        /// Where to log in, and how.
        public let login: SSHLogin
        private let agent: AgentClient?
        /// The key file that was named, for what can only be said when it does not open.
        private let file: KeyFile?
        private let passphrase: Secret?

        init(_ login: SSHLogin, agent: AgentClient? = nil, file: KeyFile? = nil, passphrase: Secret? = nil) {
            self.login = login
            self.agent = agent
            self.file = file
            self.passphrase = passphrase
        }

        /// A login that needs nothing beside itself.
        public init(_ login: SSHLogin) { self.init(login, agent: nil) }

        /// Lets go of the agent; call on the lane.
        public func close() { agent?.close() }

        /// What a failure means, with what is known of the key.
        func explain(_ error: SSHError) -> SSHError {
            guard error.code == .badKey, let file, file.isEncrypted else { return error }
            return SSHError(file.whenNotOpened(passphrase), during: error.operation)
        }
    }

    /// Finds what a host wants.
    ///
    /// A keypair that the farm file names is the only key that is shown; without one those of ssh-agent come first, then
    /// the files that OpenSSH would look for. Call on the lane.
    ///
    /// - Parameter shows: Whether to look for keys; without any, the host's own key is judged and nothing more.
    /// - Throws: `SSHError`, `CancellationError`, and what `passphrase` throws.
    public func prepare(_ hop: SSHHop, on lane: Lane, showingKeys shows: Bool = true) async throws -> Prepared {
        let name = KnownHostName(hop.address.host, port: hop.address.port)
        let policy = checking(hop.hostKeys)
        var login = SSHLogin(
            host: hop.address.host, port: hop.address.port, user: hop.user, credentials: [],
            hostKeyAlgorithms: knownHosts.algorithms(for: name), limits: limits
        ) { [knownHosts, tell] key in
            let verdict = try await knownHosts.judge(key, of: name, by: policy, on: lane)
            guard case .pinned(let path) = verdict, let key = SSHPublicKey(blob: key.blob) else { return }
            tell("note: the \(key.kind) key of \(name) was not known; \(key.fingerprint) is kept in \(path)")
        }
        guard shows else { return Prepared(login) }
        guard let keypair = hop.keypair else {
            let agent = try await agentKeys(on: lane)
            login.credentials = agent.credentials + usualKeys()
            return Prepared(login, agent: agent.client)
        }
        do {
            let file = try KeyFile(reading: KeyFile.expanded(keypair.path, home: environment["HOME"]))
            let words = try keypair.passphrase.map(passphrase)
            if file.isEncrypted, words == nil, let key = file.publicKey {
                // Who has given the key to the agent has said the passphrase there.
                let agent = try await agentKeys(on: lane, only: key)
                login.credentials = agent.credentials
                if !agent.credentials.isEmpty { return Prepared(login, agent: agent.client) }
                agent.client?.close()
            }
            login.credentials = [try credential(file, words)]
            return Prepared(login, file: file, passphrase: words)
        } catch let error as KeyFileError {
            throw SSHError(error, during: "log in to \(login.name) with keypair \(keypair.name)")
        }
    }

    private func checking(_ policy: HostKeyPolicy) -> HostKeyChecking {
        switch policy {
        case .strict: .strict
        case .pin: .pin
        case .off: .off
        }
    }

    private func credential(_ file: KeyFile, _ passphrase: Secret?) throws(KeyFileError) -> SSHCredential {
        let key = try file.checkPassphrase(passphrase) ?? file.publicKey
        let content = file.content.withUnsafeBytes { Secret(name: "private key", String(decoding: $0, as: UTF8.self)) }
        return .key(
            SSHPrivateKey(
                name: file.path, content: content, passphrase: file.isEncrypted ? passphrase : nil,
                isRSA: key?.type == "ssh-rsa"))
    }

    /// The keys of OpenSSH's usual files; one that cannot be used is left out, since nobody named it.
    private func usualKeys() -> [SSHCredential] {
        guard let home = environment["HOME"], !home.isEmpty else { return [] }
        return KeyFile.usualPaths(home: home).compactMap { path in
            guard let file = try? KeyFile(reading: path), !file.isEncrypted else { return nil }
            return try? credential(file, nil)
        }
    }

    private func agentKeys(
        on lane: Lane, only key: SSHPublicKey? = nil
    ) async throws -> (client: AgentClient?, credentials: [SSHCredential]) {
        guard let path = environment["SSH_AUTH_SOCK"], !path.isEmpty else { return (nil, []) }
        // An agent that has gone is as good as none.
        guard let client = try? AgentClient(at: path, on: lane) else { return (nil, []) }
        do {
            let keys = try await client.keys().filter { key == nil || $0.publicKey == key }
            return (client, keys.map { .signer(AgentSigner($0, of: client)) })
        } catch is SSHError {
            client.close()
            return (nil, [])
        } catch {
            client.close()
            throw error
        }
    }
}
