import ADBWire
import Crypto

/// The phone's side of AUTH on one connection.
final class HostAuthentication {
    private unowned let connection: HostConnection
    private var token: [UInt8] = []
    private var isAsking = false

    init(_ connection: HostConnection) { self.connection = connection }

    private var core: PhoneCore { connection.core }

    func sendToken() {
        token = core.makeToken()
        connection.send(.auth, AuthKind.token.rawValue, 0, token)
    }

    func receive(_ kind: UInt32, _ payload: [UInt8]) {
        guard connection.fault != .stall(.auth) else { return connection.note("stalled at auth") }
        switch AuthKind(rawValue: kind) {
        case .signature: judge(payload)
        case .publicKey: ask(payload)
        case .token, nil: break
        }
    }

    private func judge(_ signature: [UInt8]) {
        core.record.count { $0.signatures += 1 }
        let isKnown = core.knownKeys.contains { $0.isValidADBSignature(signature, of: token) }
        if isKnown, connection.fault != .unauthorized { return connection.online() }
        // A prompt that is open stays the answer that is due.
        if !isAsking { sendToken() }
    }

    /// Shows the key on the screen, once.
    private func ask(_ payload: [UInt8]) {
        let text = String(decoding: payload.prefix { $0 != 0 }, as: UTF8.self)
        core.record.note { $0.offeredKeys.append(text) }
        guard !isAsking, case .prompt(let delay, _) = core.settings.authentication, connection.fault != .unauthorized
        else { return }
        isAsking = true
        core.timers.after(delay) { [weak self] in self?.accept(text) }
    }

    private func accept(_ text: String) {
        // A key that cannot be read is accepted for this connection; it just cannot be remembered.
        if let key = try? RSAPublicKey(adbText: text) { core.knownKeys.append(key) }
        connection.online()
    }
}
