import CSSH2
import Glibc
public import Lanes
import Secrets
import SourceText

extension SSHConnection {
    /// Connects to a host, has its key judged, and logs in.
    ///
    /// Call on the lane. Every phase has its own limit.
    ///
    /// - Parameter opening: What carries the connection to the host's SSH server; nil for TCP to its address.
    /// - Throws: ``SSHError``, `NameNotFound`, what `judge` throws, or `CancellationError`.
    public static func connect(
        to login: SSHLogin, through opening: StreamOpening? = nil, on lane: Lane
    ) async throws -> SSHConnection {
        lane.preconditionOnLane()
        let way: StreamOpening
        if let opening {
            way = opening
        } else {
            way = .tcp(try await SocketAddress.resolve(login.host, port: login.port))
        }
        let connection = try SSHConnection(login.name, limits: login.limits, on: lane)
        do {
            try await connection.open(way)
            try connection.choose(login)
            try await connection.shakeHands()
            try await login.judge(SSHHostKey(blob: connection.hostKey))
            try await connection.logIn(login)
            return connection
        } catch {
            let failure = connection.failure
            connection.close()
            // A host that says no may hang up in the same moment. Otherwise what failed the connection tells more than
            // the call that noticed it.
            let answers: [SSHError.Code] = [.unauthorized, .badKey, .hostKey, .noCommonAlgorithm]
            if let error = error as? SSHError, answers.contains(error.code) { throw error }
            throw failure ?? error
        }
    }

    // MARK: Key exchange

    /// The kinds of algorithms that both sides agree on, by the library's numbers.
    private static let methods: [(number: CInt, words: String)] = [
        (0, "key exchange"), (1, "host key"), (2, "cipher"), (3, "cipher"), (4, "MAC"), (5, "MAC"),
    ]

    private func choose(_ login: SSHLogin) throws {
        // The ciphers that work on whole packets first: the others are called sixteen bytes at a time.
        let ciphers =
            "chacha20-poly1305@openssh.com,aes128-gcm@openssh.com,aes256-gcm@openssh.com,"
            + "aes128-ctr,aes192-ctr,aes256-ctr"
        for method in [CInt(2), 3] { libssh2_session_method_pref(session, method, ciphers) }
        guard !login.hostKeyAlgorithms.isEmpty else { return }
        let known = supported(1)
        let wanted = login.hostKeyAlgorithms.filter(known.contains)
        let all = wanted + known.filter { !wanted.contains($0) }
        libssh2_session_method_pref(session, 1, all.joined(separator: ","))
    }

    /// What the library knows of one kind of algorithm.
    private func supported(_ method: CInt) -> [String] {
        var names: UnsafeMutablePointer<UnsafePointer<CChar>?>?
        let count = libssh2_session_supported_algs(session, method, &names)
        guard count > 0, let names else { return [] }
        defer { libssh2_free(session, names) }
        return (0..<Int(count)).compactMap { names[$0].map { String(cString: $0) } }
    }

    private func shakeHands() async throws {
        let operation = "connect to \(name)"
        let nothing = Self.nowhere
        let limit = limits.banner + limits.keyExchange
        let banner = lane.schedule(after: limits.banner) { [self] in
            guard failure == nil, !ServerOffer.hasBanner(bytes.opening) else { return }
            fail(
                bytes.opening.isEmpty
                    ? SSHError(
                        .notSSH, operation, "it accepts connections but has said nothing for \(limits.banner)",
                        advice: "is this the port of an SSH server?") : Self.isNoServer(operation))
        }
        defer { banner.cancel() }
        let late: @Sendable () -> SSHError = {
            SSHError(.timedOut, operation, "the host stopped in the middle of the key exchange")
        }
        try await wait(within: limit, or: late) { [self] () throws -> Void? in
            let status = libssh2_session_handshake(session, nothing)
            if status == SSHLibrary.again { return nil }
            guard status == 0 else { throw handshakeFailure(status, operation) }
            return ()
        }
    }

