import DroverTesting
import Foundation
import Testing

@Suite("Archives and apps, looked at and unpacked", .timeLimit(.minutes(5)))
struct ArchiveCommandTests {
    private static let assets: [UInt8] = TestZip([
        ("textures/grass.ktx", "green"), ("textures/empty", ""), ("name with\nline and \u{1B}[2J", "x"),
        ("data/größe.txt", "12345"),
    ]).bytes
    private static let climbing: [UInt8] = TestZip([
        ("good.txt", "good"), ("../evil.txt", "evil"), ("/etc/evil", "evil"),
    ]).bytes

    @Test func `an archive is unpacked into a folder of its name`() async throws {
        try await DroverProcess.with { drover in
            try drover.write(Data(Self.assets), to: "assets.zip")
            try await drover.expect("unpack", exitCode: 0, ["unpack", "assets.zip"])
            #expect(
                RepositoryFile.text(at: drover.folder.appendingPathComponent("assets/textures/grass.ktx").path)
                    == "green")
            try await drover.expect(
                "unpack-strip", exitCode: 0, ["unpack", "assets.zip", "--into", "a/b", "--strip", "1"])
            #expect(RepositoryFile.text(at: drover.folder.appendingPathComponent("a/b/grass.ktx").path) == "green")
        }
    }

    @Test func `what would leave the folder is passed over and told of`() async throws {
        try await DroverProcess.with { drover in
            try drover.write(Data(Self.climbing), to: "sub/climbing.zip")
            try await drover.expect(
                "unpack-climbing", exitCode: 1, ["unpack", "sub/climbing.zip", "--into", "sub/out"])
            let json = try await drover.run(
                ["unpack", "sub/climbing.zip", "--into", "sub/out", "--format", "json"])
            let result = try #require(
                try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
            #expect(result["files"] as? Int == 1 && result["passed-over-count"] as? Int == 2)
            #expect(
                RepositoryFile.names(in: drover.folder.appendingPathComponent("sub").path).sorted() == [
                    "climbing.zip", "out",
                ])
        }
    }

    @Test func `what cannot be unpacked says why in one line`() async throws {
        try await DroverProcess.with { drover in
            try drover.write(Data(Self.assets), to: "assets.zip")
            try drover.write(Data(Self.assets.dropLast(30)), to: "cut.zip")
            try drover.write("text", to: "notes.zip")
            try drover.write("text", to: "password")
            let cases = [
                ("unpack-missing", ["unpack", "missing.zip"]), ("unpack-no-archive", ["unpack", "notes.zip"]),
                ("unpack-cut", ["unpack", "cut.zip"]), ("unpack-no-name", ["unpack", "notes"]),
                ("unpack-too-large", ["unpack", "assets.zip", "--limit-bytes", "7B"]),
                ("unpack-too-many", ["unpack", "assets.zip", "--limit-entries", "2"]),
                ("unpack-password-file", ["unpack", "assets.zip", "--password-file", "password"]),
                ("unpack-options", ["unpack", "assets.zip", "--limit-entries", "0"]),
            ]
            for (name, arguments) in cases { try await drover.expect(name, exitCode: 2, arguments) }
            try await drover.expect("unpack-into-file", exitCode: 5, ["unpack", "assets.zip", "--into", "notes.zip"])
        }
    }

    @Test func `an archive's contents are listed, and where they would go`() async throws {
        try await DroverProcess.with { drover in
            try drover.write(Data(Self.assets), to: "assets.zip")
            try drover.write(Data(Self.climbing), to: "climbing.zip")
            try await drover.expect("inspect-archive", exitCode: 0, ["inspect", "assets.zip"])
            try await drover.expect(
                "inspect-target", exitCode: 0, ["inspect", "climbing.zip", "--to", "/sdcard/Android/obb/"])
            try await drover.expect(
                "inspect-archive-json", exitCode: 0,
                ["inspect", "climbing.zip", "--format", "json", "--to", "/data/local/tmp"],
                // Zip files without more than DOS times tell the local time.
                environment: ["TZ": "UTC"])
            try await drover.expect("inspect-relative", exitCode: 2, ["inspect", "assets.zip", "--to", "sdcard"])
            try await drover.expect("inspect-missing", exitCode: 2, ["inspect", "missing.tar"])
        }
    }

    @Test("an app is described", arguments: ["game.apks", "game-2.apk", "game-splits", "unsigned.apk"])
    func app(name: String) async throws {
        try await DroverProcess.with { drover in
            let code: Int32 = name == "unsigned.apk" ? 2 : 0
            try await drover.expect(
                "inspect-\(name.replacingOccurrences(of: ".", with: "-"))", exitCode: code,
                ["inspect", Fixture.path("apps/\(name)")])
            if name == "game.apks" {
                try await drover.expect(
                    "inspect-game-apks-json", exitCode: 0,
                    ["inspect", Fixture.path("apps/\(name)"), "--format", "json"])
            }
        }
    }
}
