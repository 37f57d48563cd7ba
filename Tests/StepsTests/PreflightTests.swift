import DroverTesting
import Farm
import Journal
import Lanes
import PlaybookLanguage
import SourceText
import Testing

@testable import Steps

struct PreflightTests {
    private static let everything = PreflightRequirements(
        boot: true, freeSpace: ByteCount(2_000_000_000), battery: 20, temperature: 45, packageManager: true)

    /// The output of a phone that meets all of it, with some parts replaced.
    private static func output(
        boot: String = "1", space: String = space, battery: String = battery, packages: String = packages
    ) -> String {
        "--drover-boot--\n\(boot)\n--drover-space--\n\(space)\n--drover-battery--\n\(battery)\n"
            + "--drover-packages--\n\(packages)\n"
    }

    private static let space = """
        Filesystem       1K-blocks     Used Available Use% Mounted on
        /dev/block/dm-44 112345678 10234567 102111111  10% /data
        """
    private static let toolboxSpace = """
        Filesystem               Size     Used     Free   Blksize
        /data                   12.0G    10.9G     1.1G   4096
        """
    private static let battery = """
        Current Battery Service state:
          AC powered: false
          USB powered: true
          Wireless powered: false
          Max charging current: 500000
          Charge counter: 2814000
          status: 2
          health: 2
          present: true
          level: 71
          scale: 100
          voltage: 4123
          temperature: 287
          technology: Li-ion
        """
    private static let packages = "package:/system/framework/framework-res.apk"

    @Test func `a phone that has all of it passes, with carriage returns, too`() {
        let text = Self.output()
        #expect(Self.everything.judge(PreflightAnswer(reading: text)) == nil)
        #expect(Self.everything.judge(PreflightAnswer(reading: text.replacing("\n", with: "\r\n"))) == nil)
    }

    @Test func `what is missing is told in figures, with what to do`() {
        let noBattery = "Current Battery Service state:\n  present: false\n  level: 0\n  temperature: 0"
        #expect(Self.everything.judge(PreflightAnswer(reading: Self.output(battery: noBattery))) == nil)
        let cases: [(String, String)] = [
            ("starting", Self.output(boot: "")),
            ("odd boot", Self.output(boot: "0\u{1B}[2J")),
            ("little space", Self.output(space: Self.space.replacing("102111111", with: "1021111"))),
            ("old toolbox", Self.output(space: Self.toolboxSpace)),
            ("no df", Self.output(space: "/system/bin/sh: df: not found")),
            ("nearly empty", Self.output(battery: Self.battery.replacing("level: 71", with: "level: 7"))),
            ("no battery service", Self.output(battery: "Can't find service: battery")),
            ("hot", Self.output(battery: Self.battery.replacing("287", with: "481"))),
            ("no temperature", Self.output(battery: "  present: true\n  level: 50")),
            (
                "no packages",
                Self.output(packages: "Error: Could not access the Package Manager.  Is the system running?")
            ),
            ("silence", Self.output(packages: "")),
            ("nothing at all", ""),
            ("only headings in other parts", "--drover-boot--\n1\n--drover-boot--\n1\n--drover-packages--"),
        ]
        var text = ""
        for (title, output) in cases {
            guard let failure = Self.everything.judge(PreflightAnswer(reading: output)) else {
                Issue.record("\(title) passes")
                continue
            }
            text += "\(title)\n  \(failure.code): \(failure.reason)\n  \(failure.advice ?? "")\n"
        }
        expectGolden(text, "golden/custody/preflight.txt")
    }

    @Test func `only what is required is asked for, in one line`() async throws {
        #expect(
            PreflightRequirements().line
                == "echo --drover-boot--; getprop sys.boot_completed 2>&1; echo --drover-packages--; pm path android 2>&1"
        )
        let phone = try ScriptedPhone { script in
            script.says(Self.output(boot: "0"), to: Self.everything.line)
        }
        let lane = phone.lane
        let failures = try await Task(executorPreference: lane) {
            [
                try await Self.everything.judge(on: phone),
                try await PreflightRequirements(boot: false, packageManager: false).judge(on: phone),
            ]
        }.value
        #expect(failures.map { $0?.code } == ["preflight-boot", nil])
        #expect(phone.requests.count == 1)
    }

    @Test func `a link that fails is no failure of preflight`() async throws {
        let lost = PhoneError(.lost, operation: "run", reason: "gone")
        let phone = try ScriptedPhone { $0.failures = ["run": lost] }
        await #expect(throws: lost) {
            try await Task(executorPreference: phone.lane) { try await PreflightRequirements().judge(on: phone) }.value
        }
    }

    @Test(
        arguments: [
            ("{}", "boot, package manager"),
            (
                "{ free-space: 2GB, battery: 20%, temperature: 45 }",
                "boot, 2.0 GB free, battery 20%, at most 45.0 °C, package manager"
            ),
            ("{ boot: false, package-manager: false, battery: 5 }", "battery 5%"),
            ("{ boot: false, package-manager: false }", "nothing"),
        ])
    func `it is read as it is written`(text: String, summary: String) throws {
        let (requirements, mistakes) = read(text)
        #expect(mistakes.isEmpty, "\(mistakes)")
        #expect(requirements?.summary == summary)
    }

    @Test(
        arguments: [
            ("{ batery: 20% }", "did you mean `battery`?"), ("{ battery: 120% }", "from 1% to 100%"),
            ("{ battery: full }", "from 1% to 100%"), ("{ temperature: 45C }", "from 1 to 150, without a unit"),
            ("{ free-space: 2 }", "2MB"), ("{ boot: yes }", "true"),
            ("{ battery: \"${{ vars.b }}\" }", "write it without ${{ }}"), ("20%", "preflight"),
        ])
    func `what is written wrongly is told with what to write`(text: String, help: String) {
        let (_, mistakes) = read(text)
        #expect(mistakes.contains { $0.contains(help) }, "\(mistakes)")
    }

    private func read(_ text: String) -> (PreflightRequirements?, [String]) {
        let source = SourceFile(
            name: "case.yml", text: "phones: all\nvars: { b: 20% }\npreflight: \(text)\nsteps:\n  - shell: id\n")
        var diagnostics = Diagnostics()
        let playbook = PlaybookReader(vocabulary: StepCatalog.standard).read(source, &diagnostics)
        let mistakes = diagnostics.sorted.map { "\($0.message) \($0.help ?? "")" }
        return (playbook?.plays.first?.preflight as? PreflightRequirements, mistakes)
    }
}
