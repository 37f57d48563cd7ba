import DroverTesting
import Glibc
import Secrets
import Testing

@testable import SSH

@Suite("A private key file", .enabled(if: SSHServer.isThere), .timeLimit(.minutes(5)))
struct KeyFileTests {
    struct Form: Sendable, CustomTestStringConvertible {
        let type: SSHKeyType
        let format: SSHKeyFormat
        let passphrase: String
        var testDescription: String { "\(type) \(format)\(passphrase.isEmpty ? "" : ", encrypted")" }

        /// Every kind of key in every form in which somebody makes it.
        static let all = SSHKeyType.allCases.flatMap { type in
            SSHKeyFormat.allCases.flatMap { format in
                ["", "a word & a \"half\""].map { Form(type: type, format: format, passphrase: $0) }
            }
        }.filter { $0.type != .ed25519 || $0.format != .traditional }

        var expected: KeyFormat {
            switch format {
            case .openSSH: .openSSH
            case .traditional: .traditional
            case .pkcs8: .pkcs8
            }
        }
    }

    @Test(arguments: Form.all)
    func `is recognised as OpenSSH made it, and a passphrase opens it or not`(_ form: Form) async throws {
        let maker = SSHKeyMaker(in: try ScratchFolder())
        let made = try await maker.make(form.type, form.format, passphrase: form.passphrase)
        let file = try KeyFile(reading: made.path)
        let isEncrypted = !form.passphrase.isEmpty
        #expect(file.format == form.expected)
        #expect(file.isEncrypted == isEncrypted)
        // OpenSSH's own form alone keeps the public half in the clear.
        let isKnownAtOnce = !isEncrypted || form.format == .openSSH
        #expect(file.publicKey?.fingerprint == (isKnownAtOnce ? made.fingerprint : nil))
        let right = Secret(name: "key", form.passphrase)
        #expect(try file.checkPassphrase(right)?.base64 == made.publicBase64)
        guard isEncrypted else { return }
        #expect(throws: KeyFileError.locked(made.path)) { try file.checkPassphrase(nil) }
        let wrong = Secret(name: "key", "wrong")
        if form.format == .openSSH {
            #expect(file.whenNotOpened(wrong).code == .wrongPassphrase)
        } else {
            #expect(throws: KeyFileError.wrongPassphrase(made.path)) { try file.checkPassphrase(wrong) }
        }
    }

