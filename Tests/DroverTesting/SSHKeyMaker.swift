import Foundation
import Glibc

/// The kinds of key that OpenSSH makes.
public enum SSHKeyType: String, Sendable, CaseIterable {
    case ed25519
    case ecdsa256
    case ecdsa384
    case ecdsa521
    case rsa2048
    case rsa3072

    var arguments: [String] {
        switch self {
        case .ed25519: ["-t", "ed25519"]
        case .ecdsa256: ["-t", "ecdsa", "-b", "256"]
        case .ecdsa384: ["-t", "ecdsa", "-b", "384"]
        case .ecdsa521: ["-t", "ecdsa", "-b", "521"]
        case .rsa2048: ["-t", "rsa", "-b", "2048"]
        case .rsa3072: ["-t", "rsa", "-b", "3072"]
        }
    }
}

/// The forms in which a private key is kept.
public enum SSHKeyFormat: String, Sendable, CaseIterable {
    /// OpenSSH's own, since 2014.
    case openSSH
    /// `BEGIN RSA PRIVATE KEY`, `BEGIN EC PRIVATE KEY`; what clouds hand out.
    case traditional
    /// `BEGIN PRIVATE KEY`, `BEGIN ENCRYPTED PRIVATE KEY`.
    case pkcs8
}

/// A key pair of one test.
public struct SSHKeyPair: Sendable {
    /// The file of the private key.
    public let path: String
    /// The line of the public key: type, key, comment.
    public let publicLine: String
    /// What OpenSSH says that its fingerprint is: `SHA256:...`.
    public let fingerprint: String
    /// Lives as long as somebody has the key.
    private let folder: ScratchFolder

    init(path: String, publicLine: String, fingerprint: String, in folder: ScratchFolder) {
        self.path = path
        self.publicLine = publicLine
        self.fingerprint = fingerprint
        self.folder = folder
    }

    /// The public key as it travels, in base64.
    public var publicBase64: String { String(publicLine.split(separator: " ")[1]) }
}

/// Makes keys with OpenSSH's own programs, for one test; nothing of it is ever committed.
public struct SSHKeyMaker: Sendable {
    /// OpenSSH's program.
    public static let program = "/usr/bin/ssh-keygen"
    private let folder: ScratchFolder

    /// Makes keys in a folder.
    public init(in folder: ScratchFolder) { self.folder = folder }

    /// Makes a key pair.
    ///
    /// - Parameters:
    ///   - name: The name of its file, and its comment.
    ///   - passphrase: What protects it; empty for nothing.
    /// - Throws: ``ProgramFailed`` when OpenSSH or OpenSSL cannot, `POSIXError` when they are not there.
    public func make(
        _ type: SSHKeyType = .ed25519, _ format: SSHKeyFormat = .openSSH, passphrase: String = "",
        name: String = "key"
    ) async throws -> SSHKeyPair {
        let path = "\(folder.path)/\(name)"
        let form =
            switch format {
            case .openSSH: ["-a", "2"]
            case .traditional: ["-m", "PEM"]
            case .pkcs8: ["-m", "PKCS8"]
            }
        if type == .ed25519, format == .pkcs8 {
            try await makeEd25519(at: path, passphrase: passphrase)
        } else {
            try await mustRun(
                [Self.program, "-q"] + type.arguments + form + ["-N", passphrase, "-C", name, "-f", path])
        }
        return try await pair(at: path)
    }

    /// A key pair that was made before, by its name.
    public func again(_ name: String) async throws -> SSHKeyPair { try await pair(at: "\(folder.path)/\(name)") }

    /// OpenSSH keeps this kind in no form but its own, though others hand it out so.
    private func makeEd25519(at path: String, passphrase: String) async throws {
        let cipher = passphrase.isEmpty ? [] : ["-aes256", "-pass", "pass:\(passphrase)"]
        try await mustRun(["/usr/bin/openssl", "genpkey", "-algorithm", "ed25519", "-out", path] + cipher)
        chmod(path, 0o600)
        // The 32 bytes at the end are the key.
        let der = "\(path).der"
        try await mustRun(
            ["/usr/bin/openssl", "pkey", "-in", path, "-pubout", "-outform", "DER", "-out", der]
                + (passphrase.isEmpty ? [] : ["-passin", "pass:\(passphrase)"]))
        let name = Array("ssh-ed25519".utf8)
        let key = (RepositoryFile.bytes(at: der) ?? []).suffix(32)
        let blob = Data([0, 0, 0, UInt8(name.count)] + name + [0, 0, 0, 32] + key)
        let line = "ssh-ed25519 \(blob.base64EncodedString()) \(path)\n"
        try line.write(toFile: "\(path).pub", atomically: false, encoding: .utf8)
    }

    private func pair(at path: String) async throws -> SSHKeyPair {
        let words = try await mustRun([Self.program, "-l", "-f", "\(path).pub"]).split(separator: " ")
        let line = RepositoryFile.text(at: "\(path).pub") ?? ""
        guard words.count > 1, line.contains(" ") else { throw ProgramFailed("no key was made at \(path)") }
        return SSHKeyPair(
            path: path, publicLine: line.trimmingCharacters(in: .newlines), fingerprint: String(words[1]),
            in: folder)
    }
}
