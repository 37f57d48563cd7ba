import APK
import Crypto
import DroverTesting
import Testing

struct APKFileTests {
    struct Expected: Sendable, CustomTestStringConvertible {
        var file: String
        var package = "com.studio.game"
        var code: Int64
        var name: String
        var minSDK = 21
        var targetSDK = 29
        var isTestOnly = false
        var split: String?
        var signer = Signer.studio
        var scheme = 3
        var testDescription: String { file }
    }

    @Test(arguments: [
        Expected(file: "game-1.apk", code: 1, name: "1.0"),
        Expected(file: "game-2.apk", code: 2, name: "2.0"),
        Expected(file: "game-2-other.apk", code: 2, name: "2.0"),
        Expected(file: "game-2-foreign.apk", code: 2, name: "2.0", signer: Signer.foreign),
        Expected(file: "old.apk", package: "com.studio.game.old", code: 7, name: "7.0"),
        Expected(file: "test-only.apk", package: "com.studio.game.test", code: 1, name: "1.0", isTestOnly: true),
        Expected(file: "needs-sdk-99.apk", code: 99, name: "99.0", minSDK: 99),
        Expected(file: "long-version.apk", code: 5 << 32 + 6, name: "5.6", minSDK: 28),
        Expected(file: "signed-v1.apk", code: 1, name: "1.0", minSDK: 16, targetSDK: 19, scheme: 1),
        Expected(file: "game-splits/base.apk", code: 3, name: "3.0"),
        Expected(file: "game-splits/config.en.apk", code: 3, name: "", split: "config.en"),
    ])
    func `an app is what its manifest and its signature say`(expected: Expected) throws {
        let bytes = try Fixture.bytes("apps/\(expected.file)")
        let apk = try APKFile(path: Fixture.path("apps/\(expected.file)"))
        #expect(apk.manifest.package == expected.package)
        #expect(apk.manifest.versionCode == expected.code)
        #expect(apk.manifest.versionName == expected.name)
        #expect(apk.manifest.minSDK == expected.minSDK)
        #expect(apk.manifest.targetSDK == expected.targetSDK)
        #expect(apk.manifest.isTestOnly == expected.isTestOnly)
        #expect(apk.manifest.isDebuggable == expected.isTestOnly)
        #expect(apk.manifest.split == expected.split)
        #expect(
            apk.manifest.launchableActivity == (expected.split == nil ? "com.studio.game.MainActivity" : nil))
        #expect(apk.signer.hex == expected.signer)
        #expect(apk.signers.count == 1)
        #expect(apk.signatureScheme == expected.scheme)
        #expect(apk.sizeInBytes == UInt64(bytes.count))
        #expect(try APKFile(bytes: bytes, name: "memory") == apk)
    }

    @Test(arguments: [
        ("", APKError.Code.empty, "x.apk is empty"),
        ("not an app\n", .notZip, "x.apk is no zip archive, so it is no APK"),
        ("<!DOCTYPE html><html>", .notZip, "x.apk is no zip archive, so it is no APK"),
        ("PK\u{3}\u{4}", .truncated, "x.apk is truncated: its end is missing"),
        ("P", .notZip, "x.apk is no zip archive, so it is no APK"),
        (
            "PK\u{5}\u{6}\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", .noManifest,
            "x.apk has no AndroidManifest.xml, so it is no APK"
        ),
    ])
    func `something else is refused with its reason`(text: String, code: APKError.Code, message: String) {
        let error = #expect(throws: APKError.self) { try APKFile(bytes: Array(text.utf8), name: "x.apk") }
        #expect(error?.code == code)
        #expect(error?.description == message)
    }

    @Test func `a downloaded web page is called one`() {
        let error = #expect(throws: APKError.self) { try APKFile(bytes: Array("<html>".utf8), name: "x.apk") }
        #expect(error?.advice == "it begins like a web page: look at what was downloaded")
    }

    @Test func `an app that is not signed is refused`() {
        let error = #expect(throws: APKError.self) { try APKFile(path: Fixture.path("apps/unsigned.apk")) }
        #expect(error?.code == .notSigned)
        #expect(error?.reason == "is not signed")
    }

    @Test(arguments: [
        ("no-such.apk", "does not exist"), ("game-splits", "is a folder, and one APK is due"),
        ("game-1.apk/x", "cannot be opened: Not a directory"),
    ])
    func `a path that is no file is refused`(name: String, reason: String) {
        let error = #expect(throws: APKError.self) { try APKFile(path: Fixture.path("apps/\(name)")) }
        #expect(error?.code == .cannotRead)
        #expect(error?.reason == reason)
    }

    @Test func `a bundle is no APK`() {
        let error = #expect(throws: APKError.self) { try APKFile(path: Fixture.path("apps/game.xapk")) }
        #expect(error?.code == .noManifest)
    }
}
