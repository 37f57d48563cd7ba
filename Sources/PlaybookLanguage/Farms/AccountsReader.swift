import Farm
import SourceText

/// Reads what stands under `accounts:` of a farm file: the clouds that rent phones, and as whom to ask them.
enum AccountsReader {
    /// - Parameters:
    ///   - secrets: The names of the farm's secrets.
    ///   - rates: The farm's limits, in which those of accounts begin with `account.`.
    static func read(
        _ node: Node?, secrets: [String], rates: Node?, _ diagnostics: inout Diagnostics
    ) -> [CloudAccount] {
        let rates = AccountRates.read(rates, &diagnostics)
        let example = "NAME: { kind: huawei-cph, region: cn-north-4, auth: { ak: \"${{ secret.ak }}\", sk: … } }"
        return FarmEntries.of(node, "accounts", example, &diagnostics).compactMap { entry in
            var arguments = StepArguments(
                keyword: entry.name, at: entry.key.span, node: entry.value, names: NameTable())
            let kindName = arguments.choice("kind", of: CloudAccount.Kind.allCases.map(\.rawValue))
            let region = arguments.text("region")
            // What may stand elsewhere is read from the nodes themselves, as no expression is allowed there.
            for key in ["project", "auth", "endpoints"] { _ = arguments.has(key) }
            let bucket = arguments.optionalText("bucket")
            let shares = arguments.flag("shared-storage", default: true)
            let authority = arguments.optionalText("ca-file")
            let days = arguments.optionalInteger("staged-days", in: CloudAccount.stagedDaysRange)
            diagnostics.add(contentsOf: arguments.finish())
            // As with other files beside it, a relative path starts at the farm file's folder.
            let certificates = authority?.literal.map {
                $0.hasPrefix("~/") ? $0 : joinedPath($0, below: folder(of: entry.value.span.file.name))
            }
            let texts = AccountTexts(secrets: secrets)
            let project = entry.value["project"].flatMap { texts.plain($0, "project", &diagnostics) }
            if let bucket, let name = bucket.literal, !isBucket(name) {
                diagnostics.error(
                    "bad-name", "this is no name of a bucket", at: bucket.span,
                    help: "3 to 63 lowercase letters, digits, `-` and `.`, without `obs://`")
            }
            let kind = kindName.literal.flatMap { CloudAccount.Kind(rawValue: $0) } ?? .cph
            let places = endpoints(entry.value["endpoints"], kind, &diagnostics)
            if kind == .koophone { checkKooPhone(entry, places, &diagnostics) }
            guard let login = login(entry, texts, &diagnostics), let region = region.literal else { return nil }
            return CloudAccount(
                name: entry.name, kind: kind, region: region, project: project, login: login, endpoints: places,
                certificateFile: certificates, bucket: bucket?.literal, stagedDays: days?.literal ?? 7, rates: rates,
                usesSharedStorage: shares.literal ?? true)
        }
    }

    private static func login(
        _ entry: Node.Entry, _ texts: AccountTexts, _ diagnostics: inout Diagnostics
    ) -> CloudAccount.Login? {
        let example = "auth: { ak: \"${{ secret.ak }}\", sk: \"${{ secret.sk }}\" }"
        guard let node = entry.value["auth"], node.mapping != nil else {
            diagnostics.error(
                "missing-key", "`\(entry.name)` needs `auth`, a mapping that says as whom to ask",
                at: entry.value["auth"]?.span ?? entry.key.span, help: "write `\(example)`")
            return nil
        }
        reportRepeatedKeys(node, &diagnostics)
        let isKeys = node["ak"] != nil || node["sk"] != nil
        let keys = isKeys ? ["ak", "sk", "token"] : ["account", "user", "password"]
        for member in node.mapping ?? [] where !keys.contains(member.name) {
            diagnostics.error(
                "unknown-key", "`auth` has no key `\(member.name)`", at: member.key.span,
                help: suggestion(for: member.name, among: keys)
                    ?? "it has ak and sk, or account, user and password")
        }
        var isComplete = true
        for key in keys.prefix(isKeys ? 2 : 3) where node[key] == nil {
            isComplete = false
            diagnostics.error(
                "missing-key", "`auth` needs `\(key)`", at: node.span,
                help: isKeys ? "write `\(example)`" : "it has ak and sk, or account, user and password")
        }
        guard isComplete else { return nil }
        let plain = { (key: String, found: inout Diagnostics) in node[key].flatMap { texts.plain($0, key, &found) } }
        let secret = { (key: String, found: inout Diagnostics) in node[key].flatMap { texts.secret($0, key, &found) } }
        if isKeys {
            let token = secret("token", &diagnostics)
            guard let id = plain("ak", &diagnostics), let key = secret("sk", &diagnostics) else { return nil }
            return .keys(id: id, secret: key, token: token)
        }
        guard let account = plain("account", &diagnostics), let user = plain("user", &diagnostics),
            let password = secret("password", &diagnostics)
        else { return nil }
        return .password(account: account, user: user, password: password)
    }

