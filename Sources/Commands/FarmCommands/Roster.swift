import Farm
import Glibc
import Lanes
import Reports

/// A farm file of the phones that are there.
struct Roster {
    private let text: String

    init(_ rows: [PhoneRow], of inventory: Inventory) {
        var lines = ["# Written by `drover phones --save`: the phones that answered then.", ""]
        let keypairs = Set(inventory.servers.flatMap { ($0.route?.hops ?? []).compactMap(\.keypair) })
        if !keypairs.isEmpty {
            lines.append("keypairs:")
            for keypair in keypairs.sorted(by: { $0.name < $1.name }) {
                lines.append("  \(Self.quoted(keypair.name)): \(Self.quoted(keypair.path))")
            }
        }
        if !inventory.servers.isEmpty {
            lines.append("servers:")
            for server in inventory.servers {
                lines.append("  \(server.name): { \(Self.members(server)) }")
            }
        }
        lines.append("phones:")
        lines += rows.filter(\.isThere).map { "  \(Self.name($0.phone)): { \(Self.members($0.phone)) }" }
        text = lines.map { $0 + "\n" }.joined()
    }

    /// Names with a slash come from discovery; as keys of a roster they are names of their own.
    private static func name(_ phone: Phone) -> String {
        String(phone.name.map { $0 == "/" || $0 == "@" ? "-" : $0 })
    }

    private static func members(_ server: Server) -> String {
        var members: [String] = []
        if let address = server.adbServer { members.append("adb-server: \"\(address)\"") }
        guard let route = server.route else { return members.joined(separator: ", ") }
        // A server without an SSH server of its own stands behind the last host of its route.
        let isOwn = route.host.name == server.name
        if isOwn {
            members.append("ssh: \(quoted(route.host.description))")
            if let keypair = route.host.keypair { members.append("keypair: \(quoted(keypair.name))") }
            if route.host.hostKeys != .pin { members.append("host-keys: \(quoted(route.host.hostKeys.rawValue))") }
        }
        if let via = isOwn ? route.via?.host.name : route.host.name { members.append("via: \(quoted(via))") }
        return members.joined(separator: ", ")
    }

    private static func quoted(_ text: String) -> String { JSONReport.quoted(text) }

    private static func members(_ phone: Phone) -> String {
        var members: [String] = []
        switch phone.waysIn.first {
        case .tcp(let address): members.append("adb: \"tcp:\(address)\"")
        case .ssh(let route, let address):
            members.append("adb: \"ssh \(address)\"")
            if route.name != phone.server { members.append("via: \(quoted(route.name))") }
        case .server, nil: break
        }
        if let server = phone.server { members.append("server: \(server)") }
        if let serial = phone.serial, phone.server != nil { members.append("serial: \"\(serial)\"") }
        if !phone.labels.isEmpty { members.append("labels: [\(phone.labels.joined(separator: ", "))]") }
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
