import APK
import DroverTesting
import Testing

struct HostileAPKTests {
    @Test(arguments: ["game-1.apk", "signed-v1.apk", "game.xapk"])
    func `an app cut short at any length is refused`(name: String) throws {
        let bytes = try Fixture.bytes("apps/\(name)")
        for count in stride(from: 0, to: bytes.count, by: 13) {
            let error = #expect(throws: APKError.self) {
                try APKFile(bytes: Array(bytes.prefix(count)), name: "cut.apk")
            }
            #expect(error?.code == (count == 0 ? .empty : .truncated))
        }
        #expect(throws: APKError.self) { try APKFile(bytes: bytes + [0], name: "longer.apk") }
    }

    @Test(arguments: ["game-1.apk", "signed-v1.apk"])
    func `an app with any byte turned over is read or refused, and nothing else`(name: String) throws {
        let bytes = try Fixture.bytes("apps/\(name)")
        for position in bytes.indices {
            var hostile = bytes
            hostile[position] ^= 0xff
            do {
                let apk = try APKFile(bytes: hostile, name: "turned.apk")
                #expect(apk.manifest.package == "com.studio.game")
            } catch {
                #expect(error.path == "turned.apk")
            }
        }
    }

    @Test func `a length in the signing block may lie without harm`() throws {
        let bytes = try Fixture.bytes("apps/game-1.apk")
        let magic = Array("APK Sig Block 42".utf8)
        let end = try #require(bytes.indices.first { bytes[$0...].starts(with: magic) })
        let size = bytes[(end - 8)..<end].reversed().reduce(0) { $0 << 8 | Int($1) }
        let start = end + magic.count - size - 8
        for position in start..<(start + 400) {
            for value: UInt8 in [0, 1, 0x7f, 0x80, 0xff] {
                var hostile = bytes
                hostile[position] = value
                _ = try? APKFile(bytes: hostile, name: "lying.apk")  // no crash is all that is asked
            }
        }
        for value: UInt8 in [0, 0xff] {
            var hostile = bytes
            for position in (end - 8)..<end { hostile[position] = value }
            let error = #expect(throws: APKError.self) { try APKFile(bytes: hostile, name: "lying.apk") }
            #expect(error?.code == .badSignature)
        }
    }

    @Test func `the end record may lie about the directory without harm`() throws {
        let bytes = try Fixture.bytes("apps/game-1.apk")
        let end = bytes.count - 22
        for position in (end + 8)..<(end + 20) {
            for value: UInt8 in [0, 1, 0x7f, 0x80, 0xff] where bytes[position] != value {
                var hostile = bytes
                hostile[position] = value
                if position < end + 10 { continue }  // the entries of this disk: nobody reads them
                #expect(throws: APKError.self) { try APKFile(bytes: hostile, name: "lying.apk") }
            }
        }
    }

    @Test func `two manifests are refused, as phones differ in which one they read`() {
        var zip = TestZip()
        zip.add("AndroidManifest.xml", TestManifest().compiled())
        zip.add("AndroidManifest.xml", TestManifest(package: "com.other").compiled())
        let error = #expect(throws: APKError.self) { try APKFile(bytes: zip.bytes, name: "two.apk") }
        #expect(error?.description == "two.apk has more than one AndroidManifest.xml")
    }

    @Test(arguments: [
        ("AndroidManifest.xml", "<manifest/>", "x.apk has an AndroidManifest.xml that cannot be read"),
        ("AndroidManifest.xml", "", "x.apk has an AndroidManifest.xml that cannot be read"),
        ("assets/AndroidManifest.xml", "", "x.apk has no AndroidManifest.xml, so it is no APK"),
    ])
    func `a zip file that is no APK is refused`(name: String, text: String, message: String) {
        let zip = TestZip([(name, text)]).bytes
        let error = #expect(throws: APKError.self) { try APKFile(bytes: zip, name: "x.apk") }
        #expect(error?.description == message)
    }

    @Test func `a signature that cannot be read is no signature`() {
        var zip = TestZip()
        zip.add("AndroidManifest.xml", TestManifest().compiled())
        zip.add("META-INF/CERT.RSA", Array("0\u{82}nothing".utf8))
        let error = #expect(throws: APKError.self) { try APKFile(bytes: zip.bytes, name: "x.apk") }
        #expect(error?.code == .badSignature)
    }
}
