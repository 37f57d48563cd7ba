import Farm
import SourceText

/// Reads what stands under `encoders:` of a farm file.
struct EncodersReader {
    /// An encoder as it is written; its way over SSH is known when all hosts have been read.
    private struct Written {
        let name: String
        let labels: [String]
        let server: String?
        let variables: [String: FarmValue]
    }

    private var written: [Written] = []

    /// Reads the encoders, and notes them among the hosts.
    mutating func read(
        _ node: Node?, _ keypairs: [String: Keypair], _ hosts: inout SSHHosts, _ places: inout FarmPlaces,
        _ diagnostics: inout Diagnostics
    ) {
        for entry in FarmEntries.of(node, "encoders", "NAME: { ssh: root@HOST }", &diagnostics) {
            guard let names = FarmEntries.names(entry.key, &places, &diagnostics) else { continue }
            var arguments = StepArguments(
                keyword: entry.name, at: entry.key.span, node: entry.value, names: NameTable())
            let ssh = SSHKeys(names: names, keypairs: keypairs).read(
                &arguments, entry.value, isBare: true, &diagnostics)
            hosts.add(names, ssh)
            let labels = arguments.optionalList("labels")
            let server = arguments.optionalText("server")
            _ = arguments.has("vars")
            let mistakes = arguments.finish()
            diagnostics.add(contentsOf: mistakes)
            for label in labels?.literal ?? [] { places.declareLabel(label, entry.value["labels"]) }
            if let name = server?.literal { places.refer(to: name, at: server?.span ?? entry.key.span) }
            let variables = FarmVariables.read(entry.value["vars"], &diagnostics)
            if ssh.hops == nil, !ssh.isMistaken, !mistakes.hasErrors {
                diagnostics.error(
                    "missing-key", "`\(entry.name)` needs `ssh`", at: entry.key.span, help: "add `ssh: USER@HOST`")
            }
            for name in names.names {
                written.append(
                    Written(name: name, labels: labels?.literal ?? [], server: server?.literal, variables: variables))
            }
        }
    }

    /// The encoders with their ways, once the hosts are joined.
    func encoders(_ hosts: SSHHosts) -> [Encoder] {
        written.map {
            Encoder(
                name: $0.name, route: hosts.route(to: $0.name), labels: $0.labels, server: $0.server,
                variables: $0.variables)
        }
    }
}
