import APK
import Testing

struct AndroidManifestTests {
    @Test func `a manifest with any byte turned over or any length lying is read or refused`() throws {
        let bytes = TestManifest().compiled()
        #expect(try AndroidManifest(binaryXML: bytes, path: "x.apk").package == "com.studio.game")
        for position in bytes.indices {
            for value: UInt8 in [0, 0x7f, 0x80, 0xff] {
                var hostile = bytes
                hostile[position] = value
                _ = try? AndroidManifest(binaryXML: hostile, path: "x.apk")  // no crash is all that is asked
            }
        }
        for count in 0..<bytes.count {
            #expect(throws: APKError.self) {
                try AndroidManifest(binaryXML: Array(bytes.prefix(count)), path: "x.apk")
            }
        }
    }

    @Test(arguments: [
        "game", "com..studio", ".com.studio", "com.studio.", "com.1studio", "com.studio;reboot", "com.studio game", "",
        "com.stüdio.game", "com." + String(repeating: "x", count: 220), "$(reboot).x",
    ])
    func `an impossible package name is refused`(name: String) {
        let error = #expect(throws: APKError.self) {
            try AndroidManifest(binaryXML: TestManifest(package: name).compiled(), path: "x.apk")
        }
        #expect(error?.code == .badManifest)
        #expect(error?.description == "x.apk has an AndroidManifest.xml with an impossible package name")
    }

    @Test(arguments: ["config;en", "../base", "1x", "a..b"])
    func `an impossible split name is refused`(name: String) {
        let error = #expect(throws: APKError.self) {
            try AndroidManifest(binaryXML: TestManifest(split: name).compiled(), path: "x.apk")
        }
        #expect(error?.description == "x.apk has an AndroidManifest.xml with an impossible split name")
    }

    @Test func `texts in UTF-8 are read like texts in UTF-16`() throws {
        let manifest = TestManifest(versionName: "1.0-größer 🙂")
        let wide = try AndroidManifest(binaryXML: manifest.compiled(isUTF8: false), path: "x.apk")
        let narrow = try AndroidManifest(binaryXML: manifest.compiled(isUTF8: true), path: "x.apk")
        #expect(wide == narrow)
        #expect(wide.versionName == "1.0-größer 🙂")
    }

    @Test func `what the manifest does not say has its default`() throws {
        let manifest = try AndroidManifest(binaryXML: TestManifest(versionName: nil).compiled(), path: "x.apk")
        #expect(manifest.versionName == "")
        #expect(manifest.versionCode == 0)
        #expect(manifest.minSDK == 1)
        #expect(manifest.targetSDK == 1)
        #expect(manifest.split == nil)
        #expect(manifest.launchableActivity == nil)
        #expect(!manifest.isTestOnly)
    }

    @Test func `overlapping texts that unfold to gigabytes are refused`() {
        let error = #expect(throws: APKError.self) {
            try AndroidManifest(binaryXML: TestManifest.unfolding(), path: "x.apk")
        }
        #expect(error?.code == .badManifest)
    }
}
