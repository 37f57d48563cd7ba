import Farm
import SourceText

/// Reads the keys that say how a host of a farm file is reached over SSH: `ssh`, `user`, `port`, `keypair`, `via` and
/// `host-keys`.
struct SSHKeys {
    private let names: NameRange
    private let keypairs: [String: Keypair]

    init(names: NameRange, keypairs: [String: Keypair]) {
        self.names = names
        self.keypairs = keypairs
    }

    /// What is written, with a hop for each name.
    ///
    /// - Parameter isBare: Whether the address may stand alone, without `ssh:`.
    func read(
        _ arguments: inout StepArguments, _ value: Node, isBare: Bool, _ diagnostics: inout Diagnostics
    ) -> SSHHosts.Written {
        var found = Diagnostics()
        defer { diagnostics.add(contentsOf: found) }
        let ssh = arguments.optionalText("ssh", bare: isBare)
        let user = arguments.optionalText("user")
        let port = arguments.optionalInteger("port", in: 1...65_535)
        let keypair = arguments.optionalText("keypair")
        let via = arguments.optionalText("via")
        let hostKeys = arguments.optionalText("host-keys")
        var written = SSHHosts.Written()
        let policy = policy(hostKeys, &found)
        let key = self.keypair(keypair, &found)
        if let via, let name = via.literal, name != "ssh" {
            written.via = name
            written.viaSpan = via.span
        }
        if let ssh, let text = ssh.literal {
            let node = value.mapping == nil ? value : value["ssh"] ?? value
            written.hops = hops(text, node, user: user, port: port?.literal, keypair: key, policy, &found)
        } else if ssh == nil {
            noHost(via, [user?.span, keypair?.span, hostKeys?.span, port?.span].compactMap(\.self), &found)
        }
        written.isMistaken = found.hasErrors || arguments.diagnostics.hasErrors
        return written
    }

    /// Something is said about a host that is not named.
    private func noHost(_ via: Argument<String>?, _ others: [SourceSpan], _ diagnostics: inout Diagnostics) {
        if let via, via.literal == "ssh" {
            diagnostics.error(
                "missing-key", "`via: ssh` needs the host to log in to", at: via.span, help: "add `ssh: USER@HOST`")
        } else if let first = others.first {
            diagnostics.error(
                "contradiction", "this says how to log in, and nothing says where", at: first,
                help: "add `ssh: USER@HOST`")
        }
    }

    private func policy(_ written: Argument<String>?, _ diagnostics: inout Diagnostics) -> HostKeyPolicy {
        guard let written, let word = written.literal else { return .pin }
        if let policy = HostKeyPolicy(rawValue: word) {
            if policy == .off {
                diagnostics.add(
                    Diagnostic(
                        .warning, rule: "unchecked-host-key",
                        "nobody looks whether \(names.text) is the host that it says it is", at: written.span,
                        help: "leave `host-keys` out: the first key is kept, and another one is refused"))
            }
            return policy
        }
        let words = HostKeyPolicy.allCases.map(\.rawValue)
        diagnostics.error(
            "wrong-type", "`host-keys` is strict, pin or off", at: written.span,
            help: closestMatch(to: word, among: words).map { "did you mean `\($0)`?" })
        return .strict
    }

    private func keypair(_ written: Argument<String>?, _ diagnostics: inout Diagnostics) -> Keypair? {
        guard let written, let name = written.literal else { return nil }
        if let known = keypairs[name] { return known }
        let near = closestMatch(to: name, among: keypairs.keys.sorted()).map { "did you mean \($0)?" }
        diagnostics.error(
            "unknown-name", "`keypairs` has no \(name)", at: written.span,
            help: near ?? "add `\(name): PATH` to `keypairs`")
        return nil
    }

    /// One hop for each name; nil, and a mistake noted, when the text cannot be read.
    private func hops(
        _ text: String, _ node: Node, user: Argument<String>?, port: Int?, keypair: Keypair?,
        _ policy: HostKeyPolicy, _ diagnostics: inout Diagnostics
    ) -> [SSHHop]? {
        let at = text.lastIndex(of: "@")
        let place = at.map { text[...$0].utf8.count } ?? 0
        let inText = at.map { String(text[..<$0]) }
        if let inText, let said = user?.literal, said != inText {
            diagnostics.error(
                "contradiction", "`ssh` logs in as \(inText), and `user` says \(said)", at: user?.span ?? node.span)
            return nil
        }
        guard let name = inText ?? user?.literal, Self.isUser(name) else {
            let isMissing = (inText ?? user?.literal ?? "").isEmpty
            diagnostics.error(
                isMissing ? "missing-key" : "bad-name",
                isMissing ? "nobody says whom to log in as" : "this is no user's name", at: node.span,
                help: "write USER@\(at.map { String(text[text.index(after: $0)...]) } ?? text)")
            return nil
        }
        let standard = port.flatMap(UInt16.init(exactly:)) ?? SSHHop.defaultPort
        do throws(FarmError) {
            let range = try AddressRange(
                parsing: String(decoding: text.utf8.dropFirst(place), as: UTF8.self), defaultPort: standard)
            return try names.paired(with: range).map {
                SSHHop(address: $0.address, user: name, keypair: keypair, hostKeys: policy, name: $0.name)
            }
        } catch {
            diagnostics.add(error.diagnostic(in: node.origin, from: place))
            return nil
        }
    }

    private static func isUser(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 256 && !name.hasPrefix("-")
            && name.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F }
    }
}
