import Journal
import PlaybookLanguage
import Secrets
import SourceText

/// Finds the secrets that a playbook speaks of: `DROVER_SECRET_x` first, then its own declarations, then the farm's.
struct SecretLookup {
    let environment: [String: String]
    let ofPlaybook: [SecretDeclaration]
    let ofFarm: [SecretDeclaration]

    /// The secrets by name; those that cannot be had go to the collector.
    ///
    /// - Parameter names: Those that are needed; no command is run for others.
    func secrets(named names: Set<String>, _ diagnostics: inout Diagnostics) -> [String: Secret] {
        var secrets: [String: Secret] = [:]
        for name in names.sorted() {
            let declaration = ofPlaybook.first { $0.name == name } ?? ofFarm.first { $0.name == name }
            let variable = SharedScope.secretPrefix + name
            let source = environment[variable] == nil ? declaration?.source : .environment(variable)
            guard let source else { continue }
            do throws(SecretError) {
                let secret = try source.read(named: name, environment: environment)
                ProcessSecrets.vault.add(secret)
                secrets[name] = secret
                guard !JournalWords.contain(secret) else {
                    throw SecretError(
                        "the secret `\(name)` is a word that drover itself writes into every journal",
                        help: "choose one that nobody can guess")
                }
            } catch {
                diagnostics.error("no-secret", error.message, at: declaration?.span, help: error.help)
            }
        }
        return secrets
    }

    /// Notes secrets that nobody speaks of, as far as that costs nothing: a phone may print them all the same.
    func learnOthers(than names: Set<String>) {
        for declaration in ofPlaybook + ofFarm where !names.contains(declaration.name) {
            if case .command = declaration.source { continue }
            if let secret = try? declaration.source.read(named: declaration.name, environment: environment) {
                ProcessSecrets.vault.add(secret)
            }
        }
    }

    /// Notes every file in which a secret stands in plain.
    static func look(through files: [SourceFile], _ diagnostics: inout Diagnostics) {
        for file in files {
            guard let find = ProcessSecrets.vault.firstSecret(in: file.bytes) else { continue }
            diagnostics.error(
                "plain-secret", "the secret `\(find.name)` stands here in plain, for all who can read the file",
                at: SourceSpan(file: file, range: find.range),
                help: "take it out and write secret.\(find.name); if it is an ordinary word, choose another secret")
        }
    }
}
