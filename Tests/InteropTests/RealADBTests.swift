import DroverTesting
import ADBWire
import Crypto
import Foundation
import Simulator
import Testing

/// A client and the release of the phone it talks to.
struct Pairing: Sendable, CustomTestStringConvertible {
    let client: Counterpart
    let profile: Profile

    /// Each client with each release that has the shell protocol.
    static let all: [Self] = Counterpart.clients.flatMap { client in
        [.android7, .android9, .android11, .android14].map { Self(client: client, profile: $0) }
    }

    var testDescription: String { "\(client.rawValue) and Android \(profile.release)" }

    /// Connects the client to one phone and lends both.
    func meet(_ body: (ADBProgram, String, SimulatedPhone) async throws -> Void) async throws {
        let adb = try await ADBProgram(client)
        defer { adb.stop() }
        let times = PhoneTimes(down: .milliseconds(500), settling: .milliseconds(100))
        try await withFarm(SimulationOptions(phones: 1, profiles: [profile], times: times)) { farm in
            let phone = farm.phones[0]
            let serial = phone.networkSerial
            let told = try await adb("connect", serial)
            try #require(told.output.contains("connected to \(serial)"), "\(told.text)")
            try await body(adb, serial, phone)
        }
    }
}

/// The real adb, old and new, against our phones: neither knows of the other.
@Suite("The real adb and our phones", .timeLimit(.minutes(5)))
struct RealADBTests {
    @Test("a phone that asks lets in the key it knows", arguments: Counterpart.clients)
    func knownKey(client: Counterpart) async throws {
        let adb = try await ADBProgram(client)
        defer { adb.stop() }
        let text = try String(contentsOfFile: "\(adb.home.path)/.android/adbkey.pub", encoding: .utf8)
        let key = try RSAPublicKey(adbText: text)
        try await withFarm(SimulationOptions(phones: 1, authentication: .keys([key]))) { farm in
            let serial = farm.phones[0].networkSerial
            let told = try await adb("connect", serial)
            let deeds = farm.phones[0].record.deeds
            let seen =
                "\(told.text) \(deeds.connections) connections, \(deeds.handshakes) handshakes, \(deeds.signatures) signatures, \(deeds.offeredKeys.count) keys offered"
            #expect(told.output.contains("connected to \(serial)"), "\(seen)")
            #expect(try await adb("-s", serial, "get-state").output == "device\n", "\(seen)")
            #expect(deeds.signatures == 1)
        }
    }

    @Test("a phone that does not know the key shows it and lets nobody in", arguments: Counterpart.clients)
    func unknownKey(client: Counterpart) async throws {
        let adb = try await ADBProgram(client)
        defer { adb.stop() }
        try await withFarm(SimulationOptions(phones: 1, authentication: .keys([]))) { farm in
            let serial = farm.phones[0].networkSerial
            _ = try await adb("connect", serial)
            let told = try await adb("-s", serial, "shell", "id")
            #expect(told.exitCode != 0)
            #expect(told.error.contains("unauthorized"), "\(told.text)")
            let text = try String(contentsOfFile: "\(adb.home.path)/.android/adbkey.pub", encoding: .utf8)
            let shown = try #require(farm.phones[0].record.deeds.offeredKeys.first)
            #expect(shown.split(separator: " ").first == text.split(separator: " ").first)
        }
    }

    @Test("a command tells its exit code and keeps its outputs apart", arguments: Pairing.all)
    func shell(pairing: Pairing) async throws {
        try await pairing.meet { adb, serial, _ in
            for code in [0, 1, 7, 255] as [Int32] {
                let told = try await adb("-s", serial, "shell", "echo out; echo err >&2; exit \(code)")
                #expect(told.exitCode == code)
                #expect(told.output == "out\n")
                #expect(told.error == "err\n")
            }
            let model = try await adb("-s", serial, "shell", "getprop", "ro.build.version.release")
            #expect(model.output == "\(pairing.profile.release)\n")
        }
    }

