import Crypto

/// A public key as it travels: of a host, of a user, of an agent.
public struct SSHPublicKey: Hashable, Sendable {
    /// The key in SSH's own form (RFC 4253, 6.6): its type, then its numbers.
    public let blob: [UInt8]
    /// The type that the key itself names: `ssh-ed25519`, `ssh-rsa`, `ecdsa-sha2-nistp256`.
    public let type: String

    /// The largest key that is taken, in bytes; one of RSA with 16384 bits has 2 KiB.
    public static let maximumLength = 16 << 10

    /// Takes a key in SSH's own form; nil when it is none.
    ///
    /// Types that nobody here knows are taken as well: whoever uses the key says what it is good for.
    public init?(blob: [UInt8]) {
        guard blob.count <= Self.maximumLength else { return nil }
        do throws(SSHFieldReader.Broken) {
            var fields = SSHFieldReader(blob)
            let name = try fields.bytes(atMost: 128)
            guard !name.isEmpty, name.allSatisfy(Self.mayStandInType) else { return nil }
            type = String(decoding: name, as: UTF8.self)
            // A key that was cut off is no key; what follows the name is numbers and texts, all with their lengths.
            guard !fields.isAtEnd else { return nil }
            // Certificates have bare numbers, too; their fields are nobody's business here.
            let isCertificate = type.contains("-cert-")
            while !isCertificate, !fields.isAtEnd { _ = try fields.bytes() }
        } catch {
            return nil
        }
        self.blob = blob
    }

    /// The letters of all types that there are; a host may name any, and they end up in files and messages.
    private static func mayStandInType(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-.@_+".utf8.contains(byte)
        }
    }

    /// Takes the base64 of a key file or of `known_hosts`; nil when it is no key.
    public init?(base64: some StringProtocol) {
        guard base64.utf8.count <= Self.maximumLength * 2, let bytes = Base64.decode(base64) else { return nil }
        self.init(blob: bytes)
    }

    /// The key as files have it.
    public var base64: String { Base64.encode(blob) }

    /// `SHA256:` and the digest in base64 without padding, as every program of OpenSSH prints it.
    public var fingerprint: String {
        let digest = Base64.encode(SHA256.hash(of: blob).bytes)
        return "SHA256:" + digest.prefix { $0 != "=" }
    }

    /// The kind in people's words: `ED25519`, `RSA`, `ECDSA`; the type itself for any other.
    public var kind: String {
        switch type {
        case "ssh-ed25519": "ED25519"
        case "ssh-rsa": "RSA"
        case "ssh-dss": "DSA"
        case let type where type.hasPrefix("ecdsa-sha2-"): "ECDSA"
        case let type: type
        }
    }

    /// The names of the signatures that a holder of the key can make, the best first.
    ///
    /// RSA keys sign with SHA-2 (RFC 8332); with SHA-1 servers of today refuse them.
    public var signatureAlgorithms: [String] {
        type == "ssh-rsa" ? ["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"] : [type]
    }
}

extension SSHPublicKey: CustomStringConvertible {
    /// `ED25519 SHA256:...`.
    public var description: String { "\(kind) \(fingerprint)" }
}
