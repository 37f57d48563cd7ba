import Crypto
import Secrets

/// A request as both sides spell it, line by line, in the two signatures that take its hash.
struct CanonicalRequest {
    /// The text; a secret, since a token may stand in it.
    let text: Secret
    /// The names of the signed fields, with `;` between them.
    let names: String
    /// The SHA-256 of the text, in hex.
    let hash: String

    /// - Parameters:
    ///   - path: The encoded path, in the form that the signature wants.
    ///   - fields: The fields that are signed, in their canonical form.
    ///   - payload: The hash of what is sent along, or what stands in its place.
    init(_ request: SignableRequest, path: String, fields: [SignableRequest.Field], payload: String) {
        names = fields.map(\.name).joined(separator: ";")
        let text = [
            request.method, path, request.sortedQuery(emptyAs: "="),
            fields.map { "\($0.name):\($0.value)\n" }.joined(), names, payload,
        ].joined(separator: "\n")
        self.text = Secret(name: "request", text)
        hash = SHA256.hash(of: text).hex
    }
}
