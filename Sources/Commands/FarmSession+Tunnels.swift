import Farm
import HostLinks
import PlaybookLanguage
import Secrets
import SourceText
import Tunnels

extension FarmSession {
    /// The connections over SSH to the hosts of a farm; nothing is connected yet, and no key is read.
    static func tunnels(
        _ environment: [String: String], secrets: [SecretDeclaration]
    ) -> TunnelPool {
        let lookup = SecretLookup(environment: environment, ofPlaybook: [], ofFarm: secrets)
        let logins = SSHLogins(environment: environment) { name in
            var found = Diagnostics()
            if let secret = lookup.secrets(named: [name], &found)[name] { return secret }
            let why = found.sorted.first
            throw PhoneError(
                .unauthorized, operation: "open a keypair with the secret `\(name)`",
                reason: why?.message ?? "there is no such secret", advice: why?.help, mayHaveBeenSent: false)
        } tell: {
            Terminal.error.line($0)
        }
        return TunnelPool(SSHDialer(logins))
    }
}
