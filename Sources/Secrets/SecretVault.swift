import Synchronization

/// All secrets that are known so far, and those who look for them.
///
/// Texts made from secrets are added while a run goes on, so the vault is shared and asked anew for every text.
public final class SecretVault: Sendable {
    private struct State {
        var secrets: [Secret] = []
        var derived = 0
        var matcher: SecretMatcher?
    }

    /// More texts made from secrets are refused: each costs every line that is written.
    private static let maximumDerived = 200

    private let state: Mutex<State>
    private let hasAny = Atomic(false)

    /// A vault with some secrets in it; short ones are left out.
    public init(_ secrets: [Secret] = []) {
        state = Mutex(State())
        for secret in secrets { add(secret) }
    }

    /// Whether there is nothing to hide.
    public var isEmpty: Bool { !hasAny.load(ordering: .acquiring) }

    /// Hides a secret from now on; a short one cannot be.
    public func add(_ secret: Secret) {
        guard !secret.isShort else { return }
        state.withLock { state in
            guard !state.secrets.contains(secret) else { return }
            state.secrets.append(secret)
            state.matcher = nil
        }
        hasAny.store(true, ordering: .releasing)
    }

    /// Hides a text that was made from a secret; false when there are too many of them.
    public func add(derived secret: Secret) -> Bool {
        guard !secret.isShort else { return true }
        let fits = state.withLock { state -> Bool in
            if state.secrets.contains(secret) { return true }
            guard state.derived < Self.maximumDerived else { return false }
            state.derived += 1
            state.secrets.append(secret)
            state.matcher = nil
            return true
        }
        if fits { hasAny.store(true, ordering: .releasing) }
        return fits
    }

    /// The name of a secret that this text holds, in whatever spelling; nil when it holds none.
    public func nameOfSecret(in text: String) -> String? {
        guard !isEmpty else { return nil }
        var text = text
        let matcher = matcher
        return text.withUTF8 { bytes in matcher.finds(in: bytes, isWhole: false).first?.name }
    }

    /// The first secret that the bytes hold, in whatever spelling, and where.
    public func firstSecret(in bytes: [UInt8]) -> (name: String, range: Range<Int>)? {
        guard !isEmpty else { return nil }
        let matcher = matcher
        let find = bytes.withUnsafeBufferPointer { matcher.finds(in: $0, isWhole: false).first }
        return find.map { ($0.name, $0.range) }
    }

    var matcher: SecretMatcher {
        state.withLock { state in
            if let matcher = state.matcher { return matcher }
            let matcher = SecretMatcher(state.secrets)
            state.matcher = matcher
            return matcher
        }
    }
}
