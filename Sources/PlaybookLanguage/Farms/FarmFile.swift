public import Farm
public import SourceText

/// Reads a farm file; every mistake of it is noted before the answer is given.
public enum FarmFile {
    package static let keys = [
        "phones", "servers", "encoders", "accounts", "keypairs", "groups", "limits", "leases", "vars", "secrets",
    ]
    private static let slips = [
        "devices": "phones", "hosts": "phones", "targets": "phones", "racks": "servers", "variables": "vars",
        "keys": "keypairs", "clouds": "accounts",
    ]

    /// What a farm file holds.
    public struct Contents: Sendable {
        /// The farm, or nil when the file has errors.
        public let inventory: Inventory?
        /// The secrets that it declares, also when it has errors elsewhere.
        public let secrets: [SecretDeclaration]
    }

    /// The farm, or nil when the file has errors.
    public static func read(_ file: SourceFile, _ diagnostics: inout Diagnostics) -> Inventory? {
        contents(of: file, &diagnostics).inventory
    }

    /// The farm, and the secrets that are declared beside it.
    public static func contents(of file: SourceFile, _ diagnostics: inout Diagnostics) -> Contents {
        guard let root = Document.read(file, &diagnostics)?.root else { return Contents(inventory: nil, secrets: []) }
        var ofSecrets = Diagnostics()
        let secrets = SecretsReader.read(root["secrets"], &ofSecrets)
        return Contents(inventory: inventory(in: root, secrets.map(\.name), ofSecrets, &diagnostics), secrets: secrets)
    }

    /// - Parameters:
    ///   - secrets: The names of the secrets that the file declares.
    ///   - ofSecrets: What is wrong with them.
    private static func inventory(
        in root: Node, _ secrets: [String], _ ofSecrets: Diagnostics, _ diagnostics: inout Diagnostics
    ) -> Inventory? {
        var found = Diagnostics()
        defer { diagnostics.add(contentsOf: found) }
        guard root.mapping != nil else {
            found.error(
                "wrong-type", "a farm file is a mapping with `phones` and `servers`, this is \(root.phrase)",
                at: root.span)
            return nil
        }
        checkKeys(root, &found)
        var places = FarmPlaces()
        let keypairs = KeypairsReader.read(root["keypairs"], secrets: secrets, &found)
        let accounts = AccountsReader.read(root["accounts"], secrets: secrets, rates: root["limits"], &found)
        var hosts = SSHHosts()
        var ofServers = ServersReader()
        ofServers.read(root["servers"], keypairs, accounts, &hosts, &places, &found)
        var ofEncoders = EncodersReader()
        ofEncoders.read(root["encoders"], keypairs, &hosts, &places, &found)
        hosts.join(&found)
        let servers = ofServers.servers(hosts, &found)
        let encoders = ofEncoders.encoders(hosts)
        let phones = PhonesReader.read(root["phones"], servers, hosts, &places, &found)
        let groups = GroupsReader.read(root["groups"], &places, &found)
        let limits = limits(root["limits"], &found)
        let leaseLife = leaseLife(root["leases"], &found)
        let variables = FarmVariables.read(root["vars"], &found)
        found.add(contentsOf: ofSecrets)
        for mistake in Inventory.mistakes(
            phones: phones, servers: servers, encoders: encoders, groups: groups)
        {
            found.add(places.diagnostic(of: mistake, otherwise: root.span))
        }
        guard !found.hasErrors else { return nil }
        return try? inventory(phones, servers, encoders, groups, accounts, limits, variables, leaseLife, root, &found)
    }

    /// What is left to go wrong has been looked for already; if something is, it is told like the rest.
    private static func inventory(
        _ phones: [Phone], _ servers: [Server], _ encoders: [Encoder], _ groups: [Group], _ accounts: [CloudAccount],
        _ limits: Limits, _ variables: [String: FarmValue], _ leaseLife: Duration?, _ root: Node,
        _ diagnostics: inout Diagnostics
    ) throws(FarmError) -> Inventory {
        do {
            return try Inventory(
                phones: phones, servers: servers, encoders: encoders, groups: groups, accounts: accounts,
                limits: limits, variables: variables, phoneLeaseLife: leaseLife)
        } catch {
            diagnostics.error("farm", error.reason, at: root.span, help: error.suggestion)
            throw error
        }
    }

    private static func checkKeys(_ root: Node, _ diagnostics: inout Diagnostics) {
        reportRepeatedKeys(root, &diagnostics)
        for entry in root.mapping ?? [] where !keys.contains(entry.name) {
            let slip = slips[entry.name.lowercased()].map { "did you mean `\($0)`?" }
            let help = slip ?? suggestion(for: entry.name, among: keys) ?? "it has \(keys.joined(separator: ", "))"
            diagnostics.error(
                "unknown-key", "a farm file has no key `\(entry.name)`", at: entry.key.span, help: help)
        }
    }

    /// How long leases on the phones hold; nil where nobody wants them.
    private static func leaseLife(_ node: Node?, _ diagnostics: inout Diagnostics) -> Duration? {
        guard let node, !node.isNull else { return nil }
        var arguments = StepArguments(keyword: "leases", at: node.span, node: node, names: NameTable())
        let isOnPhone = arguments.flag("on-phone")
        let life = arguments.optionalDuration("life")
        diagnostics.add(contentsOf: arguments.finish())
        guard isOnPhone.literal == true else { return nil }
        guard let life else { return .seconds(1_800) }
        guard let length = life.literal, length >= .seconds(60), length <= .seconds(86_400) else {
            diagnostics.error("wrong-type", "`life` is between 1m and 1d", at: life.span)
            return nil
        }
        return length
    }

    private static func limits(_ node: Node?, _ diagnostics: inout Diagnostics) -> Limits {
        guard let node, !node.isNull else { return .default }
        // Those of accounts are read with them.
        let entries = (node.mapping ?? []).filter { !$0.name.hasPrefix("account.") }
        let ours = node.mapping == nil ? node : Node(.mapping(entries), at: node.span)
        var arguments = StepArguments(keyword: "limits", at: node.span, node: ours, names: NameTable())
        let range = 1...1_000_000
        let run = arguments.optionalInteger("run", in: range)
        let perServer = arguments.optionalInteger("per-server", in: range)
        let perUSBHost = arguments.optionalInteger("per-usb-host", in: range)
        let bulk = arguments.optionalInteger("bulk-per-server", in: range)
        let reboots = arguments.optionalInteger("reboots-per-server", in: range)
        let bytes = arguments.optionalSize("bytes-per-server")
        diagnostics.add(contentsOf: arguments.finish())
        do {
            return try Limits(
                run: run?.literal, perServer: perServer?.literal, perUSBHost: perUSBHost?.literal,
                bulkPerServer: bulk?.literal, rebootsPerServer: reboots?.literal,
                bytesPerServer: bytes?.literal)
        } catch {
            diagnostics.error("wrong-type", error.reason, at: node.span, help: error.suggestion)
            return .default
        }
    }
}
