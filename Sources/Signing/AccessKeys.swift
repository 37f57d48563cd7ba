public import Secrets

/// The keys of an account, permanent or for a while, with which requests are signed.
public struct AccessKeys: Hashable, Sendable {
    /// The access key (AK), which is sent in the clear.
    public let id: String
    /// The secret key (SK), which never leaves this machine.
    public let secret: Secret
    /// What comes with temporary keys and is sent beside the signature; nil for permanent ones.
    public let token: Secret?

    /// Takes keys.
    public init(id: String, secret: Secret, token: Secret? = nil) {
        self.id = id
        self.secret = secret
        self.token = token
    }

    var secretBytes: [UInt8] { secret.reveal { Array($0.utf8) } }
}
