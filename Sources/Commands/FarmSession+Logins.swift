import Farm
import HostLinks
import PlaybookLanguage
import Secrets
import SourceText

extension FarmSession {
    /// What logs in to the hosts of a farm; no key is read yet.
    static func logins(_ environment: [String: String], secrets: [SecretDeclaration]) -> SSHLogins {
        let lookup = SecretLookup(environment: environment, ofPlaybook: [], ofFarm: secrets)
        return SSHLogins(environment: environment) { name in
            var found = Diagnostics()
            if let secret = lookup.secrets(named: [name], &found)[name] { return secret }
            let why = found.sorted.first
            throw PhoneError(
                .unauthorized, operation: "open a keypair with the secret `\(name)`",
                reason: why?.message ?? "there is no such secret", advice: why?.help, mayHaveBeenSent: false)
        } tell: {
            Terminal.error.line($0)
        }
    }
}
