import Crypto
import DroverTesting
import Testing

/// The throw-away key under `fixtures/crypto` and what must come of it.
struct KeyFixture {
    let key: RSAPrivateKey
    private let values: [String: String]

    init() throws {
        key = try RSAPrivateKey(pem: try Self.text("throw-away-key.pem"))
        values = try Self.text("throw-away-key.txt").split(separator: "\n").reduce(into: [:]) { values, line in
            let parts = line.split(separator: " ", maxSplits: 1)
            if parts.count == 2 { values[String(parts[0])] = String(parts[1]) }
        }
    }

    static func text(_ name: String) throws -> String {
        try Fixture.text("crypto/\(name)")
    }

    func text(_ name: String) throws -> String { try #require(values[name]) }

    func bytes(_ name: String) throws -> [UInt8] { try #require(Hex.decode(try text(name))) }
}
