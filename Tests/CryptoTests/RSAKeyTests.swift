import Crypto
import Testing

struct RSAKeyTests {
    @Test func `a token is signed as the real adb signs it`() throws {
        let fixture = try KeyFixture()
        #expect(try fixture.key.signADBToken(fixture.bytes("token_hex")) == fixture.bytes("signature_hex"))
    }

    @Test func `a key in the older PEM form is the same key`() throws {
        let older = try RSAPrivateKey(pem: try KeyFixture.text("throw-away-key-pkcs1.pem"))
        #expect(older.publicKey == (try KeyFixture().key.publicKey))
    }

    @Test func `the public key is written as Android keeps it`() throws {
        let fixture = try KeyFixture()
        let key = fixture.key.publicKey
        #expect(try key.modulus == fixture.bytes("modulus_hex_be"))
        #expect(try key.androidStruct() == fixture.bytes("android_pubkey_struct_hex"))
        #expect(try key.adbText(comment: "tester@example") == fixture.text("adbkey_pub_line"))
        #expect(try key.subjectPublicKeyInfo() == fixture.bytes("spki_der_hex"))
        #expect(try key.fingerprint().hex == fixture.text("fingerprint_hex"))
        #expect(try key.shownFingerprint() == fixture.text("shown_fingerprint"))
    }

    @Test(arguments: ["", "\0", "\n", "  "])
    func `a public key is read back from its line`(ending: String) throws {
        let fixture = try KeyFixture()
        let read = try RSAPublicKey(adbText: try fixture.text("adbkey_pub_line") + ending)
        #expect(read == fixture.key.publicKey)
        #expect(read.isValidADBSignature(try fixture.bytes("signature_hex"), of: try fixture.bytes("token_hex")))
    }

    @Test func `a signature of another token is not valid`() throws {
        let fixture = try KeyFixture()
        let key = fixture.key.publicKey
        let signature = try fixture.bytes("signature_hex")
        var token = try fixture.bytes("token_hex")
        token[19] ^= 1
        #expect(!key.isValidADBSignature(signature, of: token))
        #expect(!key.isValidADBSignature(signature, of: Array(token.dropLast())))
        #expect(!key.isValidADBSignature(Array(signature.dropLast()), of: try fixture.bytes("token_hex")))
        #expect(!key.isValidADBSignature([], of: []))
        #expect(!key.isValidADBSignature([UInt8](repeating: 255, count: 256), of: try fixture.bytes("token_hex")))
    }

    @Test func `a new key signs, and is the same after it was written and read`() throws {
        let made = try RSAPrivateKey.generate()
        let read = try RSAPrivateKey(pem: try made.pem())
        #expect(try made.pem().hasPrefix("-----BEGIN PRIVATE KEY-----\n"))
        #expect(read.publicKey == made.publicKey)
        let token = try RandomBytes.make(20)
        #expect(read.publicKey.isValidADBSignature(try made.signADBToken(token), of: token))
        #expect(made.publicKey != (try KeyFixture().key.publicKey))
    }

    @Test(arguments: [0, 19, 21])
    func `a token of another length is refused`(count: Int) throws {
        let key = try KeyFixture().key
        let error = #expect(throws: CryptoError.self) {
            try key.signADBToken([UInt8](repeating: 0, count: count))
        }
        #expect(error?.code == .badLength)
        #expect(error?.description == "sign token: a token has 20 bytes, not \(count)")
    }

    @Test(arguments: [
        ("encrypted-key.pem", CryptoError.Code.encryptedKey), ("small-key.pem", .wrongKeyType),
        ("elliptic-key.pem", .wrongKeyType), ("throw-away-key.txt", .badKey),
    ])
    func `a key that cannot be used is refused with its reason`(name: String, code: CryptoError.Code) throws {
        let text = try KeyFixture.text(name)
        let error = #expect(throws: CryptoError.self) { try RSAPrivateKey(pem: text) }
        #expect(error?.code == code)
    }

    @Test func `a private key cut short at any length is refused`() throws {
        let text = Array(try KeyFixture.text("throw-away-key.pem").utf8)
        for count in stride(from: 0, to: text.count - 2, by: 7) {
            #expect(throws: CryptoError.self) { try RSAPrivateKey(pem: Array(text.prefix(count))) }
        }
    }

    @Test func `a public key cut short or with a lying length is refused`() throws {
        let bytes = try KeyFixture().bytes("android_pubkey_struct_hex")
        for count in 0..<bytes.count {
            #expect(throws: CryptoError.self) { try RSAPublicKey(androidStruct: Array(bytes.prefix(count))) }
        }
        for position in [0, 1, 2, 3] {
            var lying = bytes
            lying[position] ^= 0xff
            #expect(throws: CryptoError.self) { try RSAPublicKey(androidStruct: lying) }
        }
        var even = bytes
        even[8] &= 0xfe
        #expect(throws: CryptoError.self) { try RSAPublicKey(androidStruct: even) }
        #expect(throws: CryptoError.self) { try RSAPublicKey(androidStruct: [UInt8](repeating: 0, count: 524)) }
        #expect(throws: CryptoError.self) { try RSAPublicKey(adbText: "QAAA?") }
        #expect(throws: CryptoError.self) { try RSAPublicKey(adbText: "") }
    }

    @Test func `a private key cannot be printed by accident`() throws {
        let fixture = try KeyFixture()
        var dumped = ""
        dump(fixture.key, to: &dumped)
        let shown = try fixture.text("shown_fingerprint")
        #expect("\(fixture.key)" == "private key \(shown)")
        #expect(dumped == "- private key \(shown)\n")
    }

    @Test func `many threads sign with one key at once`() async throws {
        let fixture = try KeyFixture()
        let token = try fixture.bytes("token_hex")
        let expected = try fixture.bytes("signature_hex")
        try await withThrowingTaskGroup(of: [UInt8].self) { group in
            for _ in 0..<64 { group.addTask { @concurrent in try fixture.key.signADBToken(token) } }
            for try await signature in group { #expect(signature == expected) }
        }
    }
}
