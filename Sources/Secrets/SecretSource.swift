/// Where a secret comes from.
public enum SecretSource: Hashable, Sendable {
    /// A variable of the environment.
    case environment(String)
    /// A file that only its owner can read; absolute, or below the home folder with `~/`.
    case file(String)
    /// A line for `/bin/sh` that prints it.
    case command(String)
}

/// A secret that could not be had.
public struct SecretError: Error, Hashable, Sendable {
    /// One sentence without a full stop; it never holds the secret.
    public let message: String
    /// What to do about it.
    public let help: String?

    /// Describes an error.
    public init(_ message: String, help: String? = nil) {
        self.message = message
        self.help = help
    }
}

extension SecretSource {
    /// Reads the secret.
    ///
    /// One line break at the end is not part of it.
    ///
    /// - Parameters:
    ///   - name: The name of the secret.
    ///   - environment: This process's environment.
    ///   - limit: How long a command may take, in seconds.
    /// - Throws: ``SecretError``.
    public func read(
        named name: String, environment: [String: String], limit: Int = 30
    ) throws(SecretError) -> Secret {
        let bytes: [UInt8]
        switch self {
        case .environment(let variable):
            guard let text = environment[variable] else {
                throw SecretError(
                    "the secret `\(name)` is not there: the environment has no \(variable)",
                    help: "set \(variable), in a way that leaves it out of the shell's history")
            }
            bytes = Array(text.utf8)
        case .file(let path): bytes = try SecretFile.read(expanded(path, environment), name)
        case .command(let line): bytes = try SecretCommand(line: line, limit: limit).run(name, environment)
        }
        return try Self.secret(name, bytes)
    }

    /// Checks what was read and makes a secret of it.
    ///
    /// - Throws: ``SecretError`` for what cannot be a text, or not be hidden.
    public static func secret(_ name: String, _ bytes: [UInt8]) throws(SecretError) -> Secret {
        var bytes = bytes
        if bytes.last == 0x0A { bytes.removeLast() }
        if bytes.last == 0x0D { bytes.removeLast() }
        guard bytes.count <= Secret.maximumLength else {
            throw SecretError("the secret `\(name)` is longer than 64 KiB")
        }
        guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
            throw SecretError("the secret `\(name)` is no text", help: "a secret is UTF-8 without NUL bytes")
        }
        guard bytes.count >= Secret.minimumLength else {
            throw SecretError(
                bytes.isEmpty ? "the secret `\(name)` is empty" : "the secret `\(name)` is too short to be kept secret",
                help: "a secret has at least \(Secret.minimumLength) bytes: shorter ones stand in every text by chance")
        }
        return Secret(name: name, text)
    }

    private func expanded(_ path: String, _ environment: [String: String]) -> String {
        guard path.hasPrefix("~/"), let home = environment["HOME"] else { return path }
        return home + path.dropFirst(1)
    }
}
