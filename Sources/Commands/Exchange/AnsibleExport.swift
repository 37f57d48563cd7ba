import Farm

/// A farm as an inventory of Ansible, in YAML: servers and encoders that SSH reaches, and the phones of each server.
struct AnsibleExport {
    let text: String

    init(_ phones: [Phone], of inventory: Inventory) {
        var lines = ["# Written by `drover farm export --ansible`.", "all:", "  children:"]
        lines += Self.group(
            "drover_servers",
            inventory.servers.map { server in
                (server.name, server.route, phones.filter { $0.server == server.name }.map(\.name))
            })
        lines += Self.group("drover_encoders", inventory.encoders.map { ($0.name, $0.route, []) })
        let labels = Set(inventory.encoders.flatMap(\.labels)).sorted()
        for label in labels {
            lines.append("    \(Self.groupName("label_\(label)")):")
            lines.append("      hosts:")
            for encoder in inventory.encoders where encoder.labels.contains(label) {
                lines.append("        \(Self.quoted(encoder.name)):")
            }
        }
        text = lines.map { $0 + "\n" }.joined()
    }

    private static func group(_ name: String, _ hosts: [(String, SSHRoute?, [String])]) -> [String] {
        guard !hosts.isEmpty else { return [] }
        var lines = ["    \(name):", "      hosts:"]
        for (name, route, phones) in hosts {
            lines.append("        \(quoted(name)):")
            lines += route.map(variables) ?? []
            if !phones.isEmpty {
                lines.append("          drover_phones: [\(phones.map(quoted).joined(separator: ", "))]")
            }
        }
        return lines
    }

    private static func variables(_ route: SSHRoute) -> [String] {
        var lines = [
            "          ansible_host: \(quoted(route.host.address.host))",
            "          ansible_port: \(route.host.address.port)",
            "          ansible_user: \(quoted(route.host.user))",
        ]
        if let keypair = route.host.keypair {
            lines.append("          ansible_ssh_private_key_file: \(quoted(keypair.path))")
        }
        if let via = route.via {
            let jumps = via.hops.map { "\($0.user)@\($0.address)" }.joined(separator: ",")
            lines.append("          ansible_ssh_common_args: \(quoted("-J \(jumps)"))")
        }
        return lines
    }

    /// Names of groups have letters, digits and underscores.
    private static func groupName(_ text: String) -> String {
        String(text.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
    }

    private static func quoted(_ text: String) -> String { Roster.quoted(text) }
}
