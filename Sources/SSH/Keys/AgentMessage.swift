/// What a client says to an agent and hears from it (draft-miller-ssh-agent).
enum AgentMessage {
    /// What an agent may answer.
    enum Answer: Equatable {
        case failure
        case keys([AgentKey])
        case signature([UInt8])
    }

    /// The agent said something that the protocol does not know, or that was not asked.
    struct Broken: Error {}

    /// Longer messages are refused by both sides, in bytes.
    static let maximumLength = 256 << 10
    /// More keys than any server would let us try.
    static let maximumKeys = 1000

    /// `SSH_AGENTC_REQUEST_IDENTITIES`.
    static let listKeys = framed([11])

    /// `SSH_AGENTC_SIGN_REQUEST`.
    static func sign(_ data: [UInt8], with key: SSHPublicKey, algorithm: String) -> [UInt8] {
        var fields = SSHFieldWriter()
        fields.add(UInt8(13))
        fields.add(key.blob)
        fields.add(data)
        // Without a flag an RSA key signs with SHA-1.
        fields.add(number: algorithm == "rsa-sha2-256" ? 2 : algorithm == "rsa-sha2-512" ? 4 : 0)
        return framed(fields.bytes)
    }

    private static func framed(_ body: [UInt8]) -> [UInt8] {
        var fields = SSHFieldWriter()
        fields.add(body)
        return fields.bytes
    }

    /// Cuts a whole message off the front; nil while it is not there yet.
    static func take(from bytes: inout [UInt8]) throws(Broken) -> [UInt8]? {
        guard bytes.count >= 4 else { return nil }
        let length = bytes[..<4].reduce(0) { $0 << 8 | Int($1) }
        guard length > 0, length <= maximumLength else { throw Broken() }
        guard bytes.count >= 4 + length else { return nil }
        defer { bytes.removeFirst(4 + length) }
        return Array(bytes[4..<4 + length])
    }

    /// Reads an answer.
    static func answer(_ message: [UInt8]) throws(Broken) -> Answer {
        do throws(SSHFieldReader.Broken) {
            var fields = SSHFieldReader(message)
            switch try fields.byte() {
            case 5, 28, 102: return .failure
            case 12: return .keys(try keys(&fields))
            case 14: return .signature(try fields.bytes())
            default: throw SSHFieldReader.Broken()
            }
        } catch {
            throw Broken()
        }
    }

    /// The keys; those that are none, or of a form that nobody knows, are left out.
    private static func keys(_ fields: inout SSHFieldReader) throws(SSHFieldReader.Broken) -> [AgentKey] {
        let count = Int(try fields.number())
        guard count <= maximumKeys else { throw SSHFieldReader.Broken() }
        var keys: [AgentKey] = []
        for _ in 0..<count {
            let blob = try fields.bytes()
            let comment = try fields.text()
            guard let key = SSHPublicKey(blob: blob) else { continue }
            keys.append(AgentKey(publicKey: key, comment: comment))
        }
        return keys
    }
}

/// A key that an agent holds.
public struct AgentKey: Hashable, Sendable {
    /// The public half.
    public let publicKey: SSHPublicKey
    /// What the agent calls it: often the path of its file, or an address.
    ///
    /// It is the agent's text, and not safe for a terminal.
    public let comment: String
}
