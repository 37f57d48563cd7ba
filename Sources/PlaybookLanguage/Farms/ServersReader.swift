import Farm
import SourceText

/// Reads what stands under `servers:` of a farm file.
struct ServersReader {
    /// A server as it is written; its way over SSH is known when all hosts have been read.
    private struct Written {
        let name: String
        let adbServer: Address?
        let cloud: CloudServer?
        let place: SourceSpan
    }

    private var written: [Written] = []

    /// Reads the servers, and notes those that are reached over SSH among the hosts.
    mutating func read(
        _ node: Node?, _ keypairs: [String: Keypair], _ accounts: [CloudAccount], _ hosts: inout SSHHosts,
        _ places: inout FarmPlaces, _ diagnostics: inout Diagnostics
    ) {
        for entry in FarmEntries.of(node, "servers", "NAME: { adb-server: HOST:5037 }", &diagnostics) {
            guard let names = FarmEntries.names(entry.key, &places, &diagnostics) else { continue }
            if entry.value["account"] != nil {
                readCloud(entry, names, keypairs, accounts, &diagnostics)
            } else {
                read(entry, names, keypairs, &hosts, &diagnostics)
            }
        }
    }

    private mutating func read(
        _ entry: Node.Entry, _ names: NameRange, _ keypairs: [String: Keypair], _ hosts: inout SSHHosts,
        _ diagnostics: inout Diagnostics
    ) {
        var arguments = StepArguments(keyword: entry.name, at: entry.key.span, node: entry.value, names: NameTable())
        let address = arguments.optionalText("adb-server")
        let ssh = SSHKeys(names: names, keypairs: keypairs).read(
            &arguments, entry.value, isBare: false, &diagnostics)
        hosts.add(names, ssh)
        let hasRoute = ssh.hops != nil || ssh.via != nil
        let mistakes = arguments.finish()
        diagnostics.add(contentsOf: mistakes)
        var addresses: [Address]?
        if let text = address?.literal, let node = entry.value["adb-server"] {
            addresses = Self.addresses(text, names, mayShare: hasRoute, node, &diagnostics)
        } else if ssh.hops == nil, !ssh.isMistaken, !mistakes.hasErrors {
            diagnostics.error(
                "missing-key", "`\(entry.name)` needs `adb-server`, `ssh` or `account`", at: entry.key.span,
                help: "add `adb-server: HOST:5037`, `ssh: USER@HOST`, or `account: NAME` for a server of a cloud")
        }
        let place = entry.value["adb-server"]?.span ?? entry.key.span
        for (index, name) in names.names.enumerated() {
            written.append(Written(name: name, adbServer: addresses?[index], cloud: nil, place: place))
        }
    }

    /// A server of a cloud: what is on it is asked for there.
    private mutating func readCloud(
        _ entry: Node.Entry, _ names: NameRange, _ keypairs: [String: Keypair], _ accounts: [CloudAccount],
        _ diagnostics: inout Diagnostics
    ) {
        let reader = CloudServerReader(names: names, keypairs: keypairs, accounts: accounts)
        let cloud = reader.read(entry, &diagnostics)
        for name in names.names {
            written.append(Written(name: name, adbServer: nil, cloud: cloud, place: entry.key.span))
        }
    }

    /// - Parameter mayShare: Whether one address stands for all names, since each host of them sees one of its own.
    private static func addresses(
        _ text: String, _ names: NameRange, mayShare: Bool, _ node: Node, _ diagnostics: inout Diagnostics
    ) -> [Address]? {
        do throws(FarmError) {
            let range = try AddressRange(parsing: text, defaultPort: Server.defaultPort)
            if mayShare, range.addresses.count == 1 {
                return names.names.map { _ in range.addresses[0] }
            }
            return try names.paired(with: range).map(\.address)
        } catch {
            diagnostics.add(error.diagnostic(in: node.origin))
            return nil
        }
    }

    /// The servers with their ways, once the hosts are joined.
    func servers(_ hosts: SSHHosts, _ diagnostics: inout Diagnostics) -> [Server] {
        let servers = written.map {
            Server(name: $0.name, adbServer: $0.adbServer, route: hosts.route(to: $0.name), cloud: $0.cloud)
        }
        warn(of: servers, &diagnostics)
        return servers
    }

    /// An adb server asks nobody who they are; whoever reaches its port owns its phones.
    private func warn(of servers: [Server], _ diagnostics: inout Diagnostics) {
        guard !diagnostics.hasErrors else { return }
        let open = servers.indices.filter { place in
            servers[place].route == nil && servers[place].adbServer.map { !$0.isLoopback } ?? false
        }
        guard let first = open.first else { return }
        let names = NameFolding.brief(open.map { servers[$0].name })
        let verb = open.count == 1 ? "is" : "are"
        diagnostics.add(
            Diagnostic(
                .warning, rule: "clear-adb-server",
                "\(names) \(verb) reached in the clear, and an adb server lets in whoever reaches its port",
                at: written[first].place,
                help: "let it listen on localhost alone, and go through SSH: "
                    + "`{ adb-server: localhost:5037, ssh: USER@HOST }`"))
    }
}