    @Test func `everything that is wrong with a file is said with its cure`() async throws {
        let folder = try ScratchFolder()
        let maker = SSHKeyMaker(in: folder)
        let key = try await maker.make(name: "good")
        let text = RepositoryFile.text(at: key.path) ?? ""
        let rsa = try await maker.make(.rsa2048, .traditional, name: "rsa")
        let pem = RepositoryFile.text(at: rsa.path) ?? ""
        let locked = try await maker.make(.rsa2048, .pkcs8, passphrase: "three words long", name: "locked")
        try await mustRun([
            "/usr/bin/openssl", "ecparam", "-name", "secp256k1", "-genkey", "-noout", "-out", "\(folder.path)/bitcoin",
        ])
        try folder.folder("folder")
        try folder.write("", to: "empty")
        try folder.write([UInt8](repeating: 65, count: KeyFile.maximumLength + 1), to: "large")
        try folder.write("hello\nworld\n", to: "text")
        try folder.write([0xFF, 0xFE, 0x0A, 0x1B, 0x5B], to: "binary")
        try folder.write("PuTTY-User-Key-File-3: ssh-ed25519\r\nEncryption: none\r\n", to: "key.ppk")
        try folder.write("-----BEGIN DSA PRIVATE KEY-----\nAAAA\n-----END DSA PRIVATE KEY-----\n", to: "dsa")
        try folder.write("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", to: "cert.pem")
        try folder.write("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", to: "public.pem")
        try folder.write("ssh-ed25519-cert-v01@openssh.com AAAA me\n", to: "key-cert.pub")
        try folder.write(String(text.prefix(text.utf8.count / 2)), to: "cut")
        try folder.write(pem.replacing("MII", with: "MIJ"), to: "damaged")
        try folder.write(text, to: "name with 'quotes'")
        mkfifo("\(folder.path)/pipe", 0o600)
        for name in [
            "empty", "large", "text", "binary", "key.ppk", "dsa", "cert.pem", "public.pem", "key-cert.pub", "cut",
            "damaged", "bitcoin", "good.pub",
        ] { chmod("\(folder.path)/\(name)", 0o600) }
        chmod("\(folder.path)/name with 'quotes'", 0o644)
        chmod(rsa.path, 0o640)

        var said = ""
        for name in [
            "missing", "folder", "pipe", "empty", "large", "text", "binary", "good.pub", "public.pem", "key-cert.pub",
            "cert.pem", "key.ppk", "dsa", "cut", "damaged", "bitcoin", "rsa", "name with 'quotes'",
        ] {
            let error = #expect(throws: KeyFileError.self, "\(name)") {
                try KeyFile(reading: "\(folder.path)/\(name)")
            }
            said += (error?.description ?? "nothing was said about \(name)") + "\n"
        }
        let file = try KeyFile(reading: locked.path)
        for passphrase in [nil, Secret(name: "key", "another")] {
            let error = #expect(throws: KeyFileError.self) { try file.checkPassphrase(passphrase) }
            said += (error?.description ?? "") + "\n"
        }
        said += try KeyFile(reading: key.path).whenNotOpened(nil).description + "\n"
        expectGolden(said.replacing(folder.path, with: "KEYS"), "golden/ssh/key-files.txt")
    }

    @Test func `is never shown, whoever prints it`() async throws {
        let key = try await SSHKeyMaker(in: try ScratchFolder()).make()
        let secret = (RepositoryFile.text(at: key.path) ?? "").split(separator: "\n")[2]
        let file = try KeyFile(reading: key.path)
        var dumped = ""
        dump(file, to: &dumped)
        for text in [dumped, "\(file)", "\(file.content)", String(reflecting: file.content)] {
            #expect(!text.contains(secret))
            #expect(text.contains("bytes of a private key"))
        }
    }

    @Test func `a link is followed, and what it leads to is judged`() async throws {
        let folder = try ScratchFolder()
        let key = try await SSHKeyMaker(in: folder).make()
        try folder.link("link", to: key.path)
        #expect(try KeyFile(reading: "\(folder.path)/link").publicKey?.fingerprint == key.fingerprint)
        chmod(key.path, 0o604)
        #expect(throws: KeyFileError.self) { try KeyFile(reading: "\(folder.path)/link") }
    }

    @Test func `damage anywhere is refused or changes nothing, and never more`() async throws {
        let maker = SSHKeyMaker(in: try ScratchFolder())
        var numbers = SeededNumbers(seed: 7)
        for (index, format) in SSHKeyFormat.allCases.enumerated() {
            let made = try await maker.make(.ecdsa256, format, name: "key\(index)")
            let bytes = RepositoryFile.bytes(at: made.path) ?? []
            for length in 0..<bytes.count {
                _ = try? KeyFile(path: "cut", content: try content(Array(bytes.prefix(length))))
            }
            for _ in 0..<2000 {
                var damaged = bytes
                for _ in 0..<Int.random(in: 1...4, using: &numbers) {
                    damaged[Int.random(in: 0..<bytes.count, using: &numbers)] = UInt8.random(
                        in: 0...255, using: &numbers)
                }
                let file = try? KeyFile(path: "damaged", content: try content(damaged))
                if let key = file?.publicKey { #expect(key.blob.count <= SSHPublicKey.maximumLength) }
            }
        }
    }

    private func content(_ bytes: [UInt8]) throws -> KeyBytes {
        KeyBytes(capacity: bytes.count) { room in
            room.copyBytes(from: bytes)
            return bytes.count
        }
    }

    @Test(arguments: [
        ("~/.ssh/key", "/home/x/.ssh/key"), ("~", "/home/x"), ("/a/~/b", "/a/~/b"), ("~other/key", "~other/key"),
    ])
    func `a tilde stands for the home folder`(_ written: String, _ meant: String) {
        #expect(KeyFile.expanded(written, home: "/home/x") == meant)
        #expect(KeyFile.expanded(written, home: nil) == written)
    }
}
