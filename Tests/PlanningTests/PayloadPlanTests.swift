import DroverTesting
import Farm
import Planning
import PlaybookLanguage
import SourceText
import Steps
import Testing

/// Payloads of a playbook in its plan.
struct PayloadPlanTests {
    private func plan(
        _ text: String, inputs: [String: Value] = [:], _ world: PlanningWorld? = nil
    ) throws -> (plan: Plan?, messages: [String]) {
        var diagnostics = Diagnostics()
        let plan = try (world ?? PlanningWorld()).plan(text, inputs: inputs, &diagnostics)
        #expect((plan == nil) == diagnostics.hasErrors)
        return (plan, diagnostics.sorted.map { "\($0.span.map { "\($0.start): " } ?? "")\($0.message)" })
    }

    @Test func `a payload is opened once and shown with its name and checksum`() throws {
        let made = try plan(
            """
            inputs: { folder: { type: text, default: assets } }
            payloads:
              levels: { from: "${{ inputs.folder }}", prefix: files/ }
              game: game.apk
            phones: all
            steps:
              - install: { payload: game }
              - push: { payload: levels, to: /sdcard/x/ }
              - push: { payload: levels, to: /sdcard/y/ }

            """)
        let plan = try #require(made.plan, "\(made.messages)")
        #expect(plan.payloads.map(\.name) == ["game", "levels"])
        #expect(plan.payloads.map(\.path) == ["game.apk", "assets"])
        #expect(plan.payloads.map(\.key) == ["payload game", "payload levels"])
        #expect(plan.payloads[1].sha256 == String(repeating: "2", count: 64))
        #expect(plan.payloads[1].fingerprint == plan.payloads[1].sha256)
        #expect(
            plan.steps.map(\.title) == ["install payload game", "push payload levels to /sdcard/x/"] + [
                "push payload levels to /sdcard/y/"
            ])
        let text = PlanPrinter().text(of: plan)
        let sum = String(repeating: "2", count: 12)
        #expect(text.contains("levels from assets: 2 files, 8 B, sha256 \(sum)\n"), "\(text)")
        #expect(text.contains("game from game.apk: com.studio.game 2.0 (2), 1.0 KB, sha256 bbbbbbbbbbbb\n"), "\(text)")
    }

    @Test func `what is known of a payload decides about steps before a phone is touched`() throws {
        let made = try plan(
            """
            payloads: { levels: assets }
            phones: all
            steps:
              - push: { payload: levels, to: "/sdcard/${{ payloads.levels.name }}/" }
                name: ${{ payloads.levels.files }} files of ${{ payloads.levels.bytes }} bytes
              - push: { from: gone, to: /sdcard/x/ }
                when: payloads.levels.files > 2

            """)
        let plan = try #require(made.plan, "\(made.messages)")
        #expect(plan.steps[0].title == "2 files of 8 bytes")
        #expect(plan.payloads.count == 1)
    }

    @Test func `a payload that is not there is told where it is delivered, or declared when expressions ask for it`()
        throws
    {
        let text = """
            payloads: { gone: nowhere, asked: never }
            phones: all
            steps:
              - push: { payload: gone, to: /sdcard/x/ }
              - push: { payload: gone, to: /sdcard/y/ }

            """
        #expect(try plan(text).messages == ["deploy.yml:4:22: nowhere does not exist"])
        let asking = text + "  - shell: echo ${{ payloads.asked.sha256 }}\n"
        #expect(try plan(asking).messages == ["deploy.yml:1:35: never does not exist"])
    }

    @Test func `a payload whose input was not given is no mistake where its step is left out`() throws {
        let text = """
            inputs: { folder: directory }
            payloads: { levels: "${{ inputs.folder }}" }
            phones: all
            steps:
              - push: { payload: levels, to: /sdcard/x/ }
                when: payloads.levels != null

            """
        #expect(try plan(text).plan?.payloads.isEmpty == true)
        let always = text.replacing("    when: payloads.levels != null\n", with: "")
        #expect(
            try plan(always).messages == [
                "deploy.yml:5:22: the payload `levels` comes from nowhere in this run: its `from` is null"
            ])
        let given = try plan(always, inputs: ["folder": .text("assets")])
        #expect(given.plan?.payloads.map(\.path) == ["assets"])
    }

    @Test func `a place that cannot be is told once, at its place`() throws {
        let text = """
            inputs: { folder: { type: text, default: "https://x/y" } }
            payloads: { levels: "${{ inputs.folder }}" }
            phones: all
            steps:
              - push: { payload: levels, to: /sdcard/x/ }
              - push: { payload: levels, to: /sdcard/y/ }

            """
        #expect(
            try plan(text).messages == [
                "deploy.yml:2:21: what is fetched is known by its checksum, and there is none"
            ])
    }

    @Test func `the payload of a step can be a loop's member`() throws {
        let made = try plan(
            """
            payloads: { levels: assets, more: assets }
            phones: all
            steps:
              - push: { payload: "${{ item }}", to: "/sdcard/${{ item }}/" }
                loop: [levels, more]

            """)
        #expect(made.plan?.payloads.map(\.name) == ["levels", "more"], "\(made.messages)")
    }

    @Test func `a computed name that no payload has is told`() throws {
        let found = try plan(
            """
            inputs: { which: { type: text, default: level } }
            payloads: { levels: assets }
            phones: all
            steps:
              - push: { payload: "${{ inputs.which }}", to: /sdcard/x/ }

            """)
        #expect(found.messages == ["deploy.yml:5:22: there is no payload `level`"])
    }
}
