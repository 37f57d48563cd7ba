/// A place in a file of known hosts.
public struct KnownHostsPlace: Hashable, Sendable, CustomStringConvertible {
    /// The file.
    public let path: String
    /// The line, from 1 on.
    public let line: Int

    /// `PATH:12`.
    public var description: String { "\(path):\(line)" }
}

/// One line of a file of known hosts that says something (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT).
struct KnownHostsLine: Sendable {
    /// What it says of its key.
    enum Meaning: Hashable, Sendable {
        case known
        case revoked
        /// Keys that are signed with this one are known; certificates of hosts are not read here.
        case authority
    }

    let meaning: Meaning
    let hosts: HostPatterns
    let key: SSHPublicKey
    let place: KnownHostsPlace

    /// Longer lines say nothing, in bytes.
    static let maximumLength = 64 << 10

    /// Reads a line; nil when it is a comment, empty or says nothing that can be understood.
    ///
    /// A line that was cut off is one of those: its key is not whole.
    init?(_ bytes: ArraySlice<UInt8>, at place: KnownHostsPlace) {
        guard bytes.count <= Self.maximumLength, bytes.first != UInt8(ascii: "#") else { return nil }
        let isBreak = { (byte: UInt8) in byte == 0x20 || byte == 0x09 || byte == 0x0D }
        var fields = bytes.split(maxSplits: 4, whereSeparator: isBreak).map { String(decoding: $0, as: UTF8.self) }[...]
        guard let first = fields.first, !first.hasPrefix("#") else { return nil }
        switch first {
        case "@revoked": meaning = .revoked
        case "@cert-authority": meaning = .authority
        case let marker where marker.hasPrefix("@"): return nil
        default: meaning = .known
        }
        if first.hasPrefix("@") { fields = fields.dropFirst() }
        guard fields.count >= 3, let hosts = HostPatterns(fields[fields.startIndex][...]),
            let key = SSHPublicKey(base64: fields[fields.startIndex + 2]), key.type == fields[fields.startIndex + 1]
        else { return nil }
        self.hosts = hosts
        self.key = key
        self.place = place
    }

    /// The line by which a host's key is known from now on, without its end.
    static func text(of key: SSHPublicKey, of host: KnownHostName) -> String {
        "\(host) \(key.type) \(key.base64)"
    }
}