    @Test("a file comes back as it went", arguments: Pairing.all)
    func roundTrip(pairing: Pairing) async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        try await pairing.meet { adb, serial, phone in
            for size in [0, 1, 65_536, 3_000_001] {
                let content = SeededNumbers.bytes(size, seed: UInt64(size))
                let local = try folder.file("to-\(size)", content)
                let pushed = try await adb("-s", serial, "push", local, "/data/local/tmp/file")
                try #require(pushed.exitCode == 0, "\(pushed.text)")
                let pulled = try await adb("-s", serial, "pull", "/data/local/tmp/file", "\(folder.path)/from-\(size)")
                try #require(pulled.exitCode == 0, "\(pulled.text)")
                #expect(try bytes(of: "\(folder.path)/from-\(size)") == content, "\(size) bytes")
            }
            #expect(phone.record.deeds.receivedFiles == 4)
            let missing = try await adb("-s", serial, "pull", "/data/local/tmp/missing", folder.path)
            #expect(missing.exitCode != 0)
        }
    }

    @Test("a folder goes and comes as a tree", arguments: Pairing.all)
    func folders(pairing: Pairing) async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let names = ["a.txt", "b/c.txt", "b/d/e.bin"] + (0..<60).map { "many/\($0)" }
        for name in names { try folder.file("tree/\(name)", SeededNumbers.bytes(name.utf8.count * 100)) }
        try await pairing.meet { adb, serial, phone in
            let pushed = try await adb("-s", serial, "push", "\(folder.path)/tree", "/data/local/tmp/")
            try #require(pushed.exitCode == 0, "\(pushed.text)")
            #expect(Set(phone.record.deeds.files.map(\.path)) == Set(names.map { "/data/local/tmp/tree/\($0)" }))
            let pulled = try await adb("-s", serial, "pull", "/data/local/tmp/tree", "\(folder.path)/back")
            try #require(pulled.exitCode == 0, "\(pulled.text)")
            for name in names {
                #expect(try bytes(of: "\(folder.path)/back/\(name)") == bytes(of: "\(folder.path)/tree/\(name)"))
            }
        }
    }

    @Test("an app is installed, refused as an older one, and uninstalled", arguments: Pairing.all)
    func install(pairing: Pairing) async throws {
        try await pairing.meet { adb, serial, phone in
            let installed = try await adb("-s", serial, "install", app("game-2.apk"))
            #expect(installed.exitCode == 0, "\(installed.text)")
            #expect(installed.output.contains("Success"))
            let listed = try await adb("-s", serial, "shell", "pm list packages com.studio")
            #expect(listed.output == "package:com.studio.game\n")

            let older = try await adb("-s", serial, "install", "-r", app("game-1.apk"))
            #expect(older.exitCode == 1)
            #expect(older.text.contains("INSTALL_FAILED_VERSION_DOWNGRADE"), "\(older.text)")

            let removed = try await adb("-s", serial, "uninstall", "com.studio.game")
            #expect(removed.exitCode == 0)
            #expect(removed.output.contains("Success"))
            let again = try await adb("-s", serial, "uninstall", "com.studio.game")
            #expect(again.output.contains("Failure"), "\(again.text)")
            #expect(phone.record.deeds.uninstalls == ["com.studio.game"])
            #expect(phone.record.deeds.installs.map(\.refusal) == [nil, "INSTALL_FAILED_VERSION_DOWNGRADE"])
        }
    }

    @Test("an app in parts is installed as one", arguments: Pairing.all)
    func installMultiple(pairing: Pairing) async throws {
        try await pairing.meet { adb, serial, phone in
            let parts = ["base.apk", "config.en.apk", "config.xxhdpi.apk"].map { app("game-splits/\($0)") }
            let installed = try await adb(["-s", serial, "install-multiple"] + parts)
            // Android 7's package manager does not tell adb that a commit succeeded; adb takes that for a failure.
            let isTold = pairing.profile != .android7
            #expect(installed.exitCode == (isTold ? 0 : 1), "\(installed.text)")
            #expect(installed.output.contains("Success") == isTold)
            #expect(phone.record.deeds.installs.map(\.files) == [3])
            #expect(phone.record.deeds.successfulInstalls == 1)
        }
    }

    @Test("a phone reboots and comes back", arguments: Pairing.all)
    func reboot(pairing: Pairing) async throws {
        try await pairing.meet { adb, serial, phone in
            let told = try await adb("-s", serial, "reboot")
            #expect(told.exitCode == 0, "\(told.text)")
            #expect(phone.record.deeds.reboots == [""])
            let handshakes = phone.record.deeds.handshakes
            // Its server tries again by itself, but in its own time; asking it to connect is quicker.
            _ = try await adb("disconnect", serial)
            for _ in 0..<600 where phone.record.deeds.handshakes == handshakes {
                _ = try await adb("connect", serial)
            }
            let id = try await adb("-s", serial, "shell", "echo here")
            #expect(id.output == "here\n", "\(id.text)")
        }
    }
}
