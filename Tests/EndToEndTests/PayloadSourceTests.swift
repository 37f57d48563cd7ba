import DroverTesting
import Foundation
import Simulator
import Testing

/// Payloads that are made before they are delivered: packed, taken out of an archive, fetched.
@Suite("Where payloads come from", .timeLimit(.minutes(5)))
struct PayloadSourceTests {
    private func prepare(_ practice: PracticeFarm) throws {
        for number in 1...40 { try practice.write("level \(number)", to: "assets/levels/\(number).dat") }
        try practice.write("a draft", to: "assets/drafts/41.dat")
    }

    @Test func `a packed payload is one archive that all phones get, and is packed once`() async throws {
        try await PracticeFarm.with(SimulationOptions(phones: 3)) { practice in
            try prepare(practice)
            try practice.write(
                """
                payloads:
                  tools: { from: assets/, exclude: drafts/, pack: tar.zst, owner: shell }
                phones: all
                steps:
                  - push: { payload: tools, to: /data/local/tmp/tools.tar.zst }
                  - shell: test "$(sha256sum </data/local/tmp/tools.tar.zst | cut -c1-64)" = ${{ payloads.tools.sha256 }}

                """, to: "packed.yml")
            let first = try await practice.run("run", "packed.yml")
            #expect(first.exitCode == 0, "\(first.error)\(first.output)")
            let cache = try await practice.run("cache", "ls")
            #expect(
                cache.output.contains("1 content") || cache.output.split(separator: "\n").count > 1, "\(cache.output)")
            let second = try await practice.run("run", "packed.yml")
            #expect(second.exitCode == 0, "\(second.error)\(second.output)")
            #expect(practice.farm.record.total(\.receivedFiles) == 3)

            // Other content of the same size and time is another archive.
            try practice.write("LEVEL 1", to: "assets/levels/1.dat")
            let third = try await practice.run("run", "packed.yml")
            #expect(third.exitCode == 0, "\(third.error)\(third.output)")
            #expect(practice.farm.record.total(\.receivedFiles) == 6)
        }
    }

    @Test(arguments: ["levels.zip", "levels.tar.zst"])
    func `the files inside an archive are delivered as files`(name: String) async throws {
        try await PracticeFarm.with(SimulationOptions(phones: 2)) { practice in
            try prepare(practice)
            let packed = try await practice.run("pack", "assets", "-o", name)
            #expect(packed.exitCode == 0, "\(packed.error)")
            try practice.write(
                """
                payloads:
                  levels: { from: \(name), unpack: true, include: levels/ }
                phones: all
                steps:
                  - push: { payload: levels, to: /sdcard/game/ }
                  - shell: test "$(cat /sdcard/game/levels/7.dat)" = "level 7" && test ! -e /sdcard/game/drafts

                """, to: "unpacked.yml")
            let first = try await practice.run("run", "unpacked.yml")
            #expect(first.exitCode == 0, "\(first.error)\(first.output)")
            #expect(practice.farm.record.total(\.receivedFiles) == 80)
            let second = try await practice.run("run", "unpacked.yml")
            #expect(second.exitCode == 0, "\(second.error)\(second.output)")
            #expect(practice.farm.record.total(\.receivedFiles) == 80)
        }
    }

    @Test func `what comes from an address is fetched once, and checked`() async throws {
        let sum = "ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73"
        try await ScriptedHTTPServer.serving {
            $1.answer(200, "content")
        } _: { server in
            try await PracticeFarm.with(SimulationOptions(phones: 2)) { practice in
                func playbook(_ sum: String) -> String {
                    """
                    payloads:
                      far: { from: "\(server.base)/far.pak?signature=geheim", sha256: "\(sum)" }
                    phones: all
                    steps:
                      - push: { payload: far, to: /sdcard/far.pak }
                      - shell: test "$(cat /sdcard/far.pak)" = content

                    """
                }
                try practice.write(playbook(sum), to: "far.yml")
                for _ in 0..<2 {
                    let result = try await practice.run("run", "far.yml")
                    #expect(result.exitCode == 0, "\(result.error)\(result.output)")
                    #expect(!(result.error + result.output).contains("geheim"))
                }
                #expect(await server.requests().count == 1)
                #expect(practice.farm.record.total(\.receivedFiles) == 2)

                try practice.write(playbook(String(repeating: "0", count: 64)), to: "other.yml")
                let refused = try await practice.run("run", "other.yml")
                #expect(refused.exitCode == 5)
                #expect(refused.error.contains("its sha256 is \(sum)"), "\(refused.error)")
                #expect(!refused.error.contains("geheim"))
            }
        }
    }
}