    private func handshakeFailure(_ status: CInt, _ operation: String) -> SSHError {
        if let offer = ServerOffer(bytes.opening) {
            for (number, words) in Self.methods {
                let ours = supported(number)
                let theirs = offer.names[Int(number)]
                guard !theirs.contains(where: ours.contains) else { continue }
                return SSHError(
                    .noCommonAlgorithm, operation,
                    "no \(words) algorithm fits: the host offers \(Self.shown(theirs))",
                    advice: "allow one of these there: \(Self.shown(ours.filter { !$0.contains("sha1") }))")
            }
        } else if !ServerOffer.beginsLikeSSH(bytes.opening) {
            return Self.isNoServer(operation)
        }
        // Ends of the connection are told by the stream itself, in better words.
        let reason =
            bytes.farewell ?? (bytes.isEnded ? "the host closed the connection during the key exchange" : complaint)
        return SSHError(.notSSH, operation, reason)
    }

    /// What it means that the connection ended before the login was over.
    func endedEarly(_ reason: String) -> SSHError {
        let operation = "connect to \(name)"
        let said = bytes.opening
        if said.isEmpty {
            return SSHError(
                .lost, operation, "the host closed the connection without a word",
                advice: "does it let this machine's address in? its own log says why")
        }
        // Servers say so in clear text before their banner.
        if String(decoding: said.prefix(256), as: UTF8.self).contains("MaxStartups") {
            return SSHError(
                .lost, operation, "the host takes no more logins at this moment",
                advice: "try again later, or raise MaxStartups in the host's sshd_config")
        }
        guard ServerOffer.beginsLikeSSH(said) else { return Self.isNoServer(operation) }
        guard !ServerOffer.isTooOld(said) else {
            return SSHError(
                .notSSH, operation, "the host speaks only the first version of SSH",
                advice: "bring its server up to date")
        }
        return SSHError(.lost, operation, "the host closed the connection before the login was over (\(reason))")
    }

    private static func isNoServer(_ operation: String) -> SSHError {
        SSHError(
            .notSSH, operation, "something answers there, but it is no SSH server",
            advice: "look at the port in the farm file")
    }

    /// Algorithms for people: those that only say what else a side can do are none, and a host may say anything.
    private static func shown(_ names: [String]) -> String {
        let real = names.filter { !$0.hasPrefix("kex-strict-") && !$0.hasPrefix("ext-info-") }
        return terminalSafe(String(real.prefix(20).joined(separator: ", ").prefix(1000)))
    }

    /// A descriptor for the library, which insists on one though it never uses it.
    private static let nowhere = Glibc.open("/dev/null", O_RDWR | O_CLOEXEC)

    /// The host's key as the protocol carries it.
    private var hostKey: [UInt8] {
        var length = 0
        var type: CInt = 0
        guard let key = libssh2_session_hostkey(session, &length, &type) else { return [] }
        return Array(UnsafeRawBufferPointer(start: key, count: length))
    }

    // MARK: Login

    private func logIn(_ login: SSHLogin) async throws {
        let operation = "log in to \(name)"
        let methods = try await offeredMethods(login, operation)
        guard let methods else { return isLoggedIn = true }
        guard methods.contains("publickey") else {
            throw SSHError(
                .unauthorized, operation, "the host takes no keys, only \(methods.joined(separator: ", "))",
                advice: "allow PubkeyAuthentication in its sshd_config")
        }
        var complaints: [String] = []
        for credential in login.credentials {
            do {
                guard try await isAccepted(credential, login, operation) else {
                    // A key that was good enough to be asked for a signature is the first half of the login.
                    if lastStatus == -19 { try await checkForMore(login, operation) }
                    complaints.append(credential.name)
                    continue
                }
                return isLoggedIn = true
            } catch let error as SSHError where error.code == .badKey && login.credentials.count > 1 {
                complaints.append("\(credential.name) (\(error.reason))")
            }
        }
        guard !complaints.isEmpty else {
            throw SSHError(
                .unauthorized, operation, "there is no key to log in with",
                advice: "name a keypair in the farm file, or add a key to ssh-agent")
        }
        throw SSHError(
            .unauthorized, operation,
            "the host accepts none of the keys for this user: \(complaints.joined(separator: ", "))",
            advice: "is the user right, and is the public key in that user's ~/.ssh/authorized_keys?")
    }

