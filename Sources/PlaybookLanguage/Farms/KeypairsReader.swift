import Farm
import SourceText

/// Reads what stands under `keypairs:` of a farm file: private keys by the names that the cloud knows them by.
enum KeypairsReader {
    /// - Parameter secrets: The names of the farm's secrets, of which one may be a key's passphrase.
    static func read(
        _ node: Node?, secrets: [String], _ diagnostics: inout Diagnostics
    ) -> [String: Keypair] {
        var keypairs: [String: Keypair] = [:]
        for entry in FarmEntries.of(node, "keypairs", "NAME: ~/.ssh/NAME.pem", &diagnostics) {
            var arguments = StepArguments(
                keyword: entry.name, at: entry.key.span, node: entry.value, names: NameTable())
            let file = arguments.text("file", bare: true)
            let passphrase = arguments.optionalText("passphrase")
            diagnostics.add(contentsOf: arguments.finish())
            if let path = file.literal, path.contains("PRIVATE KEY-----") {
                diagnostics.error(
                    "plain-secret", "a private key stands in the farm file", at: file.span,
                    help: "put it into a file that only you can read, and name the file here")
            }
            if let passphrase, let name = passphrase.literal, !secrets.contains(name) {
                // What it says is not repeated: it may be the passphrase itself.
                diagnostics.error(
                    "unknown-name", "`passphrase` is the name of a secret, and `secrets` has none of this name",
                    at: passphrase.span,
                    help: "write `passphrase: farm_key`, and below `secrets`: `farm_key: { file: ~/.farm/passphrase }`")
            }
            // A mistaken one is declared all the same, so that nobody is told that it is missing.
            keypairs[entry.name] = Keypair(
                name: entry.name, path: file.literal ?? "", passphrase: passphrase?.literal)
        }
        return keypairs
    }
}
