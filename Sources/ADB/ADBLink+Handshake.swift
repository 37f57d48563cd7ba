import ADBWire
import Crypto
import Lanes

extension ADBLink {
    /// Sends CNXN; the phone says nothing before that.
    func greet() {
        state = .greeting(keysTried: 0)
        expectWord()
        send(.connect, offer.version.rawValue, UInt32(offer.maxPayload), payload: offer.bannerText)
    }

    private func expectWord() {
        setPhase(limits.greeting) { link in
            ADBError(
                .timedOut, link.connecting, "connected, but no ADB answer within \(link.limits.greeting)",
                mayHaveBeenSent: false)
        }
    }

    /// A peer that speaks something else may never complete a header; its first letters tell.
    func checkGreeting(_ partial: [UInt8]) throws {
        guard case .greeting = state, partial.count >= 4 else { return }
        let command = Command(rawValue: partial.withUnsafeBytes { $0.loadUnaligned(as: UInt32.self).littleEndian })
        guard [.connect, .auth, .startTLS].contains(command) else { throw notADB() }
    }

    private func notADB() -> ADBError {
        ADBError(.notADB, connecting, "something answers there, but it does not speak ADB", mayHaveBeenSent: false)
    }

    /// Turns what the parser or a handler threw into the link's reason to end.
    func describe(_ error: any Error) -> ADBError {
        if let error = error as? ADBError { return error }
        if case .greeting(keysTried: 0) = state, (error as? WireError)?.code == .badMagic { return notADB() }
        return ADBError(.protocolViolation, "talk to \(name)", "the phone broke the protocol: \(error)")
    }

    /// Turns the end of the connection into the link's reason to end, which depends on how far we were.
    func ended(_ failure: StreamFailure) -> ADBError {
        switch state {
        case .prompting where failure.advice == nil:
            return unauthorized("the phone hung up instead of accepting the key")
        case .connecting, .greeting, .prompting:
            let isPhones = failure.advice == nil && !hasReceived
            let reason = isPhones ? "\(failure.reason) before it said a word" : failure.reason
            return ADBError(
                .lost, connecting, reason, systemErrno: failure.errno, mayHaveBeenSent: false, advice: failure.advice)
        case .open, .ended:
            return ADBError(
                .lost, "talk to \(name)", failure.reason, systemErrno: failure.errno, advice: failure.advice)
        }
    }

    // MARK: Packets of the handshake

    func received(connect message: Message, banner bytes: UnsafeRawBufferPointer) throws {
        switch state {
        case .connecting, .ended: return
        case .open: throw ADBError(.lost, "talk to \(name)", "the phone started over")
        case .greeting(let keysTried):
            if keysTried > 0 { keys.accepted(candidates[keysTried - 1], by: name) }
        case .prompting: break
        }
        version = .negotiated(offer.version, ProtocolVersion(rawValue: message.arg0))
        maxPayload = try PayloadLimit.negotiated(offer.maxPayload, message.arg1)
        banner = Banner(parsing: bytes)
        features = banner.features.intersection(offer.features)
        candidates = []
        phaseTimer?.cancel()
        phaseTimer = nil
        state = .open
        ready.resume(with: .success(()))
    }

    func received(auth message: Message, payload: UnsafeRawBufferPointer) throws {
        guard message.arg0 == AuthKind.token.rawValue, payload.count == AuthKind.tokenLength else {
            throw ADBError(.protocolViolation, connecting, "the phone's AUTH is malformed", mayHaveBeenSent: false)
        }
        switch state {
        case .connecting, .ended: return
        case .greeting(let keysTried):
            if keysTried == 0 { candidates = keys.candidates(for: name) }
            try prove(token: Array(payload), keysTried: keysTried)
        case .prompting: throw unauthorized("the phone refused the key")
        case .open:
            throw ADBError(.protocolViolation, "talk to \(name)", "the phone asked for proof in mid-conversation")
        }
    }

    private func prove(token: [UInt8], keysTried: Int) throws {
        guard candidates.isEmpty || keysTried < candidates.count else { return try askPerson() }
        guard !candidates.isEmpty else { throw unauthorized(keys.whyEmpty) }
        let signature: [UInt8]
        do {
            signature = try candidates[keysTried].key.signADBToken(token)
        } catch {
            throw ADBError(.localFailure, connecting, "\(error)", mayHaveBeenSent: false)
        }
        state = .greeting(keysTried: keysTried + 1)
        expectWord()
        send(.auth, AuthKind.signature.rawValue, 0, payload: signature)
    }

    /// Shows our public key, and waits for somebody to accept it.
    private func askPerson() throws {
        guard limits.prompt > .zero, let key = keys.keyToShow else {
            throw unauthorized("the phone knows none of our keys (\(keys.description))")
        }
        let text: String
        do {
            text = try key.publicText()
        } catch {
            throw ADBError(.localFailure, connecting, "\(error)", mayHaveBeenSent: false)
        }
        state = .prompting
        setPhase(limits.prompt) { link in
            link.unauthorized("nobody accepted the key on the phone's screen within \(link.limits.prompt)")
        }
        send(.auth, AuthKind.publicKey.rawValue, 0, payload: Array(text.utf8) + [0])
    }

    func unauthorized(_ reason: String) -> ADBError {
        ADBError(.unauthorized, connecting, reason, mayHaveBeenSent: false)
    }
}
