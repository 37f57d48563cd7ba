import Glibc

/// Reads a file with a secret in it.
enum SecretFile {
    static func read(_ path: String, _ name: String) throws(SecretError) -> [UInt8] {
        // A pipe without a writer would be waited for without end.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw SecretError("the secret `\(name)` could not be read from \(path): \(reason(errno))")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw SecretError("the secret `\(name)` could not be read from \(path): it is not a file")
        }
        guard status.st_mode & 0o077 == 0 else {
            throw SecretError(
                "others can read the file of the secret `\(name)`, \(path)", help: "chmod 600 '\(path)'")
        }
        guard status.st_size <= Secret.maximumLength + 2 else {
            throw SecretError("the secret `\(name)` in \(path) is longer than 64 KiB")
        }
        return try drain(descriptor, name, path)
    }

    private static func drain(_ descriptor: CInt, _ name: String, _ path: String) throws(SecretError) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while bytes.count <= Secret.maximumLength + 2 {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                throw SecretError("the secret `\(name)` could not be read from \(path): \(reason(errno))")
            }
            if count == 0 { break }
            bytes += buffer[..<count]
        }
        return bytes
    }

    static func reason(_ code: CInt) -> String { String(cString: strerror(code)) }
}
