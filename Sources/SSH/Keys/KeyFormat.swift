/// The form in which a private key is kept.
public enum KeyFormat: Hashable, Sendable {
    /// OpenSSH's own: `BEGIN OPENSSH PRIVATE KEY`.
    case openSSH
    /// The older one by kind of key: `BEGIN RSA PRIVATE KEY`, `BEGIN EC PRIVATE KEY`.
    case traditional
    /// `BEGIN PRIVATE KEY`, or `BEGIN ENCRYPTED PRIVATE KEY`.
    case pkcs8
}

extension KeyFormat: CustomStringConvertible {
    /// What people call it.
    public var description: String {
        switch self {
        case .openSSH: "OpenSSH"
        case .traditional: "PEM"
        case .pkcs8: "PKCS#8"
        }
    }
}

/// What the beginning of a file says that it is.
enum KeyFileKind: Equatable {
    case privateKey(KeyFormat, isEncrypted: Bool)
    case publicKey
    case certificate
    case putty
    case dsa
    case nothing

    /// Looks at the first lines.
    ///
    /// What stands before `BEGIN` is skipped, as OpenSSH and OpenSSL do.
    static func read(_ bytes: UnsafeRawBufferPointer) -> KeyFileKind {
        var start = 0
        var isFirst = true
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            let line = trimmed(bytes[start..<end])
            if let label = label(of: line) {
                return kind(of: label, followedBy: bytes[min(end + 1, bytes.count)...])
            }
            if isFirst, !line.isEmpty {
                isFirst = false
                if let kind = kind(ofFirstLine: line) { return kind }
            }
            start = end + 1
        }
        return .nothing
    }

    /// `RSA PRIVATE KEY` of `-----BEGIN RSA PRIVATE KEY-----`; nil for every other line.
    private static func label(of line: String) -> String? {
        guard line.hasPrefix("-----BEGIN "), line.hasSuffix("-----"), line.utf8.count > 16 else { return nil }
        return String(line.dropFirst(11).dropLast(5))
    }

    private static func kind(of label: String, followedBy rest: Slice<UnsafeRawBufferPointer>) -> KeyFileKind {
        switch label {
        case "OPENSSH PRIVATE KEY": .privateKey(.openSSH, isEncrypted: false)
        case "RSA PRIVATE KEY", "EC PRIVATE KEY": .privateKey(.traditional, isEncrypted: isEncrypted(rest))
        case "PRIVATE KEY": .privateKey(.pkcs8, isEncrypted: false)
        case "ENCRYPTED PRIVATE KEY": .privateKey(.pkcs8, isEncrypted: true)
        case "DSA PRIVATE KEY": .dsa
        case let label where label.hasSuffix("PUBLIC KEY"): .publicKey
        case let label where label.contains("CERTIFICATE"): .certificate
        default: .nothing
        }
    }

    /// Whether the header of the older form says so (RFC 1421): `Proc-Type: 4,ENCRYPTED`.
    private static func isEncrypted(_ rest: Slice<UnsafeRawBufferPointer>) -> Bool {
        let head = trimmed(rest.prefix(64))
        return head.hasPrefix("Proc-Type:") && head.contains("ENCRYPTED")
    }

    private static func kind(ofFirstLine line: String) -> KeyFileKind? {
        if line.hasPrefix("PuTTY-User-Key-File-") { return .putty }
        let word = line.prefix { $0 != " " && $0 != "\t" }
        guard ["ssh-", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-"].contains(where: word.hasPrefix) else { return nil }
        return word.contains("-cert-") ? .certificate : .publicKey
    }

    /// Of a line only what tells kinds apart: the file may be anything, and may be all one line.
    private static func trimmed(_ line: Slice<UnsafeRawBufferPointer>) -> String {
        var text = String(decoding: line.prefix(200), as: UTF8.self)
        while let last = text.unicodeScalars.last, last.value <= 0x20 { text.unicodeScalars.removeLast() }
        return text
    }
}
