import Crypto
import Testing

struct SHA256Tests {
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func `the published examples come out`(text: String, hex: String) {
        #expect(SHA256.hash(of: text).hex == hex)
        #expect(SHA256Digest(hex: hex) == SHA256.hash(of: text))
        #expect(SHA256Digest(hex: hex.uppercased()) == SHA256.hash(of: text))
    }

    @Test(arguments: [1, 3, 64, 1000])
    func `pieces of any size give the digest of the whole`(size: Int) {
        let bytes = (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        var hash = SHA256()
        for start in stride(from: 0, to: bytes.count, by: size) {
            hash.update(bytes[start..<min(start + size, bytes.count)])
            hash.update([])
        }
        #expect(hash.finish() == SHA256.hash(of: bytes))
    }

    @Test func `a digest takes 32 bytes and nothing else`() {
        #expect(SHA256Digest(bytes: Array(0..<32))?.bytes == Array(0..<32))
        #expect(SHA256Digest(bytes: Array(0..<31)) == nil)
        #expect(SHA256Digest(bytes: Array(0..<33)) == nil)
        #expect(SHA256Digest(hex: String(repeating: "0", count: 63)) == nil)
        #expect(SHA256Digest(hex: String(repeating: "g", count: 64)) == nil)
    }

    @Test func `digests that differ in the last bit only are different`() throws {
        var bytes = [UInt8](repeating: 7, count: 32)
        let first = try #require(SHA256Digest(bytes: bytes))
        bytes[31] ^= 1
        #expect(SHA256Digest(bytes: bytes) != first)
    }
}

struct Base64Tests {
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"), ("\u{3ff}?~", "z78/fg=="),
    ])
    func `the published examples go both ways`(text: String, code: String) {
        #expect(Base64.encode(Array(text.utf8)) == code)
        #expect(Base64.decode(code) == Array(text.utf8))
    }

    @Test(arguments: ["Z", "Zg", "Zg=", "Z===", "====", "Zh==", "Zm9=", "Zm9v\n", "Zg==Zg==", "Zm 9", "Zm-_"])
    func `anything else is no base64`(code: String) {
        #expect(Base64.decode(code) == nil)
    }

    @Test func `random bytes have the length asked for and differ`() throws {
        let first = try RandomBytes.make(20)
        #expect(first.count == 20)
        #expect(try RandomBytes.make(20) != first)
        #expect(try RandomBytes.make(0).isEmpty)
    }
}
