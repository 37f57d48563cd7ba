import CloudSteps
import DroverTesting
import Farm
import Foundation
import PlaybookLanguage
import Planning
import SourceText
import Steps
import Testing

/// What `drover check` says of a playbook beside a farm file, without asking anybody.
struct FarmCheckTests {
    /// Phones of one's own, servers of a cloud, and phones of KooPhone, of which one has a name.
    private static let farm = """
        secrets: { pass: env PASS }
        accounts:
          main: { kind: huawei-cph, region: cn-north-4, auth: { ak: "${{ env.AK }}", sk: "${{ env.SK }}" } }
          single:
            kind: koophone
            region: cn-north-4
            auth: { account: studio, user: robot, password: "${{ secret.pass }}" }
            endpoints: { koophone: https://koophone.example.com }
        servers:
          farm-a: { account: main }
          koo: { account: single }
          night: { account: single, pool: night }
        phones:
          px: { adb: "tcp:10.0.0.1:5555", labels: [own] }
          star: { server: koo, serial: kp-0007, labels: [gold] }
        groups:
          all-koo: koo, night
          early: koo/kp-000?

        """

    private static let inventory = Result {
        var diagnostics = Diagnostics()
        let contents = FarmFile.contents(of: SourceFile(name: "farm.yml", text: farm), &diagnostics)
        return try #require(contents.inventory, "\(diagnostics)")
    }

    private func said(_ text: String) throws -> String {
        var diagnostics = Diagnostics()
        let reader = PlaybookReader(vocabulary: StepCatalog.whole)
        let playbook = try #require(
            reader.check(SourceFile(name: "nightly.yml", text: text), &diagnostics), "\(diagnostics)")
        var found = Diagnostics()
        FarmCheck(try Self.inventory.get()).look(at: playbook, &found)
        return DiagnosticPrinter().text(of: found)
    }

    /// Whom the check believes to be meant by a selector; nil where it says nothing.
    private func refused(_ selector: String, _ more: String = "") throws -> String? {
        let text = try said("\(more)phones: \(selector)\nsteps:\n  - power: off\n")
        guard let start = text.range(of: "cannot be done to "), let end = text.range(of: ": the service of KooPhone")
        else { return text.isEmpty ? nil : text }
        return String(text[start.upperBound..<end.lowerBound])
    }

    @Test(
        arguments: [
            ("all", "koo/*, night/*, star"), ("koo", "koo/*, star"), ("night", "night/*"), ("star", "star"),
            ("gold", "star"), ("all and not koo", "night/*"), ("all-koo", "koo/*, night/*, star"),
            ("koo/kp-0001", "koo/kp-0001"), ("'koo/kp-[0001-0003]'", "koo/kp-[0001-0003]"), ("'koo/*'", "koo/*"),
            ("'koo/kp-*, night/x'", "koo/kp-*, night/x"), ("early", "koo/kp-000?"), ("server=night", "night/*"),
            ("koo and healthy", "koo/*, star"), ("\"${{ vars.who }}\"", "night/*"),
            ("\"${{ inputs.them }}\"", "koo/*, star"),
            ("px", nil), ("farm-a", nil), ("all and not all-koo and not star", nil), ("own", nil),
            // Only what phones tell decides, or chance, or whoever starts the run.
            ("koophone.status=ready", nil), ("koo and koophone.status=ready", nil), ("pick 1 of (koo)", nil),
            ("\"${{ inputs.given }}\"", nil), ("nobody-there", nil),
        ] as [(String, String?)])
    func `those are meant whom the farm file alone shows`(_ selector: String, _ expected: String?) throws {
        let inputs = "inputs: { them: { type: text, default: koo }, given: { type: text, required: true } }\n"
        #expect(try refused(selector, inputs + "vars: { who: night }\n") == expected)
    }

    @Test func `what KooPhone has no way to do is told with its place, its reason and what to do`() throws {
        let steps = [
            "power: on", "power: off", "push: { from: assets, to: /sdcard/a/ }", "pull: { from: /sdcard/a, to: out/ }",
            "export: { from: /sdcard, to: saves }", "import: saves", "rename: star",
            "set-properties: { own: { a: b } }", "route-traffic: direct", "expand-disk: 64GiB",
            "connection-info: { client: ANDROID }", "screenshot:", "logcat:", "collect: [screenshot]", "reboot:",
            "instrument: { package: com.studio.game.test }", "cloud: { call: ListImages, account: nobody }",
            "cloud: { call: ShowCloudPhoneDetail }",
        ]
        let refused = steps.map { "  - \($0)\n" }.joined()
        expectGolden(try said("phones: koo\nsteps:\n\(refused)"), "golden/check/koophone.txt")
        let taken = [
            "power: restart", "power: reset", "shell: id", "install: game.apk", "uninstall: com.studio.game",
            "property: { name: debug.a, value: 1 }", "cloud: { call: BatchBackupInstances }",
            "cloud: { call: ListImages, account: main }", "power: \"${{ vars.to }}\"",
        ]
        #expect(try said("vars: { to: off }\nphones: koo\nsteps:\n\(taken.map { "  - \($0)\n" }.joined())") == "")
        #expect(try said("phones: px\nsteps:\n\(refused)") == "")
    }

    @Test func `what stands behind a condition is left to the run, and so is what only looks after a failure`() throws {
        let conditional = try said(
            """
            phones: all
            steps:
              - power: off
                when: phone.kind != 'koophone'
              - block:
                  - pull: { from: /sdcard/a, to: out/ }
                  - block:
                      - rename: star
                when: phone.server != 'koo'

            """)
        #expect(conditional == "")
        let later = try said(
            """
            phones: koo
            steps:
              - block:
                  - shell: id
                rescue:
                  - rename: rescued
                  - screenshot:
                always:
                  - rename: always
                  - block:
                      - pull: { from: /sdcard/always, to: out/ }
            on-failure:
              - rename: failed
              - collect: [screenshot, logcat]
              - pull: { from: /sdcard/failed, to: out/ }

            """)
        for name in ["rescued", "always", "failed"] {
            #expect(later.contains("rename the phone to \(name)"), "\(later)")
        }
        #expect(later.contains("pull /sdcard/always"), "\(later)")
        #expect(!later.contains("screenshot") && !later.contains("/sdcard/failed"), "\(later)")
    }

    @Test func `a play for servers is for servers`() throws {
        let steps = "steps:\n  - restart-server:\n"
        let said = try ["all", "koo", "'koo, night'", "farm-a", "all and not all-koo"].map { selector in
            "servers: \(selector)\n" + (try self.said("servers: \(selector)\n\(steps)"))
        }
        expectGolden(said.joined(separator: "\n"), "golden/check/koophone-servers.txt")
    }

    @Test func `a farm without clouds is asked nothing`() throws {
        var diagnostics = Diagnostics()
        let reader = PlaybookReader(vocabulary: StepCatalog.whole)
        let playbook = try #require(
            reader.check(SourceFile(name: "a.yml", text: "phones: all\nsteps:\n  - power: off\n"), &diagnostics))
        var found = Diagnostics()
        FarmCheck(try PlanningWorld(2).inventory).look(at: playbook, &found)
        #expect(found.isEmpty)
    }
}
