import CloudLinks
import DroverTesting
import Farm
import Journal
import Simulator
import Testing

/// Programs of a studio's own inside cloud phones that nobody is connected to.
@Suite("Programs inside cloud phones", .timeLimit(.minutes(3))) struct CloudMediaTests {
    private static let game = RepositoryFile.path("fixtures/apps/game-1.apk")
    private static let sampler = RepositoryFile.path("playbooks/programs/phone-sampler.sh")

    private static func playbook() throws -> String {
        try #require(RepositoryFile.text(at: RepositoryFile.path("playbooks/media-capture.yml")))
    }

    @Test("the shipped example records on 120 phones by few requests, and one program that dies fails its phone alone")
    func capture() async throws {
        let farm = try CloudFarm(servers: 4, phonesPerServer: 30) { $0.opensADB = false }
        let opened = try await farm.open(try await farm.start())
        let broken = opened.inventory.phones[5].name
        _ = try await farm.run("phones: all\nsteps:\n  - install: \(Self.game)\n", opened)
        _ = try await farm.run("phones: \(broken)\nsteps:\n  - shell: touch /data/local/tmp/broken\n", opened)
        let program = try farm.folder.write(
            """
            #!/system/bin/sh
            echo "# sound" >"$1"
            trap 'echo "# end" >>"$1"; echo ended; exit 0' TERM
            echo capturing
            sleep 0.3
            [ -e /data/local/tmp/broken ] && { echo no microphone >&2; exit 9; }
            while :; do sleep 0.1; done

            """, to: "tap.sh")
        let before = farm.cloud.record.calls.count
        let (record, folder) = try await farm.run(
            try Self.playbook(), opened, inputs: ["app": "com.studio.game", "program": program, "play": "1s"])
        #expect(record.counts[.changed] == 119, "\(record.counts) \(record.failures.prefix(3))")
        #expect(record.counts[.failed] == 1)
        #expect(record.failures.map(\.code) == ["exit 9"])
        #expect(record.failures.first?.reason.hasSuffix("with exit code 9: no microphone") == true)
        for phone in record.phones {
            let place = "\(folder.pulledPath)/\(phone.target.name)/media"
            let isBroken = phone.target.name == broken
            #expect(
                RepositoryFile.text(at: "\(place)/capture.log")
                    == (isBroken ? "capturing\nno microphone\n" : "capturing\nended\n"), "\(phone.target.name)")
            #expect(
                RepositoryFile.text(at: "\(place)/capture.txt") == (isBroken ? "# sound\n" : "# sound\n# end\n"),
                "\(phone.target.name)")
        }
        let writes = farm.cloud.record.calls[before...].filter { $0.operation != "ListJobs" }
        // Each phone for itself would take more than a thousand.
        #expect(writes.count < 100, "\(Dictionary(grouping: writes, by: \.operation).mapValues(\.count))")
        #expect(farm.cloud.record.throttled.isEmpty)
        // Nothing runs on, and nothing lies about but the program and its script.
        let left = try await farm.run(
            "phones: all\nsteps:\n  - shell: \"grep -ls 'tap[.]sh' /proc/*/cmdline; ls /data/local/tmp/.drover/media/state\"\n"
                + "    expect: { exit: 0, output-matches: '^$' }\n", opened
        ).record
        #expect(left.counts[.changed] == 120, "\(left.failures.prefix(3))")
        await farm.stop()
    }

    @Test("a program runs for the time that it is given, and what an earlier run has left is ended")
    func length() async throws {
        let farm = try CloudFarm(servers: 1, phonesPerServer: 3) { $0.opensADB = false }
        let opened = try await farm.open(try await farm.start())
        let step = """
            phones: all
            steps:
              - media: { program: \(Self.sampler), args: [/data/local/tmp/a.txt, "0.2"], for: 1s, keep: /data/local/tmp/a.txt }
                id: sampler
              - assert: steps.sampler.files == 1 and steps.sampler.exit == 0

            """
        // As a run that was killed leaves it.
        let left = "/data/local/tmp/.drover/media/state/earlier.0"
        let earlier = """
            phones: all
            steps:
              - shell: >-
                  mkdir -p \(left); sleep 600 </dev/null >/dev/null 2>&1 &
                  p=$!; echo "$p $(cut -d' ' -f22 /proc/$p/stat)" >\(left)/pid

            """
        #expect(try await farm.run(earlier, opened).record.counts[.changed] == 3)
        let running = "phones: all\nsteps:\n  - shell: grep -ls 'slee[p]' /proc/*/cmdline\n"
        #expect(try await farm.run(running, opened).record.counts[.changed] == 3)
        let record = try await farm.run(step, opened).record
        #expect(record.counts[.changed] == 3, "\(record.failures)")
        let look =
            "phones: all\nsteps:\n  - shell: test ! -e \(left) && test -z \"$(grep -ls 'slee[p]' /proc/*/cmdline)\"\n"
        let seen = try await farm.run(look, opened).record
        #expect(seen.counts[.changed] == 3, "\(seen.failures)")
        await farm.stop()
    }
}
