import CloudLinks
import DroverTesting
import Farm
import Foundation
import Journal
import PlaybookLanguage
import Simulator
import SourceText
import Synchronization
import Testing

/// Playbooks on phones of KooPhone, judged by what the simulated service and its phones wrote down.
@Suite(.timeLimit(.minutes(3))) struct KooPhonePlaybookTests {
    private static let game = RepositoryFile.path("fixtures/apps/game-1.apk")

    @Test func `an account shows its phones, all or those of a pool`() async throws {
        let farm = try CloudFarm.withInstances(5) { $0.koophonesPerPool = 3 }
        let place = try await farm.start()
        let opened = try await farm.openInstances(place)
        #expect(opened.discovered.complaints.isEmpty)
        #expect(opened.inventory.phones.map(\.name) == (1...5).map { "koo/kp-000\($0)" })
        let first = try #require(opened.inventory.phones.first)
        #expect(first.properties["koophone.status"] == "ready" && first.properties["koophone.id"]?.count == 8)
        #expect(first.cloud?.isShown == true && first.cloud?.isAlone == true)
        let pools = try await farm.openInstances(place, pools: ["pool-1", "pool-2", "pool-9"])
        #expect(pools.inventory.phones.map(\.server) == ["pool-1", "pool-1", "pool-1", "pool-2", "pool-2"])
        #expect(pools.discovered.complaints.map(\.name) == ["pool-9"])
        let known = Phone(
            name: "star", waysIn: [.cloud(CloudPlace(account: "single", server: "koo", phone: "kp-0002"))],
            server: "koo", serial: "kp-0002")
        let named = try await farm.openInstances(place, phones: [known]).inventory
        #expect(named.phones.count == 5 && named.phone("star")?.cloud?.isShown == true)
        await farm.stop()
    }

    @Test func `a build comes by one link and one call, runs, and goes by pm uninstall`() async throws {
        let farm = try CloudFarm.withInstances(12)
        let opened = try await farm.openInstances(try await farm.start())
        let record = try await farm.run(
            """
            phones: all
            steps:
              - install: \(Self.game)
              - shell: pm path com.studio.game
                expect: { output: "package:" }
              - shell: ls /nowhere
                continue-on-error: true
              - property: { name: debug.studio.trace, value: 7 }
              - force-stop: com.studio.game
              - uninstall: com.studio.game
              - uninstall: com.studio.game

            """, opened
        ).record
        #expect(record.phones.count == 12)
        for phone in record.phones {
            #expect(
                phone.steps.map { $0.end?.verdict } == [
                    .changed, .changed, .failed, .changed, .ok, .changed, .ok,
                ],
                "\(phone.steps.map { "\($0.end?.failure?.reason ?? "") \($0.end?.failure?.code ?? "")" })")
        }
        #expect(farm.cloud.record.count("InstallApp") == 1)
        #expect(farm.cloud.record.phones.values.allSatisfy { $0.installs == 1 })
        #expect(farm.cloud.record.unknown == 0)
        #expect(await farm.store.keys(in: CloudFarm.bucket).count == 1)
        await farm.stop()
    }

    @Test func `phones restart and are set back, a hundred with a call`() async throws {
        let farm = try CloudFarm.withInstances(120) { $0.opensADB = false }
        let opened = try await farm.openInstances(try await farm.start())
        for step in ["restart", "reset"] {
            let record = try await farm.run("phones: all\nsteps:\n  - power: \(step)\n", opened).record
            #expect(record.counts[.changed] == 120, "\(step): \(record.failures)")
        }
        #expect(farm.cloud.record.count("BatchRebootInstance") == 2)
        #expect(farm.cloud.record.count("BatchResetInstance") == 2)
        #expect(farm.cloud.record.phones.values.allSatisfy { $0.restarts == 1 && $0.resets == 1 })
        await farm.stop()
    }

    @Test func `what KooPhone has no way to do is refused before anything runs, and by when during it`() async throws {
        let farm = try CloudFarm.withInstances(2)
        let opened = try await farm.openInstances(try await farm.start(), withServers: true)
        try farm.folder.folder("files")
        _ = try farm.folder.write("one", to: "files/a.txt")
        let tap = try farm.folder.write("#!/system/bin/sh\n", to: "tap.sh")
        let never = [
            "power: on", "power: off", "push: { from: \(farm.folder.path)/files, to: /sdcard/game/ }",
            "pull: { from: /sdcard/a.txt, to: out/ }", "export: { from: /sdcard, to: saves }", "import: saves",
            "rename: star", "set-properties: { own: { a: b } }", "route-traffic: direct", "expand-disk: 64GiB",
            "connection-info: { client: ANDROID }", "media: \(tap)",
        ]
        for step in never {
            let mistakes = #expect(throws: CloudFarm.Mistakes.self) {
                try farm.plan("phones: all\nsteps:\n  - \(step)\n", opened.inventory)
            }
            let text = mistakes?.description ?? ""
            #expect(text.contains("cloud.yml:3:5: error: `"), "\(text)")
            #expect(text.contains("cannot be done to koo/kp-[0001-0002]: the service of KooPhone"), "\(text)")
            #expect(text.contains("= help: ") && !text.contains("farm-1/"), "\(text)")
            _ = try farm.plan("phones: farm-1\nsteps:\n  - \(step)\n", opened.inventory)
            let asked = farm.cloud.record.calls.count { !["BatchShowInstance", "CreateToken"].contains($0.operation) }
            // A phone that runs is left alone.
            guard step != "power: on" else { continue }
            let record = try await farm.run(
                "phones: koo\nsteps:\n  - \(step)\n    when: phone.name != 'nobody'\n", opened
            ).record
            #expect(record.failures.map(\.code) == ["unsupported", "unsupported"], "\(step): \(record.failures)")
            let since = farm.cloud.record.calls.count { !["BatchShowInstance", "CreateToken"].contains($0.operation) }
            #expect(since == asked, "\(step)")
        }
        for (step, code) in [
            ("shell: echo $HOME", "content"), ("install: { app: \(Self.game), grant: all }", "unsupported"),
        ] {
            let record = try await farm.run("phones: koo\nsteps:\n  - \(step)\n", opened).record
            #expect(record.failures.map(\.code) == [code, code], "\(step): \(record.failures)")
        }
        await farm.stop()
    }

    @Test func `a play for servers means no phones of KooPhone`() async throws {
        let farm = try CloudFarm.withInstances(1)
        let opened = try await farm.openInstances(try await farm.start(), withServers: true)
        let mistakes = #expect(throws: CloudFarm.Mistakes.self) {
            try farm.plan("servers: all\nsteps:\n  - restart-server:\n", opened.inventory)
        }
        #expect(mistakes?.description.contains("cloud.yml:1:10: error: koo stands for phones of KooPhone") == true)
        let record = try await farm.run("servers: all and not koo\nsteps:\n  - events: list\n", opened).record
        #expect(record.counts[.ok] == 1, "\(record.failures)")
        await farm.stop()
    }

    @Test func `phones that fail, are away or are frozen say so, and spoil nobody`() async throws {
        let farm = try CloudFarm.withInstances(4)
        let opened = try await farm.openInstances(try await farm.start())
        let ids = await farm.cloud.instanceIDs
        await farm.cloud.setFault(.frozen, ofPhone: ids[0])
        await farm.cloud.setState(6, ofInstance: ids[1])
        await farm.cloud.setFault(.fails(code: "KOOPHONE.API.9999"), ofPhone: ids[2])
        let record = try await farm.run("phones: all\nsteps:\n  - install: \(Self.game)\n", opened).record
        #expect(record.counts[.changed] == 1, "\(record.failures)")
        #expect(
            record.failures.map(\.code) == ["KOOPHONE.API.1001", "KOOPHONE.API.1000", "KOOPHONE.API.9999"],
            "\(record.failures)")
        await farm.stop()
    }

    @Test func `the nightly playbook updates the build and restarts in waves`() async throws {
        let farm = try CloudFarm.withInstances(20)
        let opened = try await farm.openInstances(try await farm.start())
        let text = try String(contentsOfFile: RepositoryFile.path("playbooks/koophone-nightly.yml"), encoding: .utf8)
        let record = try await farm.run(text, opened, inputs: ["build": Self.game]).record
        #expect(record.phones.allSatisfy { $0.end?.verdict == .changed }, "\(record.failures)")
        #expect(farm.cloud.record.phones.values.allSatisfy { $0.installs == 1 && $0.restarts == 1 })
        #expect(farm.cloud.record.count("BatchRebootInstance") == 3)
        await farm.stop()
    }

    /// Steps, each with the verdicts that it is to have on phones of a server, of KooPhone and of one's own.
    private static func mixed(_ folder: String) -> [(step: String, verdicts: [Verdict])] {
        [
            ("uninstall: com.studio.game", [.ok, .ok, .ok]), ("install: \(game)", [.changed, .changed, .changed]),
            ("shell: pm path com.studio.game\n    changes: false", [.ok, .ok, .ok]),
            (
                "push: { from: \(folder)/files, to: /sdcard/mixed/ }\n    when: phone.kind != 'koophone'",
                [.changed, .skipped, .changed]
            ),
            // Its condition shows nothing before the run, so each phone tells for itself.
            (
                "pull: { from: /sdcard/mixed/a.txt, to: out/ }\n    when: phone.name != 'nobody'\n"
                    + "    continue-on-error: true", [.ok, .failed, .ok]
            ),
            ("power: off\n    when: phone.kind == 'huawei-cph'", [.changed, .skipped, .skipped]),
            ("power: on\n    when: phone.kind == 'huawei-cph'", [.changed, .skipped, .skipped]),
            ("power: restart\n    when: phone.kind == 'koophone'", [.skipped, .changed, .skipped]),
            (
                "cloud: { call: BatchBackupInstances }\n    when: phone.kind == 'koophone'",
                [.skipped, .changed, .skipped]
            ),
            ("cloud: { call: ShowCloudPhoneDetail }\n    when: phone.kind == 'huawei-cph'", [.ok, .skipped, .skipped]),
            ("shell: ls /nowhere\n    continue-on-error: true", [.failed, .failed, .failed]),
            ("property: { name: debug.studio.trace, value: 7 }", [.changed, .changed, .changed]),
            ("force-stop: com.studio.game", [.ok, .ok, .ok]),
            ("uninstall: com.studio.game", [.changed, .changed, .changed]),
            ("uninstall: com.studio.game", [.ok, .ok, .ok]),
        ]
    }

    @Test func `phones of servers, of KooPhone and of one's own take part in one run`() async throws {
        let farm = try CloudFarm.withInstances(3)
        let own = SimulatedFarm(SimulationOptions(phones: 4), lanes: farm.lanes)
        try await own.start()
        var diagnostics = Diagnostics()
        let source = SourceFile(name: "farm.yml", text: own.farmFileText)
        let dialled = try #require(FarmFile.read(source, &diagnostics)).phones
        let opened = try await farm.openInstances(try await farm.start(), withServers: true, phones: dialled)
        try farm.folder.folder("files")
        _ = try farm.folder.write("one", to: "files/a.txt")
        let steps = Self.mixed(farm.folder.path)
        let record = try await farm.run(
            "phones: all\nsteps:\n" + steps.map { "  - \($0.step)\n" }.joined(), opened
        ).record
        #expect(record.phones.count == 2 + 3 + 4)
        for phone in record.phones {
            let name = phone.target.name
            let kind = name.hasPrefix("farm-1/") ? 0 : name.hasPrefix("koo/") ? 1 : 2
            #expect(
                phone.end?.verdict == .changed,
                "\(name): \(phone.end?.failure.map { "\($0.operation): \($0.reason)" } ?? "")")
            for (place, step) in steps.enumerated() {
                let end = phone.end(of: place)
                #expect(end?.verdict == step.verdicts[kind], "\(name): \(step.step): \(end as Any)")
            }
            #expect(phone.end(of: 4)?.failure?.code == (kind == 1 ? "unsupported" : nil))
        }
        await own.stop()
        await farm.stop()
    }

    @Test func `what an earlier process asked for is looked at, and not asked for again`() async throws {
        let farm = try CloudFarm.withInstances(1)
        let opened = try await farm.openInstances(try await farm.start())
        let phone = try #require(opened.inventory.phones.first)
        let link = try opened.accounts.phone(phone, at: try #require(phone.cloud), on: farm.lanes[0])
        let written = Mutex<[ServiceJob]>([])
        let first = BatchedAttempt(note: { job in written.withLock { $0.append(job) } })
        let said = try await link.during(first).run("echo hello", input: [], outputLimit: 1024)
        let afterLine = written.withLock { $0 }
        // Before the call, that it is made; after its answer, task and job.
        #expect(afterLine.map { $0.job != nil } == [false, true])
        let again = try await link.during(BatchedAttempt(pending: [afterLine[1]]))
            .run("echo hello", input: [], outputLimit: 1024)
        #expect(String(decoding: again.output, as: UTF8.self) == "hello\n" && again.output == said.output)
        #expect(farm.cloud.record.count("AsyncInvokeInstance") == 1)
        try await link.during(first).change(.restart)
        let taken = written.withLock { $0[3] }
        #expect(taken.request != nil && taken.job == nil)
        try await link.during(BatchedAttempt(pending: [taken])).change(.restart)
        #expect(farm.cloud.record.count("BatchRebootInstance") == 1)
        // Of a call whose answer nobody has seen nothing is known, and it is not repeated.
        let lost = BatchedAttempt(pending: [afterLine[0]])
        let error = await #expect(throws: ServiceError.self) {
            _ = try await link.during(lost).run("echo hello", input: [], outputLimit: 1024)
        }
        #expect(error?.outcome == .unknown)
        #expect(farm.cloud.record.count("AsyncInvokeInstance") == 1)
        await farm.stop()
    }
}
