import Farm
import SourceText

/// Reads what stands under `keypairs:` of a farm file: private keys by the names that the cloud knows them by.
enum KeypairsReader {
    static func read(_ node: Node?, _ diagnostics: inout Diagnostics) -> [String: Keypair] {
        var keypairs: [String: Keypair] = [:]
        for entry in FarmEntries.of(node, "keypairs", "NAME: ~/.ssh/NAME.pem", &diagnostics) {
            guard let path = entry.value.text, !entry.value.isNull, !path.isEmpty else {
                diagnostics.error(
                    "wrong-type", "a keypair is the path of its private key, this is \(entry.value.phrase)",
                    at: entry.value.span, help: "write `\(entry.name): ~/.ssh/\(entry.name).pem`")
                // It is declared all the same, so that nobody is told that it is missing.
                keypairs[entry.name] = Keypair(name: entry.name, path: "")
                continue
            }
            if path.contains("PRIVATE KEY-----") {
                diagnostics.error(
                    "plain-secret", "a private key stands in the farm file", at: entry.value.span,
                    help: "put it into a file that only you can read, and name the file here")
            }
            keypairs[entry.name] = Keypair(name: entry.name, path: path)
        }
        return keypairs
    }
}
