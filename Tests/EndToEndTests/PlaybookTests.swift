import Foundation
import Simulator
import Testing

@Suite("Shipped playbooks", .timeLimit(.minutes(5)))
struct PlaybookTests {
    private static let names = [
        "cloud-deploy", "cloud-nightly-restart", "cloud-share-game", "cloud-uninstall", "deploy-build",
        "encoder-rollout",
        "fleet-command", "koophone-nightly", "media-capture", "nightly-regression", "push-files", "uninstall-app",
    ]

    private static func playbook(_ name: String) -> String { PracticeFarm.project("playbooks/\(name).yml") }

    @Test("each is sound", arguments: names)
    func check(name: String) async throws {
        try await DroverProcess.with { drover in
            let result = try await drover.run(["check", Self.playbook(name)])
            #expect(result.exitCode == 0 && result.error.isEmpty, "\(result.error)")
            #expect(result.output.contains(": sound, "))
        }
    }

    @Test func `no playbook is shipped without a test`() throws {
        let folder = PracticeFarm.project("playbooks")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".yml") }
        #expect(files.sorted() == Self.names.map { "\($0).yml" })
    }

    @Test func `uninstall-app takes the app off, and is ok where it is not`() async throws {
        try await PracticeFarm.with(SimulationOptions(phones: 4)) { practice in
            let app = PracticeFarm.project("fixtures/apps/game-1.apk")
            _ = try await practice.run("install", "sim-00[1-2]", app)
            let first = try await practice.run("run", Self.playbook("uninstall-app"), "package=com.studio.game")
            #expect(first.exitCode == 0, "\(first.error)")
            #expect(first.output.contains("2 ok + 2 changed = 4 phones"), "\(first.output)")
            let removed = practice.farm.record.phones.map(\.deeds.uninstalls)
            #expect(removed == [["com.studio.game"], ["com.studio.game"], [], []])
            let second = try await practice.run("run", Self.playbook("uninstall-app"), "package=com.studio.game")
            #expect(second.output.contains("4 ok = 4 phones"), "\(second.output)")
        }
    }

    @Test func `push-files delivers a folder once`() async throws {
        try await PracticeFarm.with(SimulationOptions(phones: 4)) { practice in
            try practice.write("one", to: "levels/1.dat")
            try practice.write("two", to: "levels/more/2.dat")
            let arguments = ["run", Self.playbook("push-files"), "from=levels", "to=/sdcard/Download/levels/"]
            let first = try await practice.drover.run(arguments)
            #expect(first.exitCode == 0, "\(first.error)")
            #expect(first.output.contains("4 changed = 4 phones"), "\(first.output)")
            #expect(practice.farm.record.total(\.receivedFiles) == 8)
            let second = try await practice.drover.run(arguments)
            #expect(second.output.contains("4 ok = 4 phones"), "\(second.output)")
            #expect(practice.farm.record.total(\.receivedFiles) == 8)
            let text = try await practice.run("exec", "all", "--", "cat /sdcard/Download/levels/more/2.dat")
            #expect(text.output.contains("two"))
        }
    }

    @Test func `fleet-command runs its line on every phone`() async throws {
        try await PracticeFarm.with(SimulationOptions(phones: 4)) { practice in
            let line = "getprop ro.build.version.release | cat; echo 'a b'"
            let result = try await practice.run("run", Self.playbook("fleet-command"), "command=\(line)")
            #expect(result.exitCode == 0, "\(result.error)")
            #expect(result.output.contains("4 changed = 4 phones"), "\(result.output)")
            for phone in practice.farm.record.phones { #expect(phone.deeds.shellLines.contains(line)) }
        }
    }
}
