import Farm
import Glibc
import Lanes
import PlaybookLanguage
import Reports
import Secrets

/// A farm file of the phones that are there.
struct Roster {
    private let text: String

    /// - Parameter secrets: Those of the farm file that was read; the ones that open keys are named again.
    init(_ rows: [PhoneRow], of inventory: Inventory, secrets: [SecretDeclaration]) {
        var lines = ["# Written by `drover phones --save`: the phones that answered then.", ""]
        let encoders = inventory.encoders.filter { !Self.isShown($0, in: inventory) }
        let routes = inventory.servers.compactMap(\.route) + encoders.compactMap(\.route)
        let ofClouds = inventory.servers.compactMap { server -> Keypair? in
            guard case .ssh(let keypair, _) = server.cloud?.adb else { return nil }
            return keypair
        }
        let keypairs = Set(routes.flatMap { $0.hops.compactMap(\.keypair) } + ofClouds)
        if !keypairs.isEmpty {
            lines.append("keypairs:")
            for keypair in keypairs.sorted(by: { $0.name < $1.name }) {
                lines.append("  \(Self.quoted(keypair.name)): \(Self.value(keypair))")
            }
        }
        let named = Set(keypairs.compactMap(\.passphrase)).union(inventory.accounts.flatMap(Self.secrets))
        let needed = secrets.filter { named.contains($0.name) }
        if !needed.isEmpty {
            lines.append("secrets:")
            for secret in needed { lines.append("  \(secret.name): \(Self.value(secret.source))") }
        }
        lines += Self.accountLines(inventory.accounts)
        if !inventory.servers.isEmpty {
            lines.append("servers:")
            for server in inventory.servers {
                lines.append("  \(server.name): { \(Self.members(server)) }")
            }
        }
        if !encoders.isEmpty {
            lines.append("encoders:")
            for encoder in encoders {
                lines.append("  \(encoder.name): { \(Self.members(encoder)) }")
            }
        }
        lines.append("phones:")
        lines += rows.filter(\.isThere).map { "  \(Self.name($0.phone)): { \(Self.members($0.phone)) }" }
        text = lines.map { $0 + "\n" }.joined()
    }

    /// Whether an encoder comes from the account of its server, which will show it again.
    private static func isShown(_ encoder: Encoder, in inventory: Inventory) -> Bool {
        guard let server = encoder.server, inventory.server(server)?.cloud != nil else { return false }
        return encoder.name.hasPrefix("\(server)/")
    }

    /// Names with a slash come from discovery; as keys of a roster they are names of their own.
    private static func name(_ phone: Phone) -> String {
        String(phone.name.map { $0 == "/" || $0 == "@" ? "-" : $0 })
    }

    private static func value(_ keypair: Keypair) -> String {
        guard let passphrase = keypair.passphrase else { return quoted(keypair.path) }
        return "{ file: \(quoted(keypair.path)), passphrase: \(passphrase) }"
    }

    private static func value(_ source: SecretSource) -> String {
        switch source {
        case .environment(let name): "{ env: \(quoted(name)) }"
        case .file(let path): "{ file: \(quoted(path)) }"
        case .command(let line): "{ command: \(quoted(line)) }"
        }
    }

    private static func members(_ server: Server) -> String {
        var members: [String] = []
        if let address = server.adbServer { members.append("adb-server: \"\(address)\"") }
        if let route = server.route { members += Self.members(route, of: server.name) }
        if let cloud = server.cloud {
            members.append("account: \(quoted(cloud.account))")
            if let id = cloud.id { members.append("id: \(quoted(id))") }
            if let pool = cloud.pool { members.append("pool: \(quoted(pool))") }
            switch cloud.adb {
            case .direct: members.append("via: direct")
            case .ssh(let keypair, let port):
                members.append("via: ssh")
                if let keypair { members.append("keypair: \(quoted(keypair.name))") }
                if port != SSHHop.defaultPort { members.append("ssh-port: \(port)") }
                if cloud.encoderUser != CloudServer.usualEncoderUser {
                    members.append("encoder-user: \(quoted(cloud.encoderUser))")
                }
            case nil: break
            }
        }
        return members.joined(separator: ", ")
    }

    private static func members(_ encoder: Encoder) -> String {
        var members = encoder.route.map { Self.members($0, of: encoder.name) } ?? []
        if let server = encoder.server { members.append("server: \(server)") }
        members += labels(encoder.labels)
        return members.joined(separator: ", ")
    }

    /// How a host is reached; one without an SSH server of its own stands behind the last host of its route.
    private static func members(_ route: SSHRoute, of name: String) -> [String] {
        var members: [String] = []
        let isOwn = route.host.name == name
        if isOwn {
            members.append("ssh: \(quoted(route.host.description))")
            if let keypair = route.host.keypair { members.append("keypair: \(quoted(keypair.name))") }
            if route.host.hostKeys != .pin { members.append("host-keys: \(quoted(route.host.hostKeys.rawValue))") }
        }
        if let via = isOwn ? route.via?.host.name : route.host.name { members.append("via: \(quoted(via))") }
        return members
    }

    private static func labels(_ labels: [String]) -> [String] {
        labels.isEmpty ? [] : ["labels: [\(labels.joined(separator: ", "))]"]
    }

    static func quoted(_ text: String) -> String { JSONReport.quoted(text) }

    private static func members(_ phone: Phone) -> String {
        var members: [String] = []
        switch phone.waysIn.first {
        case .tcp(let address): members.append("adb: \"tcp:\(address)\"")
        case .ssh(let route, let address):
            members.append("adb: \"ssh \(address)\"")
            if route.name != phone.server { members.append("via: \(quoted(route.name))") }
        case .server, .cloudADB, .cloud, nil: break
        }
        if let server = phone.server { members.append("server: \(server)") }
        if let serial = phone.serial, phone.server != nil { members.append("serial: \"\(serial)\"") }
        members += labels(phone.labels)
        return members.joined(separator: ", ")
    }

    /// Writes the file; one that is there already is never touched.
    ///
    /// - Throws: ``CommandFailure``.
    func write(to path: String) throws(CommandFailure) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw CommandFailure("cannot write \(path): \(SystemError("open").reason)") }
        defer { close(descriptor) }
        Terminal(descriptor: descriptor).write(text)
    }
}
