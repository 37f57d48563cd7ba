import DroverTesting
import Farm
import Journal
import PhoneLinks
import PlaybookLanguage
import Simulator
import SourceText
import Testing

/// The same playbook on the same kind of phones, spoken with over ADB and asked for over the cloud's service.
@Suite(.timeLimit(.minutes(3))) struct SameVerdictsTests {
    private static let game = RepositoryFile.path("fixtures/apps/game-1.apk")

    private func playbook(_ folder: ScratchFolder) throws -> String {
        try folder.folder("files")
        _ = try folder.write("one", to: "files/a.txt")
        _ = try folder.write(Array(repeating: 7, count: 100_000), to: "files/b.bin")
        return """
            phones: all
            steps:
              - uninstall: com.studio.game
              - install: \(Self.game)
              - install: \(Self.game)
              - push: { from: \(folder.path)/files, to: /sdcard/game/ }
              - push: { from: \(folder.path)/files, to: /sdcard/game/ }
              - shell: sha256sum /sdcard/game/b.bin
                changes: false
                expect: { output: "~^[0-9a-f]{64} " }
              - shell: test -e /nowhere || (echo none; exit 4)
                expect: { exit: 4, output: none }
              - shell: ls /nowhere
                continue-on-error: true
              - property: { name: debug.studio.trace, value: 7 }
              - property: { name: debug.studio.trace, value: 7 }
              - force-stop: com.studio.game
              - uninstall: com.studio.game
              - uninstall: com.studio.game

            """
    }

    @Test("every step ends alike over TCP and over the service, in a first run and in a second one")
    func overTCPAndREST() async throws {
        let overService = try CloudFarm(servers: 1, phonesPerServer: 4)
        let overADB = try CloudFarm(servers: 1, phonesPerServer: 4)
        let opened = try await overService.open(try await overService.start())
        let place = try await overADB.start()
        var plain = try await overADB.open(place)
        var diagnostics = Diagnostics()
        let source = SourceFile(name: "farm.yml", text: overADB.cloud.farm.farmFileText)
        plain = CloudFarm.Opened(
            accounts: plain.accounts, inventory: try #require(FarmFile.read(source, &diagnostics)),
            discovered: plain.discovered)
        let text = try playbook(overService.folder)
        for round in 1...2 {
            let rest = try await overService.run(text, opened).record
            let tcp = try await overADB.run(text, plain).record
            #expect(rest.phones.count == 4 && tcp.phones.count == 4)
            for (one, other) in zip(rest.phones, tcp.phones) {
                for (step, same) in zip(one.steps, other.steps) {
                    #expect(
                        step.verdict == same.verdict && step.end?.marks == same.end?.marks,
                        "round \(round), step \(step.path): \(step.end as Any) and \(same.end as Any)")
                }
                #expect(one.steps.count == other.steps.count)
            }
        }
        await overService.stop()
        await overADB.stop()
    }
}
