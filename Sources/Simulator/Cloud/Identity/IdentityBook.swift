import Lanes
import Secrets
import Signing

/// Whom a cloud lets in: users and keys from its options, and what it has given to them since.
struct IdentityBook {
    /// A token that was given to a user.
    struct Token {
        let user: String
        let isForProject: Bool
        let ends: LaneInstant
    }

    private let users: [CloudOptions.User]
    private let permanent: [String: AccessKeys]
    private var temporary: [String: (keys: AccessKeys, ends: LaneInstant)] = [:]
    private var tokens: [String: Token] = [:]
    private var fresh: AccessKeys?
    private var failures: [String: Int] = [:]
    private let seed: UInt64
    private var number: UInt64 = 0

    init(_ options: CloudOptions) {
        users = options.users
        permanent = Dictionary(options.keys.map { ($0.id, $0) }) { $1 }
        seed = options.seed
    }

    /// The keys with that id, unless they have ended.
    func keys(_ id: String, at now: LaneInstant) -> AccessKeys? {
        if let keys = permanent[id] { return keys }
        guard let (keys, ends) = temporary[id], ends > now else { return nil }
        return keys
    }

    /// Keys of which the object store has not heard yet.
    mutating func takeFreshKeys() -> AccessKeys? {
        defer { fresh = nil }
        return fresh
    }

    func token(_ text: String) -> Token? { tokens[text] }

    mutating func killTokens() { tokens = [:] }

    /// How many wrong passwords lock a user.
    private static let mostFailures = 5

    /// Judges a name and a password.
    mutating func user(account: String, name: String, password: String) throws(CloudRefusal) -> CloudOptions.User {
        let key = "\(account)/\(name)"
        guard failures[key, default: 0] < Self.mostFailures else {
            throw CloudRefusal(401, "Unauthorized", "The user has been locked after too many failed attempts.")
        }
        let user = users.first { $0.account == account && $0.name == name }
        guard let user, user.password.reveal({ $0 == password }) else {
            failures[key, default: 0] += 1
            throw CloudRefusal(401, "Unauthorized", "The username or password is wrong.")
        }
        failures[key] = 0
        guard user.hasAccess else { throw CloudRefusal(403, "Forbidden", "The user has no programmatic access.") }
        return user
    }

    /// Gives a token, several KB long as the service's are.
    mutating func makeToken(for user: String, isForProject: Bool, until ends: LaneInstant) -> String {
        number += 1
        var text = "MII"
        for part in 0..<96 { text += SimulatedCloud.id(seed, "token \(number)", UInt64(part)) }
        tokens[text] = Token(user: user, isForProject: isForProject, ends: ends)
        return text
    }

    /// Gives keys for a while.
    mutating func makeKeys(until ends: LaneInstant) -> AccessKeys {
        number += 1
        let keys = AccessKeys(
            id: "HST" + SimulatedCloud.id(seed, "access", number).prefix(17).uppercased(),
            secret: Secret(name: "secret", SimulatedCloud.id(seed, "secret", number)),
            token: Secret(name: "security token", "gQ" + SimulatedCloud.id(seed, "security", number) + "=="))
        temporary[keys.id] = (keys, ends)
        fresh = keys
        return keys
    }
}
