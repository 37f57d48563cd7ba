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

    @Test func `what KooPhone has no way to do is refused, starts and stops before anything runs`() async throws {
        let farm = try CloudFarm.withInstances(2)
        let opened = try await farm.openInstances(try await farm.start(), withServers: true)
        for word in ["on", "off"] {
            let mistakes = #expect(throws: CloudFarm.Mistakes.self) {
                try farm.plan("phones: all\nsteps:\n  - power: \(word)\n", opened.inventory)
            }
            let text = mistakes?.description ?? ""
            #expect(text.contains("cloud.yml:3:"), "\(text)")
            #expect(text.contains("koo/kp-") && !text.contains("farm-1/"), "\(text)")
            #expect(text.contains("console of KooPhone"), "\(text)")
            _ = try farm.plan("phones: farm-1\nsteps:\n  - power: \(word)\n", opened.inventory)
        }
        let tap = try farm.folder.write("#!/system/bin/sh\n", to: "tap.sh")
        let mistakes = #expect(throws: CloudFarm.Mistakes.self) {
            try farm.plan("phones: all\nsteps:\n  - media: \(tap)\n", opened.inventory)
        }
        #expect(mistakes?.description.contains("brings no files to phones") == true)
        try farm.folder.folder("files")
        _ = try farm.folder.write("one", to: "files/a.txt")
        for (step, code) in [
            ("push: { from: \(farm.folder.path)/files, to: /sdcard/game/ }", "unsupported"),
            ("shell: echo $HOME", "content"), ("pull: { from: /sdcard/a.txt, to: out/ }", "unsupported"),
            ("install: { app: \(Self.game), grant: all }", "unsupported"),
        ] {
            let record = try await farm.run("phones: koo\nsteps:\n  - \(step)\n", opened).record
            #expect(record.failures.map(\.code) == [code, code], "\(step): \(record.failures)")
        }
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

    @Test func `phones of servers, of KooPhone and of one's own end alike in one run`() async throws {
        let farm = try CloudFarm.withInstances(3)
        let place = try await farm.start()
        var diagnostics = Diagnostics()
        let source = SourceFile(name: "farm.yml", text: farm.cloud.farm.farmFileText)
        let own = try #require(FarmFile.read(source, &diagnostics)).phones
        let opened = try await farm.openInstances(place, withServers: true, phones: own)
        #expect(opened.inventory.phones.count == 3 + 2 + own.count && own.count == 2)
        // The phones of one's own are those of the server, dialled straight: they come in a second play.
        let steps = { (value: Int) in
            """
            steps:
              - uninstall: com.studio.game
              - install: \(Self.game)
              - shell: pm path com.studio.game
                changes: false
                expect: { output: "package:" }
              - shell: ls /nowhere
                continue-on-error: true
              - property: { name: debug.studio.trace, value: \(value) }
              - force-stop: com.studio.game
              - uninstall: com.studio.game
              - uninstall: com.studio.game

            """
        }
        let names = own.map(\.name).joined(separator: ", ")
        let first = try await farm.run("phones: koo, farm-1\n\(steps(7))", opened).record
        let second = try await farm.run("phones: \(names)\n\(steps(8))", opened).record
        let phones = first.phones + second.phones
        #expect(phones.count == 7)
        for phone in phones {
            for (step, same) in zip(phone.steps, phones[0].steps) {
                #expect(
                    step.verdict == same.verdict,
                    "\(phone.target.name), \(step.path): \(step.verdict as Any), \(same.verdict as Any)")
            }
            #expect(phone.steps.count == phones[0].steps.count)
        }
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
