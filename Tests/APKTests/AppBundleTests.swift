import APK
import Crypto
import Foundation
import DroverTesting
import Testing

struct AppBundleTests {
    @Test(arguments: ["game-splits", "game.apks", "game.xapk"])
    func `a set of splits is one app, the base first`(name: String) throws {
        let bundle = try AppBundle(path: Fixture.path("apps/\(name)"))
        #expect(bundle.parts.map(\.sessionName) == ["base.apk", "split_config.en.apk", "split_config.xxhdpi.apk"])
        #expect(bundle.manifest.package == "com.studio.game")
        #expect(bundle.manifest.versionCode == 3)
        #expect(bundle.signer.hex == Signer.studio)
        #expect(bundle.otherFiles.isEmpty)
        let originals = try ["base", "config.en", "config.xxhdpi"].map {
            SHA256.hash(of: try Fixture.bytes("apps/game-splits/\($0).apk"))
        }
        let unpacked = try bundle.parts.map {
            SHA256.hash(of: Array(try Data(contentsOf: URL(filePath: $0.file.path))))
        }
        #expect(unpacked == originals)
    }

    @Test func `an unpacked part has no name that could be left behind`() throws {
        let bundle = try AppBundle(path: Fixture.path("apps/game.apks"))
        for part in bundle.parts {
            let place = try FileManager.default.destinationOfSymbolicLink(atPath: part.file.path)
            #expect(place.hasSuffix(" (deleted)"))
        }
    }

    @Test func `one APK is an app of one part`() throws {
        let bundle = try AppBundle(path: Fixture.path("apps/game-1.apk"))
        #expect(bundle.parts.count == 1)
        #expect(bundle.base.name == "game-1.apk")
        #expect(bundle.base.file.path == Fixture.path("apps/game-1.apk"))
    }

    @Test(arguments: [
        (["game-1.apk", "game-2.apk"], "holds 2 base APKs: a.apk and b.apk", APKError.Code.mixedBundle),
        (
            ["game-1.apk", "game-splits/config.en.apk"], "mixes parts: b.apk is of version 3, not of 1",
            .mixedBundle
        ),
        (
            ["old.apk", "game-splits/config.en.apk"], "mixes parts: b.apk is of com.studio.game, not of",
            .mixedBundle
        ),
        (
            ["game-splits/base.apk", "game-splits/config.en.apk", "game-splits/config.en.apk"],
            "mixes parts: c.apk is there twice", .mixedBundle
        ),
        (["game-splits/config.en.apk"], "holds splits only; the base APK is missing", .emptyBundle),
        ([], "is a folder without any .apk file", .emptyBundle),
    ])
    func `parts that do not belong together are refused`(
        files: [String], reason: String, code: APKError.Code
    ) throws {
        let folder = try ScratchFolder()
        for (letter, file) in zip("abc", files) { try folder.copy("apps/\(file)", to: "\(letter).apk") }
        let error = #expect(throws: APKError.self) { try AppBundle(path: folder.path) }
        #expect(error?.code == code)
        #expect(error?.reason.hasPrefix(reason) == true)
    }

    @Test func `a broken part of a folder is named`() throws {
        let folder = try ScratchFolder()
        try folder.copy("apps/game-splits/base.apk", to: "base.apk")
        let broken = try folder.write(Array("nothing".utf8), to: "config.en.apk")
        let error = #expect(throws: APKError.self) { try AppBundle(path: folder.path) }
        #expect(error?.path == broken)
        #expect(error?.code == .notZip)
    }

    @Test(arguments: ["game.apks", "game.xapk"])
    func `a bundle cut short at any length is refused`(name: String) throws {
        let bytes = try Fixture.bytes("apps/\(name)")
        let folder = try ScratchFolder()
        for count in stride(from: 4, to: bytes.count, by: 997) {
            let path = try folder.write(Array(bytes.prefix(count)), to: "cut")
            let error = #expect(throws: APKError.self) { try AppBundle(path: path) }
            #expect(error?.code == .truncated)
        }
    }

    @Test func `a bundle with any byte turned over is read or refused, and nothing else`() throws {
        let bytes = try Fixture.bytes("apps/game.xapk")
        let folder = try ScratchFolder()
        for position in stride(from: 0, to: bytes.count, by: 5) {
            var hostile = bytes
            hostile[position] ^= 0xff
            let path = try folder.write(hostile, to: "turned")
            do {
                #expect(try AppBundle(path: path).manifest.package == "com.studio.game")
            } catch {
                #expect(error.path.hasPrefix(path))
            }
        }
    }

    @Test(arguments: [
        ([("../../evil.apk", "x")], "is no zip archive, so it is no APK"),
        ([("a.txt", "x")], "has no AndroidManifest.xml and no .apk inside, so it is no app"),
        ([("base/manifest/AndroidManifest.xml", "x")], "is an .aab, which phones do not take"),
        ([("a.apk", "x"), ("a.apk", "y")], "is damaged: it holds two entries of the same name"),
    ])
    func `a zip file that is no bundle is refused`(entries: [(String, String)], reason: String) throws {
        let folder = try ScratchFolder()
        let path = try folder.write(TestZip(entries.map { (name: $0.0, text: $0.1) }).bytes, to: "x.apks")
        let error = #expect(throws: APKError.self) { try AppBundle(path: path) }
        #expect(error?.reason == reason)
    }

    @Test func `what an install does not deliver is told, and alternatives beside the splits are left`() throws {
        let folder = try ScratchFolder()
        var zip = TestZip()
        zip.add("standalones/standalone-hdpi.apk", try Fixture.bytes("apps/game-1.apk"))
        zip.add("splits/base-master.apk", try Fixture.bytes("apps/game-splits/base.apk"))
        zip.add("Android/obb/com.studio.game/main.3.com.studio.game.obb", [1, 2, 3])
        let bundle = try AppBundle(path: try folder.write(zip.bytes, to: "x.apks"))
        #expect(bundle.parts.map(\.name) == ["base-master.apk"])
        #expect(bundle.otherFiles == ["Android/obb/com.studio.game/main.3.com.studio.game.obb"])
    }
}
