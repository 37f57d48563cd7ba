import CloudLinks
import DroverTesting
import Farm
import Journal
import Simulator
import Testing

/// Files, pictures and logs that come from phones which nobody speaks with, and what their service knows of them.
@Suite(.timeLimit(.minutes(3))) struct CloudPullTests {
    /// Puts something worth having on every phone.
    private static let making = """
          - shell: mkdir -p /sdcard/game/saves/deep && echo same >/sdcard/game/common.txt
          - shell: echo "$(getprop ro.serialno) here" >/sdcard/game/saves/own.txt; echo x >/sdcard/game/saves/deep/a.log
          - shell: ln -s own.txt /sdcard/game/saves/link; echo 'two words' >'/sdcard/game/saves/b c.log'

        """

    private func text(_ steps: String) -> String { "phones: all\nsteps:\n\(Self.making)\(steps)" }

    private func words(_ record: RunRecord) -> [String] {
        record.failures.map { "\($0.code): \($0.operation): \($0.reason)\($0.advice.map { "; \($0)" } ?? "")" }
    }

    @Test("folders, files and patterns come by one export of all phones, and stay in the bucket for nobody")
    func pull() async throws {
        let farm = try CloudFarm(servers: 2, phonesPerServer: 3)
        let opened = try await farm.open(try await farm.start())
        let steps = """
              - pull: /sdcard/game/
              - pull: { from: /storage/emulated/0/game/saves/own.txt, to: mine.txt }
              - pull: { from: ["/sdcard/game/saves/*.log", /data/local/tmp/none*], to: logs }
                continue-on-error: true
              - pull: { from: /sdcard/game/saves/, pack: tar.zst }

            """
        let (record, folder) = try await farm.run(text(steps), opened)
        #expect(record.counts[.changed] == 6, "\(words(record))")
        for phone in record.phones {
            let place = "\(folder.pulledPath)/\(phone.target.name)"
            #expect(RepositoryFile.text(at: "\(place)/game/common.txt") == "same\n")
            let own = RepositoryFile.text(at: "\(place)/game/saves/own.txt")
            #expect(own?.hasSuffix(" here\n") == true)
            #expect(RepositoryFile.text(at: "\(place)/mine.txt") == own)
            #expect(RepositoryFile.text(at: "\(place)/game/saves/b c.log") == "two words\n")
            #expect(RepositoryFile.text(at: "\(place)/game/saves/deep/a.log") == "x\n")
            #expect(RepositoryFile.bytes(at: "\(place)/saves.tar.zst")?.isEmpty == false)
        }
        // Equal files of all phones are one.
        #expect(record.phones.contains { $0.end(of: 3)?.outputs.values["kept_once"] == .integer(3) })
        // One for each step, whatever the number of phones; on a machine that is busy some come too late for theirs.
        #expect((4...8).contains(farm.cloud.record.count("BatchExportCloudPhoneData")))
        // A pattern of which nothing is there fails, as everywhere.
        #expect(words(record).isEmpty)
        #expect(record.phones.allSatisfy { $0.end(of: 5)?.failure?.code == "no-such-file" })
        #expect(await farm.store.keys(in: CloudFarm.bucket).filter { $0.contains("exports/") }.isEmpty)
        await farm.stop()
    }

    @Test("what is not there, and what the service does not give, is told in one line")
    func refusals() async throws {
        let farm = try CloudFarm(servers: 1, phonesPerServer: 2)
        let opened = try await farm.open(try await farm.start())
        var lines: [String] = []
        for path in ["/sdcard/none", "/system/build.prop", "'/sdcard/two words'", "/data/misc/wifi"] {
            let record = try await farm.run("phones: all\nsteps:\n  - pull: \(path)\n", opened).record
            lines += Set(words(record)).sorted()
        }
        let log = "phones: all\nsteps:\n  - shell: true\n  - wait: { log: ready }\n"
        let waits = words(try await farm.run(log, opened).record).map { $0.replacing(/-T [0-9.]+/, with: "-T TIME") }
        lines += Set(waits).sorted()
        expectGolden(lines.joined(separator: "\n") + "\n", "golden/cloud/pull-refusals.txt")
        await farm.stop()
    }

    @Test("pictures and logs are written to files on the phone and come from there")
    func pictures() async throws {
        let farm = try CloudFarm(servers: 1, phonesPerServer: 3)
        let opened = try await farm.open(try await farm.start())
        let text = """
            phones: all
            steps:
              - screenshot: menu
              - shell: log -t Game ready
              - logcat: { to: session, since: boot }
              - shell: "false"
            on-failure:
              - collect: [screenshot, logcat, tombstones]

            """
        let (record, folder) = try await farm.run(text, opened)
        #expect(record.counts[.failed] == 3, "\(words(record))")
        for phone in record.phones {
            #expect(phone.end(of: 0)?.verdict == .ok, "\(phone.end(of: 0)?.failure?.reason ?? "")")
            #expect(phone.end(of: 2)?.verdict == .ok, "\(phone.end(of: 2)?.failure?.reason ?? "")")
            let place = "\(folder.pulledPath)/\(phone.target.name)"
            let picture = RepositoryFile.bytes(at: "\(place)/screenshots/menu.png")
            #expect(picture?.starts(with: [0x89, 0x50, 0x4E, 0x47]) == true)
            #expect(RepositoryFile.text(at: "\(place)/logs/session.log")?.isEmpty == false)
        }
        await farm.stop()
    }

    @Test("what was exported stays in the bucket, and comes back to each phone")
    func exportAndImport() async throws {
        let farm = try CloudFarm(servers: 2, phonesPerServer: 2)
        let opened = try await farm.open(try await farm.start())
        let first = try await farm.run(
            text("  - export: { from: /sdcard/game, exclude: [/sdcard/game/saves/deep], to: saves/nightly }\n"), opened)
        #expect(first.record.counts[.changed] == 4, "\(words(first.record))")
        #expect(await farm.store.keys(in: CloudFarm.bucket).filter { $0.hasPrefix("saves/nightly/") }.count == 4)
        let back = """
            phones: all
            steps:
              - shell: rm -r /sdcard/game
              - import: saves/nightly
              - shell: getprop ro.serialno
                id: serial
              - shell: cat /sdcard/game/saves/own.txt
                expect: { output: "${{ steps.serial.output }} here" }
              - shell: ls /sdcard/game/saves/deep
                expect: { exit: 1 }

            """
        let second = try await farm.run(back, opened).record
        #expect(second.counts[.changed] == 4, "\(words(second))")
        // One object for all.
        let id = await farm.cloud.phoneIDs[0]
        let third = try await farm.run("phones: all\nsteps:\n  - import: saves/nightly/\(id).tar\n", opened).record
        #expect(third.counts[.changed] == 4, "\(words(third))")
        let wrong = try await farm.run("phones: all\nsteps:\n  - import: saves/none\n", opened).record
        #expect(wrong.failures.allSatisfy { $0.code == "CPS.0172" }, "\(words(wrong))")
        await farm.stop()
    }

    @Test("names and properties are changed by the service, and names that are right are left alone")
    func facts() async throws {
        let farm = try CloudFarm(servers: 1, phonesPerServer: 3)
        let place = try await farm.start()
        let opened = try await farm.open(place)
        let rename = "phones: all\nsteps:\n  - rename: game-${{ phone.serial }}\n"
        let first = try await farm.run(rename, opened).record
        #expect(first.counts[.changed] == 3, "\(words(first))")
        let second = try await farm.run(rename, opened).record
        #expect(second.counts[.ok] == 3, "\(words(second))")
        let names = try await farm.open(place).inventory.phones.map(\.name)
        #expect(names.allSatisfy { $0.hasPrefix("farm-1/game-") }, "\(names)")
        let set = """
            phones: all
            steps:
              - set-properties: { properties: { com.cph.mainkeys: 0 }, own: { studio.stage: canary } }
              - power: restart
              - shell: getprop com.cph.mainkeys
                expect: { output: "0" }

            """
        let third = try await farm.run(set, opened).record
        #expect(third.counts[.changed] == 3, "\(words(third))")
        #expect(farm.cloud.record.count("UpdateCloudPhoneProperty") == 1)
        await farm.stop()
    }
}
