import CloudLinks
import DroverTesting
import Farm
import Journal
import Simulator
import Testing

/// Playbooks over a cloud's REST interface, judged by what the simulated service and its phones wrote down.
@Suite(.timeLimit(.minutes(3))) struct CloudPlaybookTests {
    private static let game = RepositoryFile.path("fixtures/apps/game-1.apk")

    @Test("a build is installed once per phone, staged once, and taken off again by one request")
    func installAndUninstall() async throws {
        let farm = try CloudFarm(servers: 3, phonesPerServer: 8)
        let place = try await farm.start()
        let opened = try await farm.open(place)
        #expect(opened.discovered.complaints.isEmpty)
        #expect(opened.inventory.phones.count == 24)
        let install = "phones: all\nsteps:\n  - install: \(Self.game)\n"
        let first = try await farm.run(install, opened).record
        #expect(first.counts[.changed] == 24, "\(first.failures)")
        #expect(farm.cloud.record.phones.values.allSatisfy { $0.installs == 1 })
        #expect(farm.cloud.record.count("InstallApk") == 1)
        #expect(await farm.store.keys(in: CloudFarm.bucket).count == 1)
        // The same again finds nothing to do.
        let second = try await farm.run(install, opened).record
        #expect(second.counts[.ok] == 24, "\(second.failures)")
        #expect(farm.cloud.record.count("InstallApk") == 1)
        let third = try await farm.run("phones: all\nsteps:\n  - uninstall: com.studio.game\n", opened).record
        #expect(third.counts[.changed] == 24, "\(third.failures)")
        #expect(farm.cloud.record.count("UninstallApk") == 1)
        #expect(farm.cloud.record.throttled.isEmpty)
        let fourth = try await farm.run("phones: all\nsteps:\n  - uninstall: com.studio.game\n", opened).record
        #expect(fourth.counts[.ok] == 24, "\(fourth.failures)")
        await farm.stop()
    }

    @Test("files, lines, rich lines and properties reach phones without ADB")
    func everySort() async throws {
        let farm = try CloudFarm(servers: 2, phonesPerServer: 3)
        let opened = try await farm.open(try await farm.start())
        try farm.folder.folder("files/sub")
        _ = try farm.folder.write("one", to: "files/a.txt")
        _ = try farm.folder.write("two words", to: "files/sub/b c.txt")
        let text = """
            phones: all
            steps:
              - push: { from: \(farm.folder.path)/files, to: /sdcard/game/ }
                id: files
              - shell: cat /sdcard/game/a.txt
                id: plain
                expect: { output: one }
              - shell: cat '/sdcard/game/sub/b c.txt'; exit 3
                id: rich
                expect: { exit: 3, output: two words }
              - property: { name: debug.studio.trace, value: 7 }
              - shell: { command: "wc -c", input: "abc" }
                expect: { output: "3" }

            """
        let first = try await farm.run(text, opened).record
        #expect(first.counts[.changed] == 6, "\(first.failures)")
        let second = try await farm.run(text, opened).record
        #expect(second.counts[.changed] == 6, "\(second.failures)")
        #expect(second.phones.allSatisfy { $0.end(of: 0)?.verdict == .ok })
        await farm.stop()
    }

    @Test("phones are shut down, started, restarted and reset, and one that is frozen says so")
    func power() async throws {
        let farm = try CloudFarm(servers: 1, phonesPerServer: 4)
        let opened = try await farm.open(try await farm.start())
        await farm.cloud.setFault(.frozen, ofPhone: await farm.cloud.phoneIDs[3])
        for (step, changed) in [("off", 3), ("off", 0), ("on", 3), ("restart", 3), ("reset", 3)] {
            let record = try await farm.run("phones: all\nsteps:\n  - power: \(step)\n", opened).record
            #expect(record.counts[.changed] == changed, "\(step): \(record.failures)")
            #expect(record.counts[.failed] == 1, "\(step): \(record.failures)")
            #expect(record.failures.map(\.code) == ["frozen"])
        }
        let work = farm.cloud.record.phones.values.filter { $0.stops == 1 && $0.restarts == 2 && $0.resets == 1 }
        #expect(work.count == 3)
        await farm.stop()
    }
}

extension RunRecord {
    /// Why phones failed.
    var failures: [StepFailure] { phones.compactMap { $0.end?.failure } }
}

extension Journal.PhoneRecord {
    /// The end of a step by its position.
    func end(of step: Int) -> StepEnd? { steps.first { $0.path == StepPath(step: step) }?.end }
}
