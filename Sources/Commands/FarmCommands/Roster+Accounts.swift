import Farm
import Reports

extension Roster {
    /// The accounts of a farm as a farm file has them; secrets stay where they are.
    static func accountLines(_ accounts: [CloudAccount]) -> [String] {
        guard !accounts.isEmpty else { return [] }
        return ["accounts:"] + accounts.map { "  \($0.name): { \(members($0).joined(separator: ", ")) }" }
    }

    /// The secrets that an account names.
    static func secrets(_ account: CloudAccount) -> [String] {
        let texts: [CloudAccount.Text?] =
            switch account.login {
            case .keys(let id, let secret, let token): [id, secret, token]
            case .password(let name, let user, let password): [name, user, password]
            }
        return (texts + [account.project]).compactMap { text in
            guard case .secret(let name)? = text else { return nil }
            return name
        }
    }

    private static func members(_ account: CloudAccount) -> [String] {
        var members = ["kind: \(account.kind.rawValue)", "region: \(quoted(account.region))"]
        if let project = account.project { members.append("project: \(written(project))") }
        switch account.login {
        case .keys(let id, let secret, let token):
            let more = token.map { ", token: \(written($0))" } ?? ""
            members.append("auth: { ak: \(written(id)), sk: \(written(secret))\(more) }")
        case .password(let name, let user, let password):
            members.append(
                "auth: { account: \(written(name)), user: \(written(user)), password: \(written(password)) }")
        }
        if let bucket = account.bucket { members.append("bucket: \(quoted(bucket))") }
        if let file = account.certificateFile { members.append("ca-file: \(quoted(file))") }
        if account.stagedDays != 7 { members.append("staged-days: \(account.stagedDays)") }
        let places = [
            (account.kind == .koophone ? "koophone" : "cph", account.endpoints.service),
            ("iam", account.endpoints.identity), ("obs", account.endpoints.storage),
        ]
        let named = places.compactMap { name, place in place.map { "\(name): \(quoted($0))" } }
        if !named.isEmpty { members.append("endpoints: { \(named.joined(separator: ", ")) }") }
        return members
    }

    private static func written(_ text: CloudAccount.Text) -> String {
        switch text {
        case .literal(let text): quoted(text)
        case .environment(let name): quoted("${{ env.\(name) }}")
        case .secret(let name): quoted("${{ secret.\(name) }}")
        }
    }
}
