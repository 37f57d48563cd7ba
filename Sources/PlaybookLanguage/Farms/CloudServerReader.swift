import Farm
import SourceText

/// Reads a server of a cloud: whose it is, and how ADB reaches its phones.
struct CloudServerReader {
    /// The names that the entry stands for.
    let names: NameRange
    let keypairs: [String: Keypair]
    let accounts: [CloudAccount]

    func read(_ entry: Node.Entry, _ diagnostics: inout Diagnostics) -> CloudServer {
        var arguments = StepArguments(keyword: entry.name, at: entry.key.span, node: entry.value, names: NameTable())
        let account = arguments.text("account")
        let id = arguments.optionalText("id")
        let pool = arguments.optionalText("pool")
        let via = arguments.optionalChoice("via", of: ["ssh", "direct"])
        let keypair = arguments.optionalText("keypair")
        let port = arguments.optionalInteger("ssh-port", in: 1...65_535)
        let encoderUser = arguments.optionalText("encoder-user")
        diagnostics.add(contentsOf: arguments.finish())
        if let name = account.literal, !accounts.contains(where: { $0.name == name }), !arguments.diagnostics.hasErrors
        {
            diagnostics.error(
                "unknown-name", "the farm has no account `\(name)`", at: account.span,
                help: suggestion(for: name, among: accounts.map(\.name)) ?? "add it under `accounts:`")
        }
        checkKind(entry, accounts.first { $0.name == account.literal }?.kind ?? .cph, pool?.span, &diagnostics)
        if let id, let text = id.literal { check(text, at: id.span, &diagnostics) }
        let key = keypair.flatMap { keypair in keypair.literal.flatMap { keypairs[$0] } }
        if let keypair, let name = keypair.literal, key == nil {
            diagnostics.error(
                "unknown-name", "the farm has no keypair `\(name)`", at: keypair.span,
                help: suggestion(for: name, among: keypairs.keys.sorted()) ?? "add it under `keypairs:`")
        }
        let written = [("keypair", keypair?.span), ("ssh-port", port?.span), ("encoder-user", encoderUser?.span)]
        if via?.literal != "ssh" {
            for case (let key, let span?) in written {
                diagnostics.error("contradiction", "`\(key)` says nothing without `via: ssh`", at: span)
            }
        }
        if let encoderUser, let user = encoderUser.literal, !Self.isUser(user) {
            diagnostics.error(
                "wrong-type", "`encoder-user` is the name of a user", at: encoderUser.span,
                help: "write `encoder-user: \(CloudServer.usualEncoderUser)`")
        }
        let access: CloudServer.ADBAccess? =
            switch via?.literal {
            case "ssh":
                .ssh(key, port: port?.literal.flatMap { UInt16(exactly: $0) } ?? SSHHop.defaultPort)
            case "direct": .direct
            default: nil
            }
        return CloudServer(
            account: account.literal ?? "", id: id?.literal, adb: access,
            encoderUser: encoderUser?.literal ?? CloudServer.usualEncoderUser, pool: pool?.literal)
    }

    /// Refuses what the account's kind has no meaning for.
    private func checkKind(
        _ entry: Node.Entry, _ kind: CloudAccount.Kind, _ pool: SourceSpan?, _ diagnostics: inout Diagnostics
    ) {
        if kind == .cph, let pool {
            diagnostics.error(
                "contradiction", "only accounts of `kind: koophone` have pools", at: pool, help: "leave `pool` out")
        }
        guard kind == .koophone else { return }
        for key in ["id", "via", "keypair", "ssh-port", "encoder-user"] {
            guard let node = entry.value[key] else { continue }
            diagnostics.error(
                "contradiction", "KooPhone has no servers, and no ADB, so `\(key)` says nothing", at: node.span,
                help: "an entry stands for all phones of the account, or with `pool: NAME` for those of a pool")
        }
    }

    private func check(_ id: String, at span: SourceSpan, _ diagnostics: inout Diagnostics) {
        if names.names.count > 1 {
            diagnostics.error(
                "uneven-ranges", "\(names.text) stands for \(names.names.count) servers, but here is one id", at: span,
                help: "leave `id` out where the servers have these names in the cloud, too")
        } else if id.utf8.count != 32 || !id.allSatisfy({ $0.isHexDigit && !$0.isUppercase }) {
            diagnostics.error(
                "wrong-type", "the id of a server is 32 digits from 0 to f", at: span,
                help: "leave `id` out where the server has this name in the cloud, too")
        }
    }

    private static func isUser(_ text: String) -> Bool {
        !text.isEmpty && !text.hasPrefix("-")
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                    true
                default: false
                }
            }
    }
}
