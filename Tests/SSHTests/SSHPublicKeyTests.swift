import Testing

@testable import SSH

@Suite("A public key")
struct SSHPublicKeyTests {
    /// A key and its fingerprint as ssh-keygen printed it.
    private let line = "AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"

    @Test func `knows its type, and gives itself back`() throws {
        let key = try #require(SSHPublicKey(base64: line))
        #expect(key.type == "ssh-ed25519")
        #expect(key.kind == "ED25519")
        #expect(key.base64 == line)
        #expect(key.signatureAlgorithms == ["ssh-ed25519"])
    }

    @Test(
        arguments: [
            [], [0, 0, 0, 0], [0, 0, 0, 3, 1, 2, 3], [0, 0, 0, 1, 0x61], [0, 0, 0, 1, 0x61, 0, 0, 0, 2, 1],
            [0xFF, 0xFF, 0xFF, 0xFF], [0, 0, 0, 1, 0x1B, 0, 0, 0, 1, 1], [0, 0, 0, 3, 0x61, 0x20, 0x62, 0, 0, 0, 1, 1],
            [0, 0, 0, 2, 0x61, 0x24, 0, 0, 0, 1, 1],
        ] as [[UInt8]])
    func `what is none is refused`(_ blob: [UInt8]) {
        #expect(SSHPublicKey(blob: blob) == nil)
    }

    @Test func `no key is larger than sixteen kibibytes`() {
        var fields = SSHFieldWriter()
        fields.add("ssh-rsa")
        fields.add([UInt8](repeating: 1, count: SSHPublicKey.maximumLength))
        #expect(SSHPublicKey(blob: fields.bytes) == nil)
    }

    @Test func `numbers are written without zeros before them, and never negative`() {
        var fields = SSHFieldWriter()
        fields.add(magnitude: [0, 0, 0x80])
        fields.add(magnitude: [0x7F])
        fields.add(magnitude: [0, 0])
        #expect(fields.bytes == [0, 0, 0, 2, 0, 0x80, 0, 0, 0, 1, 0x7F, 0, 0, 0, 0])
    }

    @Test func `RSA keys sign with SHA-2 first`() throws {
        var fields = SSHFieldWriter()
        fields.add("ssh-rsa")
        fields.add(magnitude: [1, 0, 1])
        fields.add(magnitude: [0xC0, 1])
        let key = try #require(SSHPublicKey(blob: fields.bytes))
        #expect(key.signatureAlgorithms.first == "rsa-sha2-512")
        #expect(key.kind == "RSA")
    }
}
