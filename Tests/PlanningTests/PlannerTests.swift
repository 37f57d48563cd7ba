import DroverTesting
import Farm
import Journal
import Planning
import PlaybookLanguage
import SourceText
import Steps
import Testing

struct PlannerTests {
    private func messages(_ text: String, inputs: [String: Value] = [:], limit: String? = nil) throws -> [String] {
        var diagnostics = Diagnostics()
        let plan = try PlanningWorld().plan(text, inputs: inputs, limit: limit, &diagnostics)
        #expect((plan == nil) == diagnostics.hasErrors)
        return diagnostics.sorted.map { diagnostic in
            let place = diagnostic.span.map { "\($0.start): " } ?? ""
            return place + diagnostic.message + (diagnostic.help.map { " (\($0))" } ?? "")
        }
    }

    @Test func `a sound playbook becomes a plan with sorted targets and checked payloads`() throws {
        var diagnostics = Diagnostics()
        let text = """
            name: Deploy
            phones: gold
            steps:
              - uninstall: com.studio.old
              - install: { app: "${{ 'game.apk' }}", grant: all }
                id: game
                retries: 2
                timeout: 5m
              - push: { from: "${{ 'assets' }}", to: /sdcard/x/ }

            """
        let made = try PlanningWorld().plan(text, &diagnostics)
        let plan = try #require(made, "\(DiagnosticPrinter().text(of: diagnostics))")
        #expect(plan.targets.map(\.id.name) == ["px-001", "px-002", "px-003"])
        #expect(plan.steps.map(\.keyword) == ["uninstall", "install", "push"])
        #expect(plan.payloads.map(\.path) == ["game.apk", "assets"])
        #expect(plan.payloads.map(\.description) == ["com.studio.game 2.0 (2)", "2 files"])
        #expect(plan.stepClass == .dataLoss)
        let timing = try plan.steps[1].timing(in: plan.scope(for: plan.targets[0]))
        #expect(
            timing
                == StepTiming(
                    timeout: .seconds(300), stall: .seconds(120), retries: 2, delay: nil, isTimeoutWritten: true))
        #expect(plan.steps[1].label.summary == "install game.apk")
    }

    @Test func `a title shows the values that hold at its place, and none that only the phone knows`() throws {
        var diagnostics = Diagnostics()
        let text = """
            phones: all
            vars: { level: forest }
            plays:
              - phones: all
                vars: { app: com.studio.game }
                steps:
                  - shell: stop ${{ vars.app }}
                  - shell: load ${{ vars.level }}
                    vars: { level: cave }
                  - block:
                      - shell: play ${{ vars.level }}
                      - shell: look at ${{ vars.place }}
                    vars: { place: hall }
                    loop: { over: [a, b], as: level }
                  - set: { level: "${{ phone.name }}" }
                  - shell: leave ${{ vars.level }}
              - phones: all
                steps:
                  - shell: load ${{ vars.level }}

            """
        let playbook = text.replacing("phones: all\nvars", with: "vars")
        let made = try PlanningWorld().plan(playbook, &diagnostics)
        let plan = try #require(made, "\(DiagnosticPrinter().text(of: diagnostics))")
        #expect(
            plan.plays.flatMap { $0.labels }.map(\.title) == [
                "shell stop com.studio.game", "shell load cave", "shell play ${{ vars.level }}", "shell look at hall",
                "set level", "shell leave ${{ vars.level }}", "shell load forest",
            ])
    }

    @Test func `everything that is missing is told at once, each at its place`() throws {
        let found = try messages(
            """
            phones: all
            steps:
              - install: none.apk
              - push: { from: gone.txt, to: /sdcard/ }
              - push: { from: gone.txt, to: /sdcard/other/ }

            """)
        #expect(
            found == [
                "deploy.yml:3:14: none.apk does not exist", "deploy.yml:4:19: gone.txt does not exist",
            ])
    }

    @Test func `expansion files that stay behind are told, with the step that delivers them`() throws {
        var world = try PlanningWorld()
        try world.payloads.addApp(
            "game.xapk",
            expansions: ["Android/obb/com.studio.game/main.1.obb", "Android/obb/com.studio.game/patch.1.obb"])
        var diagnostics = Diagnostics()
        let text = "phones: all\nsteps:\n  - install: game.xapk\n"
        #expect(world.plan(text, &diagnostics) != nil)
        let warning = try #require(diagnostics.sorted.first)
        #expect(!diagnostics.hasErrors && diagnostics.sorted.count == 1)
        #expect(warning.span?.description == "deploy.yml:3:14")
        #expect(warning.message.contains("main.1.obb and 1 more, which an install does not deliver"))
        // The step in the help is one that can be pasted.
        let step = try #require(warning.help?.split(separator: "`").dropFirst().first)
        var mistakes = Diagnostics()
        let pasted = SourceFile(name: "pasted.yml", text: "name: x\nphones: all\nsteps:\n  - \(step)\n")
        #expect(PlaybookReader(vocabulary: StepCatalog.standard).read(pasted, &mistakes) != nil)
        #expect(mistakes.isEmpty, "\(mistakes.sorted)")
    }

    @Test func `what a condition rules out is not opened`() throws {
        let text = """
            inputs: { assets: directory }
            phones: all
            steps:
              - push: { from: "${{ inputs.assets }}", to: /sdcard/ }
                when: inputs.assets != null

            """
        #expect(try messages(text).isEmpty)
        let asked = text.replacing("    when: inputs.assets != null\n", with: "")
        #expect(try messages(asked).count == 1)
    }

    @Test func `a payload may differ from phone to phone, and each is opened`() throws {
        var diagnostics = Diagnostics()
        let made = try PlanningWorld(12).plan(
            """
            phones: gold
            steps:
              - install: "${{ vars.build }}"

            """, &diagnostics)
        let plan = try #require(made, "\(DiagnosticPrinter().text(of: diagnostics))")
        #expect(plan.payloads.map(\.path) == ["special.apk", "lab.apk"])
    }

    @Test func `a phone's own variables are stronger than those of its groups`() throws {
        var diagnostics = Diagnostics()
        let made = try PlanningWorld().plan("phones: all\nsteps:\n  - shell: id\n", &diagnostics)
        let plan = try #require(made)
        #expect(plan.targets[0].variables == ["build": .text("special.apk"), "zone": .text("a")])
        #expect(plan.targets[1].variables == ["build": .text("lab.apk"), "zone": .text("a")])
        #expect(plan.targets[1].fields["groups"] == .list([.text("lab")]))
    }

    @Test(arguments: [
        ("silver", "deploy.yml:1:9"), ("gold and px-00", "deploy.yml:1:18"),
        ("gold and lab or px-001", "deploy.yml:1:13"),
    ])
    func `a mistaken selector is told at its place`(selector: String, place: String) throws {
        let found = try messages("phones: \(selector)\nsteps:\n  - shell: id\n")
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix(place) == true, "\(found)")
    }

    @Test func `nothing selected is a mistake and never means all`() throws {
        let found = try messages("phones: not all\nsteps:\n  - shell: id\n")
        #expect(found.first?.contains("no phone is selected") == true, "\(found)")
    }

    @Test func `a limit only narrows`() throws {
        var diagnostics = Diagnostics()
        let made = try PlanningWorld(12).plan(
            "phones: gold\nsteps:\n  - shell: id\n", limit: "px-009, px-012", &diagnostics)
        #expect(made?.targets.map(\.id.name) == ["px-009"])
    }

    @Test func `a one-step run is a plan like any other, and its words are final`() throws {
        var diagnostics = Diagnostics()
        let made = try PlanningWorld().plan(OneStep.shell("echo ${{ x }}"), on: "px-002", &diagnostics)
        let plan = try #require(made)
        #expect(plan.source == nil)
        #expect(plan.steps.map(\.keyword) == ["shell"])
        #expect(plan.targets.map(\.id.name) == ["px-002"])
        #expect(plan.name == "shell echo ${{ x }}")
    }
}
