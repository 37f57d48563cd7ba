import DroverTesting
import ADB
import ADBWire
import Lanes
import Synchronization
import Testing

/// What every phone has to do, whoever stands in between: a link of our own, or a real adb server.
enum Conversations {
    /// Exit codes, both streams apart, input, and bytes that are no text.
    static func shell(on phone: any ADBConnection) async throws {
        for code in [0, 1, 7, 255] {
            let result = try await phone.run("echo out; echo err >&2; exit \(code)")
            #expect(result.exit == code)
            #expect(result.exitSource == .packet)
            #expect(String(decoding: result.output, as: UTF8.self) == "out\n")
            #expect(String(decoding: result.error, as: UTF8.self) == "err\n")
        }
        let missing = try await phone.run("/no/such/program")
        #expect(missing.exit == 127)
        let quoted = try await phone.run("echo 'a  b' \"c;d\" '$HOME'")
        #expect(String(decoding: quoted.output, as: UTF8.self) == "a  b c;d $HOME\n")
    }

    /// A file comes back as it went, whatever its size is in packets and chunks.
    static func roundTrips(on phone: any ADBConnection, in folder: String) async throws {
        for size in [0, 1, 65_535, 65_536, 65_537, 1 << 20, 3_000_001] {
            let content = SeededNumbers.bytes(size, seed: UInt64(size))
            let path = "\(folder)/size-\(size).bin"
            let item = PushItem(path: path, content: .bytes(SharedBytes(content)), modified: 1_704_164_645)
            let refusals = try await phone.push(try PushScript([item], features: phone.features))
            #expect(refusals.isEmpty)
            let back = try await pull(path, from: phone)
            #expect(back == content, "\(size) bytes")
            let status = try #require(try await phone.status(of: [path]).first)
            #expect(status.size == UInt64(size))
        }
    }

    /// An app comes, is replaced by a newer one in three parts, and goes.
    static func install(on phone: any ADBConnection) async throws {
        let one = [AppPart(name: "base.apk", bytes: try SharedBytes(mapping: app("game-1.apk")))]
        let first = try await phone.install(one, flags: ["-r"])
        #expect(first.reply == .success(detail: ""), "\(first)")
        let three = try ["base.apk", "config.en.apk", "config.xxhdpi.apk"].map { name in
            AppPart(name: name, bytes: try SharedBytes(mapping: app("game-splits/\(name)")))
        }
        let second = try await phone.install(three, flags: ["-r"])
        #expect(second.reply == .success(detail: ""), "\(second)")
        #expect(try await phone.uninstall("com.studio.game") == .success(detail: ""))
        guard case .failure = try await phone.uninstall("com.studio.game") else {
            Issue.record("an absent app was uninstalled")
            return
        }
    }

    /// Reads a whole file.
    static func pull(_ path: String, from phone: any ADBConnection) async throws -> [UInt8] {
        let gathered = Mutex<[UInt8]>([])
        let request = PullRequest(path: path) { bytes in gathered.withLock { $0.append(contentsOf: bytes) } }
        let replies = try await phone.pull([request])
        let bytes = gathered.withLock { $0 }
        #expect(replies == [.pulled(bytes: UInt64(bytes.count))])
        return bytes
    }
}
