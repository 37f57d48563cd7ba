/// Takes secrets out of every text on its way into a journal, a report or a message.
public struct Redactor: Sendable {
    private let secrets: [String]

    /// Makes a redactor; empty secrets and those of less than four characters are left out, as they would blot out half of every line.
    public init(secrets: [String] = []) {
        // The longest first, or a secret that holds another would leave its rest standing.
        self.secrets = secrets.filter { $0.count >= 4 }.sorted { $0.count > $1.count }
    }

    /// The text with every secret replaced by `‹hidden›`.
    public func redacting(_ text: String) -> String {
        var text = text
        for secret in secrets where text.contains(secret) {
            text = text.split(separator: secret, omittingEmptySubsequences: false).joined(separator: "‹hidden›")
        }
        return text
    }
}
