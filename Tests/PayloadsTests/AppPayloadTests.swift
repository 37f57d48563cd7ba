import Crypto
import DroverTesting
import Farm
import Lanes
import Payloads
import Testing

struct AppPayloadTests {
    @Test(arguments: ["game-splits", "game.apks", "game.xapk"])
    func `an app of several parts is mapped and hashed`(name: String) throws {
        let app = try PayloadStore().app(at: Fixture.path("apps/\(name)"))
        #expect(app.package.description == "com.studio.game")
        #expect(app.versionCode == 3)
        #expect(app.versionName == "3.0")
        #expect(app.minSDK == 21)
        #expect(!app.isTestOnly)
        #expect(app.signer == "2ef4b4e33939363ed656283546d2260d8eca2a8791994bef212fc37c04b3eebc")
        #expect(app.source == Fixture.path("apps/\(name)"))
        #expect(app.parts.map(\.name) == ["base.apk", "split_config.en.apk", "split_config.xxhdpi.apk"])
        for (part, file) in zip(app.parts, ["base", "config.en", "config.xxhdpi"]) {
            let original = try Fixture.bytes("apps/game-splits/\(file).apk")
            #expect(part.sha256 == SHA256.hash(of: original).hex)
            #expect(part.bytes.withUnsafeBytes { Array($0) } == original)
        }
    }

    @Test func `the expansion files of a bundle are named, as an install leaves them behind`() throws {
        let folder = try ScratchFolder()
        var zip = TestZip()
        zip.add("base.apk", try Fixture.bytes("apps/game-splits/base.apk"))
        zip.add("icon.png", [1])
        zip.add("Android/obb/com.studio.game/main.3.com.studio.game.obb", [1, 2, 3])
        let app = try PayloadStore().app(at: try folder.write(zip.bytes, to: "x.xapk"))
        #expect(app.expansions == ["Android/obb/com.studio.game/main.3.com.studio.game.obb"])
        #expect(try PayloadStore().app(at: Fixture.path("apps/game.xapk")).expansions.isEmpty)
    }

    @Test func `the same version with other content has another hash`() throws {
        let store = PayloadStore()
        let first = try store.app(at: Fixture.path("apps/game-2.apk"))
        let other = try store.app(at: Fixture.path("apps/game-2-other.apk"))
        #expect(first.versionCode == other.versionCode)
        #expect(first.signer == other.signer)
        #expect(first.parts[0].sha256 != other.parts[0].sha256)
    }

    @Test func `all phones share the same bytes, by whatever path they ask`() async throws {
        let store = PayloadStore()
        let first = try store.app(at: Fixture.path("apps/game-1.apk"))
        let bytes = await withTaskGroup(of: ObjectIdentifier?.self) { group in
            for path in ["game-1.apk", "./game-1.apk", "game-splits/../game-1.apk"] {
                for _ in 0..<20 {
                    group.addTask { @concurrent in
                        (try? store.app(at: Fixture.path("apps/\(path)"))).map { ObjectIdentifier($0.parts[0].bytes) }
                    }
                }
            }
            return await group.reduce(into: Set<ObjectIdentifier?>()) { $0.insert($1) }
        }
        #expect(bytes == [ObjectIdentifier(first.parts[0].bytes)])
    }

    @Test(arguments: [
        ("none.apk", nil, "does not exist"), ("x.apk", "", "is empty"),
        ("x.apk", "nonsense", "is no zip archive, so it is no APK"),
        ("x.apk", "PK\u{3}\u{4}...", "is truncated: its end is missing"),
        ("folder", "", "is a folder without any .apk file"),
    ])
    func `what is no app is refused with its reason`(name: String, content: String?, reason: String) throws {
        let scratch = try ScratchFolder()
        if name == "folder" {
            try scratch.folder(name)
        } else if let content {
            try scratch.write(content, to: name)
        }
        let path = "\(scratch.path)/\(name)"
        let error = #expect(throws: PayloadError.self) { try PayloadStore().app(at: path) }
        #expect(error?.description == "\(path) \(reason)")
    }

    @Test func `a broken part is named after the path that was given`() throws {
        let scratch = try ScratchFolder()
        try scratch.copy("apps/game-splits/base.apk", to: "base.apk")
        try scratch.write("nonsense", to: "split.apk")
        let error = #expect(throws: PayloadError.self) { try PayloadStore().app(at: scratch.path) }
        #expect(error?.path == scratch.path)
        #expect(error?.reason == "contains split.apk, which is no zip archive, so it is no APK")
    }

    @Test(arguments: ["rewritten", "removed", "part added"])
    func `an app that is changed in mid-run is an error and stays one`(how: String) async throws {
        let scratch = try ScratchFolder()
        try scratch.copy("apps/game-1.apk", to: "game.apk")
        let path = how == "part added" ? scratch.path : "\(scratch.path)/game.apk"
        let clock = ManualClock()
        let store = PayloadStore(clock: clock)
        _ = try store.app(at: path)
        switch how {
        case "rewritten": try scratch.write("another build", to: "game.apk")
        case "removed": try scratch.remove("game.apk")
        default: try scratch.copy("apps/game-splits/config.en.apk", to: "config.apk")
        }
        await clock.advance(by: .seconds(1))
        for _ in 0..<2 {
            let error = #expect(throws: PayloadError.self) { try store.app(at: path) }
            #expect(error?.reason == "has changed since the run began")
        }
    }

    @Test func `a refused app is looked at again only when it has changed`() throws {
        let scratch = try ScratchFolder()
        let path = try scratch.write("nonsense", to: "game.apk")
        let store = PayloadStore()
        for _ in 0..<2 { #expect(throws: PayloadError.self) { try store.app(at: path) } }
        try scratch.remove("game.apk")
        try scratch.copy("apps/game-1.apk", to: "game.apk")
        #expect(try store.app(at: path).versionCode == 1)
    }
}