    /// Looks at what only accounts of KooPhone need, and at what they cannot have (Cloud Phone API, KooPhone).
    private static func checkKooPhone(
        _ entry: Node.Entry, _ places: CloudAccount.Endpoints, _ diagnostics: inout Diagnostics
    ) {
        if places.service == nil {
            diagnostics.error(
                "missing-key",
                "`\(entry.name)` needs `endpoints` with `koophone`, since its usual address is not known",
                at: entry.value["endpoints"]?.span ?? entry.key.span,
                help: "write `endpoints: { koophone: https://HOST/PATH }`")
        }
        if let auth = entry.value["auth"], auth["ak"] != nil || auth["sk"] != nil {
            diagnostics.error(
                "contradiction", "KooPhone asks for a token of the whole account, which no access key gets",
                at: auth.span, help: "write `auth: { account: NAME, user: NAME, password: \"${{ secret.password }}\" }`"
            )
        }
        for (key, why) in [
            ("project", "KooPhone knows no projects"), ("shared-storage", "phones of KooPhone share no storage"),
        ] {
            guard let node = entry.value[key] else { continue }
            diagnostics.error("contradiction", "\(why), so `\(key)` says nothing", at: node.span, help: "leave it out")
        }
    }

    private static func endpoints(
        _ node: Node?, _ kind: CloudAccount.Kind, _ diagnostics: inout Diagnostics
    ) -> CloudAccount.Endpoints {
        guard let node, !node.isNull else { return .init() }
        var arguments = StepArguments(keyword: "endpoints", at: node.span, node: node, names: NameTable())
        let service = kind == .koophone ? "koophone" : "cph"
        let written = [service, "iam", "obs"].map { arguments.optionalText($0) }
        diagnostics.add(contentsOf: arguments.finish())
        for (place, address) in written.enumerated() {
            guard let address, let text = address.literal else { continue }
            // Only of KooPhone it is said that its paths may have something in front.
            guard !isEndpoint(text, mayHavePath: place == 0 && kind == .koophone) else { continue }
            diagnostics.error(
                "bad-address",
                place == 0 && kind == .koophone
                    ? "an endpoint is `https://HOST`, here perhaps with a path"
                    : "an endpoint is `https://HOST` without a path",
                at: address.span,
                help: "for example https://cph.cn-north-4.myhuaweicloud.com")
        }
        return .init(service: written[0]?.literal, identity: written[1]?.literal, storage: written[2]?.literal)
    }

    /// `https://HOST[:PORT]`; without TLS only on this machine, since keys and tokens go there.
    private static func isEndpoint(_ text: String, mayHavePath: Bool) -> Bool {
        guard let range = text.firstRange(of: "://") else { return false }
        let scheme = text[..<range.lowerBound]
        var rest = String(text[range.upperBound...])
        if mayHavePath, let slash = rest.firstIndex(of: "/") {
            guard isPath(rest[slash...]) else { return false }
            rest = String(rest[..<slash])
        }
        guard let address = try? Address(parsing: rest, defaultPort: 443) else { return false }
        return scheme == "https" || scheme == "http" && address.isLoopback
    }

    private static func isPath(_ text: Substring) -> Bool {
        text.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
            default: "/-_.~".utf8.contains(byte)
            }
        }
    }

    private static func isBucket(_ name: String) -> Bool {
        (3...63).contains(name.utf8.count)
            && name.utf8.allSatisfy {
                (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || "-.".utf8.contains($0)
            }
    }
}

/// Reads the texts of an account, which may stand in the environment or be secrets of the farm file.
struct AccountTexts {
    /// The names of the farm's secrets.
    let secrets: [String]

    /// A text that anybody may read: written out, `${{ env.NAME }}` or `${{ secret.NAME }}`.
    func plain(_ node: Node, _ key: String, _ diagnostics: inout Diagnostics) -> CloudAccount.Text? {
        guard let text = text(node, key, &diagnostics) else { return nil }
        return text.contains("${{") ? reference(text, node, key, &diagnostics) : .literal(text)
    }

    /// A text that opens the account, and so never stands in the file.
    func secret(_ node: Node, _ key: String, _ diagnostics: inout Diagnostics) -> CloudAccount.Text? {
        guard let text = text(node, key, &diagnostics) else { return nil }
        if text.contains("${{") { return reference(text, node, key, &diagnostics) }
        if secrets.contains(text) { return .secret(text) }
        // What it says is not repeated: it may be the secret itself.
        diagnostics.error(
            "plain-secret", "`\(key)` does not stand in the farm file itself", at: node.span,
            help: "write `\(key): \"${{ secret.\(key) }}\"`, and below `secrets`: "
                + "`\(key): { env: HW_\(key.uppercased()) }`")
        return nil
    }

    private func text(_ node: Node, _ key: String, _ diagnostics: inout Diagnostics) -> String? {
        guard let text = node.text, !node.isNull, !text.isEmpty else {
            diagnostics.error("wrong-type", "`\(key)` is a text, this is \(node.phrase)", at: node.span)
            return nil
        }
        return text
    }

    private func reference(
        _ text: String, _ node: Node, _ key: String, _ diagnostics: inout Diagnostics
    ) -> CloudAccount.Text? {
        let words = text.dropFirst(3).dropLast(2).split(separator: " ").joined(separator: " ").split(separator: ".")
        guard text.hasPrefix("${{"), text.hasSuffix("}}"), words.count == 2, ["env", "secret"].contains(words[0]) else {
            diagnostics.error(
                "wrong-type", "`\(key)` is one `${{ secret.NAME }}` or `${{ env.NAME }}`, and nothing beside it",
                at: node.span)
            return nil
        }
        let name = String(words[1])
        if words[0] == "env" { return .environment(name) }
        guard secrets.contains(name) else {
            diagnostics.error(
                "unknown-name", "`secrets` has none with the name `\(name)`", at: node.span,
                help: suggestion(for: name, among: secrets) ?? "add `\(name): { env: VARIABLE }` below `secrets`")
            return nil
        }
        return .secret(name)
    }
}
