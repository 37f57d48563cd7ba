import PlaybookLanguage
import Secrets

/// The secrets that this process knows; whatever it prints or keeps is looked through for them.
enum ProcessSecrets {
    /// One for the whole process: texts leave it in many places, and none of them may be forgotten.
    static let vault = SecretVault()

    /// What every text passes on its way out.
    static var redactor: Redactor { Redactor(vault) }

    /// Notes what the environment holds under `DROVER_SECRET_`, before anything is printed.
    static func learn(from environment: [String: String]) {
        for (variable, text) in environment where variable.hasPrefix(SharedScope.secretPrefix) {
            vault.add(Secret(name: String(variable.dropFirst(SharedScope.secretPrefix.count)), text))
        }
    }

    /// The names of the secrets that the environment holds.
    static func names(in environment: [String: String]) -> Set<String> {
        Set(
            environment.keys.filter { $0.hasPrefix(SharedScope.secretPrefix) }.map {
                String($0.dropFirst(SharedScope.secretPrefix.count))
            })
    }
}
