/// The version of the packet layer.
public struct ProtocolVersion: RawRepresentable, Comparable, Hashable, Sendable {
    /// The number as it stands in CNXN.
    public let rawValue: UInt32

    /// Takes any number; an unknown newer version is negotiated down.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// The first version: every payload carries its sum.
    public static let original = ProtocolVersion(rawValue: 0x0100_0000)
    /// Android 9 and newer: no sums.
    public static let withoutChecksum = ProtocolVersion(rawValue: 0x0100_0001)

    /// Whether payloads carry their sum.
    public var usesChecksum: Bool { self < .withoutChecksum }

    /// The older of two versions, which both sides then speak.
    public static func negotiated(_ mine: ProtocolVersion, _ theirs: ProtocolVersion) -> ProtocolVersion {
        min(mine, theirs)
    }

    /// Whether one version is older than another.
    public static func < (left: ProtocolVersion, right: ProtocolVersion) -> Bool { left.rawValue < right.rawValue }
}

/// How many payload bytes a packet may carry.
public enum PayloadLimit {
    /// Android 6 and older, and everyone before CNXN was exchanged: 4 KiB.
    public static let legacy = 4096
    /// Android 7 and 8: 256 KiB.
    public static let middle = 262_144
    /// Android 9 and newer: 1 MiB, and the most anyone may announce.
    public static let modern = 1_048_576

    /// The smaller of two announced limits and 1 MiB; a peer that accepts less than 4 KiB is refused.
    public static func negotiated(_ mine: Int, _ theirs: UInt32) throws(WireError) -> Int {
        guard theirs >= legacy else {
            throw WireError(.payloadLimitTooSmall, "max payload of CNXN", value: UInt64(theirs))
        }
        return min(mine, Int(theirs), modern)
    }
}

/// What an AUTH packet carries: its first argument.
public enum AuthKind: UInt32, Sendable {
    /// 20 random bytes from the phone.
    case token = 1
    /// The host's signature of the last token.
    case signature = 2
    /// The host's public key text and a NUL.
    case publicKey = 3

    /// The length of a token, in bytes.
    public static let tokenLength = 20
    /// The length of a signature, in bytes.
    public static let signatureLength = 256
}

/// Constants of the TLS upgrade.
public enum StartTLS {
    /// The only version: the first argument of STLS.
    public static let version: UInt32 = 0x0100_0000
}
