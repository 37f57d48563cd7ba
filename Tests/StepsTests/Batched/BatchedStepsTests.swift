import DroverTesting
import Farm
import Journal
import Lanes
import Testing

@testable import Steps

@Suite("Steps on a phone that a service answers for")
struct BatchedStepsTests {
    private func outcome(
        _ step: String, on service: ScriptedService, _ payloads: ScriptedPayloads = ScriptedPayloads()
    ) async throws -> (need: Need, outcome: StepOutcome?) {
        let kind = try StepText(step).kind
        let context = testContext(on: service, payloads: payloads)
        let need = try await kind.need(on: service, context: context)
        guard need.isDue else { return (need, nil) }
        return (need, try await kind.perform(on: service, context: context))
    }

    private static let sums = "pm path com.studio.game | cut -d: -f2 | xargs sha256sum"

    private func sum(_ digit: Character) -> String {
        "\(String(repeating: digit, count: 64))  /data/app/~~x==/com.studio.game-y==/base.apk\n"
    }

    private func game() throws -> ScriptedPayloads {
        var payloads = ScriptedPayloads()
        try payloads.addApp("game.apk", sum: "b")
        return payloads
    }

    @Test("an app with the same content is not installed again, and one question has told it")
    func sameContent() async throws {
        let phone = try ScriptedPhone { $0.says(sum("b"), to: Self.sums) }
        let (need, outcome) = try await outcome("install: game.apk", on: ScriptedService(phone), try game())
        #expect(need == .nothing(because: "the same content is there"))
        #expect(outcome == nil)
        #expect(phone.requests == ["run \(Self.sums)"])
    }

    @Test("an app with other content, or none, is installed by one call")
    func otherContent() async throws {
        for (answer, reason) in [
            (sum("c"), "other content is there: to install 1.0 KB"),
            ("", "com.studio.game is not there: to install 1.0 KB"),
            // What `xargs` without input makes of it: the hash of nothing.
            (
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  -\n",
                "com.studio.game is not there: to install 1.0 KB"
            ),
        ] {
            let phone = try ScriptedPhone { $0.says(answer, to: Self.sums) }
            let (need, outcome) = try await outcome("install: game.apk", on: ScriptedService(phone), try game())
            #expect(need == .work(because: reason))
            #expect(outcome?.result == .changed)
            #expect(phone.requests == ["run \(Self.sums)", "install base.apk"])
        }
    }

    @Test("an answer that the service has cut proves nothing, and the app is installed")
    func cutAnswer() async throws {
        let cut = CommandResult(
            exit: 0, exitSource: .service, output: Array(sum("b").dropLast(9).utf8), error: [], isTruncated: true)
        let phone = try ScriptedPhone { $0.answers[Self.sums] = [cut] }
        let app = try #require(try game().apps["game.apk"])
        let second = AppPayload.Part(
            name: "split.apk", bytes: app.parts[0].bytes, sha256: String(repeating: "d", count: 64))
        var payloads = ScriptedPayloads()
        payloads.apps["game.apk"] = AppPayload(
            package: app.package, versionCode: 2, versionName: "2.0", signer: "key-a", minSDK: 26, isTestOnly: false,
            parts: app.parts + [second], source: "game.apk")
        let (need, outcome) = try await outcome("install: game.apk", on: ScriptedService(phone), payloads)
        #expect(need == .unknown(because: "the service tells of 1 of 2 files: to install 2.0 KB"))
        #expect(outcome?.result == .changed)
    }

