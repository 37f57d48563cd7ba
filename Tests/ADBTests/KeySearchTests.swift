import Crypto
import Foundation
import Testing

@testable import ADB

@Suite struct KeySearchTests {
    /// A folder of its own, removed in the end.
    static func withFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "drover-keys-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder.path)
    }

    static func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    @Test func `a new pair can be found and read by its owner only`() throws {
        try Self.withFolder { folder in
            let path = folder + "/.android/adbkey"
            let made = try KeySearch.makePair(at: path)
            #expect(try Self.mode(path) == 0o600)
            let text = try String(contentsOfFile: path + ".pub", encoding: .utf8)
            #expect(text == (try made.publicText()) + "\n")
            #expect(text.hasPrefix("QAAAA"))
            let ring = KeySearch(environment: ["HOME": folder]).load()
            #expect(ring.keys.map(\.path) == [path])
            #expect(ring.keyToShow?.path == path)
            #expect(throws: ADBError.self) { try KeySearch.makePair(at: path) }
        }
    }

    @Test func `vendor keys come first, files and folders alike, each key once`() throws {
        try Self.withFolder { folder in
            _ = try KeySearch.makePair(at: folder + "/.android/adbkey")
            _ = try KeySearch.makePair(at: folder + "/vendor/b.adb_key")
            _ = try KeySearch.makePair(at: folder + "/vendor/a.adb_key")
            _ = try KeySearch.makePair(at: folder + "/vendor/ignored.key")
            let environment = [
                "HOME": folder, "ADB_VENDOR_KEYS": "\(folder)/vendor:\(folder)/.android/adbkey:\(folder)/missing",
            ]
            let ring = KeySearch(environment: environment).load()
            #expect(
                ring.keys.map(\.path)
                    == ["/vendor/a.adb_key", "/vendor/b.adb_key", "/.android/adbkey"].map { folder + $0 })
            #expect(ring.complaints.isEmpty)
        }
    }

    @Test func `a key that others can read is refused with the cure`() throws {
        try Self.withFolder { folder in
            let path = folder + "/.android/adbkey"
            _ = try KeySearch.makePair(at: path)
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
            let ring = KeySearch(environment: ["HOME": folder]).load()
            #expect(ring.keys.isEmpty)
            #expect(ring.complaints == ["\(path) can be read by others; run `chmod 600 \(path)`"])
            #expect(ring.whyEmpty.contains("chmod 600"))
        }
    }
}
