import CloudSteps
import DroverTesting
import Farm
import Lanes
import Planning
import PlaybookLanguage
import SourceText
import Steps
import Testing

struct PrinterTests {
    private static let playbook = """
        name: Deploy the nightly build
        inputs:
          assets: { type: text, default: assets }
        phones: all
        steps:
          - uninstall: com.studio.game.old
          - install: { app: "${{ 'game.apk' }}", grant: all }
            timeout: 15m
            stall: 45s
            retries: 2
          - push: { from: "${{ inputs.assets }}", to: /sdcard/Android/obb/com.studio.game/ }
            when: inputs.assets != null
          - shell: settings put global stay_on_while_plugged_in 7
            unless: settings get global stay_on_while_plugged_in | grep -q 7
          - name: Start the game on ${{ phone.name }}
            launch: com.studio.game

        """

    private func plan(_ count: Int) throws -> Plan {
        var diagnostics = Diagnostics()
        let made = try PlanningWorld(count).plan(Self.playbook, &diagnostics)
        return try #require(made, "\(DiagnosticPrinter().text(of: diagnostics))")
    }

    @Test func `a plan says who, what, how dangerous and how long`() throws {
        expectGolden(PlanPrinter().text(of: try plan(100)), "golden/plans/deploy.txt")
    }

    @Test func `a preview puts phones together that would get the same`() async throws {
        let plan = try plan(5)
        var previews: [PhonePreview] = []
        for (index, target) in plan.targets.enumerated() {
            guard index < 4 else {
                previews.append(.lost(target, in: plan.plays, because: "connection refused"))
                continue
            }
            let phone = try ScriptedPhone(target.id.name) { script in
                script.says("Unable to find package: com.studio.game.old", to: "dumpsys package com.studio.game.old")
                script.says(
                    index < 3
                        ? "Unable to find package: com.studio.game"
                        : """
                        Packages:
                          Package [com.studio.game] (1):
                            versionCode=1 minSdk=24
                            versionName=1.0\u{1B}[31m
                            User 0: installed=true

                        """, to: "dumpsys package com.studio.game")
            }
            var payloads = try PlanningWorld().payloads
            payloads.addFolder("assets", ["a.txt": "one"])
            let context = StepContext(
                scope: plan.scope(for: target), payloads: payloads, progress: ProgressMeter(clock: phone.lane.clock),
                memory: ShortMemory(), tag: "t", pullFolder: ContainedPath(root: "/nonexistent"),
                previousStart: phone.lane.now, reconnect: { phone })
            previews.append(try await PhonePreview.ask(phone, of: target, about: plan.plays, context: context))
            #expect(!phone.requests.contains { $0.hasPrefix("push") || $0.hasPrefix("install") })
        }
        let preview = PlanPreview(of: previews, for: plan)
        #expect(preview.hasWork)
        #expect(preview.groups.allSatisfy { $0.reduce(0) { $0 + $1.phones.count } == 5 })
        expectGolden(PlanPreviewPrinter().text(of: preview, for: plan), "golden/plans/preview.txt")
    }

    @Test(arguments: StepCatalog.whole.manuals)
    func `a manual is printed as it stands in the golden file`(manual: StepManual) {
        expectGolden(StepManualPrinter().text(of: manual), "golden/manuals/\(manual.keyword).txt")
    }

    @Test(arguments: RunWord.all.map(\.keyword))
    func `what is done in the run itself has a manual, whose examples parse`(keyword: String) throws {
        let word = try #require(RunWord(keyword))
        expectGolden(StepManualPrinter().text(of: word), "golden/manuals/\(keyword).txt")
        for example in word.examples where keyword != "include" {
            let entry = example.split(separator: "\n").joined(separator: "\n    ")
            let text = "phones: all\nsteps:\n  - shell: id\n  - \(entry)\n"
            var diagnostics = Diagnostics()
            let file = SourceFile(name: "example.yml", text: text)
            #expect(PlaybookReader(vocabulary: StepCatalog.whole).read(file, &diagnostics) != nil)
            #expect(diagnostics.isEmpty, "\(DiagnosticPrinter().text(of: diagnostics))")
        }
    }

    @Test func `every word of the language that is a step has a manual`() {
        #expect(RunWord.all.map(\.keyword) == PlaybookKeys.ownKinds.map(\.keyword))
    }

    @Test func `the list and the reference of the step kinds`() {
        expectGolden(StepManualPrinter().list(of: .whole), "golden/manuals/list.txt")
        expectGolden(StepManualPrinter().markdown(of: .whole), "../docs/steps.md")
    }
}