    @Test("an app that is to lose its data is uninstalled first, also when there is none")
    func withoutData() async throws {
        let phone = try ScriptedPhone {
            $0.says("", to: Self.sums)
            $0.says("", to: "pm path com.studio.game")
            $0.uninstallReplies = [.refused(code: nil, text: "Failure [not installed]")]
        }
        let (_, outcome) = try await outcome(
            "install: { app: game.apk, keep-data: false }", on: ScriptedService(phone), try game())
        #expect(outcome?.result == .changed)
        #expect(
            phone.requests == [
                "run \(Self.sums)", "uninstall com.studio.game", "run pm path com.studio.game", "install base.apk",
            ])
    }

    @Test("an app is uninstalled without a question before; that it was not there is fine")
    func uninstall() async throws {
        let there = try ScriptedPhone()
        let (need, outcome) = try await outcome("uninstall: com.studio.game", on: ScriptedService(there))
        #expect(need == .unknown(because: "to ask whether com.studio.game is there takes as long as to uninstall it"))
        #expect(outcome?.result == .changed)
        #expect(there.requests == ["uninstall com.studio.game"])
        let absent = try ScriptedPhone {
            $0.uninstallReplies = [.refused(code: nil, text: "Failure [DELETE_FAILED_INTERNAL_ERROR]")]
            $0.says("", to: "pm path com.studio.game", exit: 1)
        }
        let second = try await self.outcome("uninstall: com.studio.game", on: ScriptedService(absent))
        #expect(second.outcome?.result == .ok)
        #expect(second.outcome?.outputs.reason == "com.studio.game is not there")
    }

    @Test("an app that stays although it was to go is a failure")
    func uninstallRefused() async throws {
        let phone = try ScriptedPhone {
            $0.uninstallReplies = [.refused(code: nil, text: "Failure [DELETE_FAILED_DEVICE_POLICY_MANAGER]")]
            $0.says("package:/data/app/x/base.apk", to: "pm path com.studio.game")
        }
        let (_, outcome) = try await outcome("uninstall: com.studio.game", on: ScriptedService(phone))
        #expect(outcome?.failure?.reason == "Failure [DELETE_FAILED_DEVICE_POLICY_MANAGER]")
    }

    @Test("what a service keeps of a phone is asked for in its words, and a name that is right is left alone")
    func keeping() async throws {
        let service = ScriptedService(try ScriptedPhone())
        let export = try await outcome(
            "export: { from: [/sdcard/a, /data/b], exclude: [/sdcard/a/c], to: saves/n }", on: service)
        #expect(export.outcome?.outputs.values["object"] == .text("obs://bucket/saves/n/px-1.tar"))
        #expect(try await outcome("import: saves/n", on: service).outcome?.result == .changed)
        let first = try await outcome("rename: game-1", on: service)
        #expect(first.need == .work(because: "it is called px-1"))
        #expect(first.outcome?.outputs.values["before"] == .text("px-1"))
        #expect(
            try await outcome("rename: game-1", on: service).need == .nothing(because: "it is called game-1 already"))
        let set = "set-properties: { properties: { com.cph.mainkeys: 0 }, own: { stage: canary } }"
        #expect(try await outcome(set, on: service).outcome?.result == .changed)
        #expect(
            service.requests == [
                "export /sdcard/a, /data/b without 1 as saves/n", "restore saves/n", "rename game-1",
                "set com.cph.mainkeys=0 stage=canary",
            ])
    }

    @Test("files travel as one delivery with their final places, unless all are there")
    func push() async throws {
        var payloads = ScriptedPayloads()
        let entries = ["a.txt", "b/c.txt"].map {
            FilesPayload.Entry(path: $0, content: .bytes(SharedBytes([1, 2])), mode: 0o644, modified: 7)
        }
        payloads.files["assets"] = FilesPayload(isFolder: true, entries: entries, source: "assets")
        let service = ScriptedService(try ScriptedPhone())
        let (need, outcome) = try await outcome("push: { from: assets, to: /sdcard/x/ }", on: service, payloads)
        #expect(need == .work(because: "2 files to push, 4 B"))
        #expect(outcome?.result == .changed)
        #expect(outcome?.bytes == 4)
        #expect(service.requests == ["has 2", "deliver 2: /sdcard/x/a.txt, /sdcard/x/b/c.txt"])
        let full = ScriptedService(try ScriptedPhone(), has: true)
        let second = try await self.outcome("push: { from: assets, to: /sdcard/x/ }", on: full, payloads)
        #expect(second.need == .nothing(because: "all 2 files are there"))
        let deleting = try await self.outcome(
            "push: { from: assets, to: /sdcard/Android/data/com.x/files/y/, delete: true }", on: service, payloads)
        #expect(deleting.outcome?.failure?.code == "unsupported")
    }

    @Test("a phone that is as it should be is left alone, and one that is frozen says what to do")
    func power() async throws {
        for (step, state, reason) in [
            ("power: on", BatchedPhoneState.running, "it is running already"),
            ("power: off", .stopped, "it is shut down already"),
        ] {
            let service = ScriptedService(try ScriptedPhone(), states: [state])
            let (need, _) = try await outcome(step, on: service)
            #expect(need == .nothing(because: reason))
            #expect(service.requests == ["state"])
        }
        let frozen = try await outcome("power: restart", on: ScriptedService(try ScriptedPhone(), states: [.frozen]))
        #expect(frozen.outcome?.failure?.code == "frozen")
        #expect(frozen.outcome?.failure?.advice == "renew it in the console of the cloud")
    }

    @Test("after a restart the shared apps are installed again")
    func sharedApps() async throws {
        let phone = try ScriptedPhone { $0.says("", to: "appctrl install com.studio.game") }
        let service = ScriptedService(phone)
        let (_, outcome) = try await outcome("power: { to: restart, apps: [com.studio.game] }", on: service)
        #expect(outcome?.result == .changed)
        #expect(outcome?.outputs.values["before"] == .text("running"))
        #expect(service.requests == ["state", "power restart", "run appctrl install com.studio.game"])
        let second = ScriptedService(try ScriptedPhone())
        let failed = try await self.outcome("power: { to: reset, apps: [com.studio.game] }", on: second)
        #expect(failed.outcome?.failure?.code == "shared-app")
    }

    @Test("a cloud phone is not rebooted from inside")
    func reboot() async throws {
        let (_, outcome) = try await outcome("reboot:", on: ScriptedService(try ScriptedPhone()))
        #expect(outcome?.failure?.advice == "use `power: restart`, which its service does")
    }

    @Test("reset is of the class data-loss, and so is what is only known on the phone")
    func classes() throws {
        #expect(try StepText("power: restart").kind.stepClass == .disrupt)
        #expect(try StepText("power: reset").kind.stepClass == .dataLoss)
    }
}
