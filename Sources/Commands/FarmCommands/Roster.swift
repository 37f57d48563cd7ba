import Farm
import Glibc
import Lanes

/// A farm file of the phones that are there.
struct Roster {
    private let text: String

    init(_ rows: [PhoneRow], of inventory: Inventory) {
        var lines = ["# Written by `drover phones --save`: the phones that answered then.", ""]
        if !inventory.servers.isEmpty {
            lines.append("servers:")
            for server in inventory.servers {
                lines.append("  \(server.name): { adb-server: \"\(server.adbServer)\" }")
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

    private static func members(_ phone: Phone) -> String {
        var members: [String] = []
        switch phone.waysIn.first {
        case .tcp(let address): members.append("adb: \"tcp:\(address)\"")
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