    /// Says so when the host has taken a key and wants something else as well.
    private func checkForMore(_ login: SSHLogin, _ operation: String) async throws {
        guard let left = try await offeredMethods(login, operation), !left.contains("publickey") else { return }
        throw SSHError(
            .unauthorized, operation, "the host has taken a key and wants more: \(left.joined(separator: ", "))",
            advice: "let this user in with a key alone: AuthenticationMethods publickey in its sshd_config")
    }

    /// The ways of logging in that the host offers; nil when it asks for none.
    private func offeredMethods(_ login: SSHLogin, _ operation: String) async throws -> [String]? {
        let list: String = try await wait(within: limits.login, or: late(operation)) { [self] () throws -> String? in
            if let list = libssh2_userauth_list(session, login.user, UInt32(login.user.utf8.count)) {
                return String(cString: list)
            }
            if libssh2_userauth_authenticated(session) != 0 { return "" }
            guard lastStatus != SSHLibrary.again else { return nil }
            throw lost(operation)
        }
        return list.isEmpty ? nil : list.split(separator: ",").map(String.init)
    }

    private func isAccepted(_ credential: SSHCredential, _ login: SSHLogin, _ operation: String) async throws -> Bool {
        switch credential {
        case .key(let key):
            if key.isRSA, !SSHLibrary.signsRSAWithSHA2(try SSHLibrary.version()) {
                throw SSHError(
                    .badKey, operation,
                    "libssh2 \(try SSHLibrary.version()) signs RSA keys with SHA-1 only, which servers refuse",
                    advice: "run `make setup`, which builds libssh2 \(SSHLibrary.wanted), or use an Ed25519 key")
            }
            return try await wait(within: limits.login, or: late(operation)) { [self] () throws -> Bool? in
                try verdict(call(key, login.user), key.name, operation)
            }
        case .signer(let signer):
            let desk = SigningDesk(signer, on: lane) { [self] in advance() }
            return try await wait(within: limits.login, or: late(operation)) { [self] () throws -> Bool? in
                try verdict(desk.authenticate(session, login.user), signer.name, operation)
            }
        }
    }

    private func call(_ key: SSHPrivateKey, _ user: String) -> CInt {
        key.content.reveal { content in
            func call(_ passphrase: UnsafePointer<CChar>?) -> CInt {
                libssh2_userauth_publickey_frommemory(
                    session, user, user.utf8.count, nil, 0, content, content.utf8.count, passphrase)
            }
            guard let passphrase = key.passphrase else { return call(nil) }
            return passphrase.reveal { $0.withCString(call) }
        }
    }

    private func verdict(_ status: CInt, _ key: String, _ operation: String) throws -> Bool? {
        switch status {
        case SSHLibrary.again: return nil
        case 0: return true
        case _ where bytes.farewell != nil: throw lost(operation)
        // Refused by name, or after the signature.
        case -18: return false
        case -19 where !complaint.contains("Callback"): return false
        case -16, -48, -34, -1:
            throw SSHError(
                .badKey, operation, "\(key) cannot be read as a private key (\(complaint))",
                advice: "is its passphrase right?")
        case -19: throw SSHError(.badKey, operation, "\(key) could not be used to sign")
        case -51:
            throw SSHError(.badKey, operation, "the host takes no signatures of the kind that \(key) makes")
        default: throw lost(operation)
        }
    }

    private var lastStatus: CInt { libssh2_session_last_error(session, nil, nil, 0) }

    private func late(_ operation: String) -> @Sendable () -> SSHError {
        let limit = limits.login
        return { SSHError(.timedOut, operation, "the host did not decide within \(limit)") }
    }

    private func lost(_ operation: String) -> SSHError {
        guard let farewell = bytes.farewell else {
            return SSHError(.lost, operation, bytes.isEnded ? "the host closed the connection" : complaint)
        }
        let isTooMany = farewell.contains("Too many authentication failures")
        return SSHError(
            isTooMany ? .unauthorized : .lost, operation, "the host closed the connection: \(farewell)",
            advice: isTooMany ? "name the right keypair in the farm file, so that no others are tried first" : nil)
    }
}
