import JSON
import Secrets

/// A token of the identity service; it is a whole credential (Cloud Phone API, token).
struct CloudToken: Hashable, Sendable {
    /// What is sent as `X-Auth-Token`.
    let secret: Secret
    /// When it ends, in seconds since 1970; nil when nobody knows.
    let expiresAt: Int?
    /// The project that it is for; nil when nobody knows.
    let projectID: String?

    /// How long before its end a token is renewed, in seconds.
    static let margin = 45 * 60

    init(_ text: String, expiresAt: Int?, projectID: String?) {
        self.init(Secret(name: "token", text), expiresAt: expiresAt, projectID: projectID)
    }

    init(_ secret: Secret, expiresAt: Int?, projectID: String?) {
        self.secret = secret
        self.expiresAt = expiresAt
        self.projectID = projectID
    }

    /// Whether it is good for a while.
    func isFresh(at now: Int) -> Bool { expiresAt.map { now < $0 - Self.margin } ?? true }

    /// The record on disk.
    init?(record: [UInt8]) {
        guard let value = JSONValue(parsing: record), let text = value["token"]?.text, !text.isEmpty,
            let end = value["expires_at"]?.integer.flatMap(Int.init(exactly:))
        else { return nil }
        self.init(text, expiresAt: end, projectID: value["project_id"]?.text)
    }

    /// The record on disk.
    var record: [UInt8] {
        var members: [String: JSONValue] = ["token": .text(secret.reveal { $0 })]
        members["expires_at"] = expiresAt.map { .integer(Int64($0)) }
        members["project_id"] = projectID.map(JSONValue.text)
        return JSONValue.object(members).bytes
    }
}
