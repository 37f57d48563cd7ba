import CloudSteps
import DroverTesting
import PlaybookLanguage
import Planning
import SourceText
import Steps
import Testing

/// What `drover check` says of pushes with `delete` that remove each other's files.
struct MutualDeletesTests {
    private func said(_ steps: [String], _ more: String = "") throws -> String {
        let text = "inputs: { place: { type: text, default: /sdcard/game/a } }\nphones: all\nsteps:\n"
        return try said(text + steps.map { "  - \($0)\n" }.joined() + more)
    }

    private func said(_ text: String) throws -> String {
        var diagnostics = Diagnostics()
        let reader = PlaybookReader(vocabulary: StepCatalog.whole)
        let playbook = try #require(
            reader.check(SourceFile(name: "push.yml", text: text), &diagnostics), "\(diagnostics)")
        var found = Diagnostics()
        MutualDeletes.look(at: playbook, &found)
        #expect(!found.hasErrors)
        return DiagnosticPrinter().text(of: found)
    }

    private static func push(_ place: String, _ more: String = ", delete: true") -> String {
        "push: { from: assets/, to: \"\(place)\"\(more) }"
    }

    @Test func `the later one is told, with the place of the earlier one`() throws {
        let steps = [
            Self.push("/sdcard/game/a/"), Self.push("/sdcard/game/b"), Self.push("/sdcard/game/a"),
            Self.push("/sdcard/game/b/levels"), "block: [\(Self.push("/sdcard/game/b/levels/one"))]",
        ]
        let rescue = "    rescue:\n      - \(Self.push("/sdcard/game/c/d/e"))\n"
        let last = "on-failure:\n  - \(Self.push("/sdcard/game/c/d"))\n"
        expectGolden(try said(steps, rescue + last), "golden/check/mutual-delete.txt")
    }

    @Test(
        arguments: [
            ["/sdcard/game/a", "/sdcard/game/b"], ["/sdcard/game/a", "/sdcard/game/ab"],
            ["/sdcard/game/a/b", "/sdcard/game/a/c"], ["/sdcard/game/a", "${{ inputs.place }}"],
            ["${{ inputs.place }}", "${{ inputs.place }}"],
        ])
    func `folders beside each other, and those that only the run knows, are left alone`(places: [String]) throws {
        #expect(try said(places.map { Self.push($0) }) == "")
    }

    @Test func `one that removes nothing takes nothing from another, and plays are looked at one by one`() throws {
        let place = "/sdcard/game/a"
        let computed = ", delete: \"${{ inputs.place == 'x' }}\""
        for more in ["", ", delete: false", computed] {
            #expect(try said([Self.push(place), Self.push(place, more)]) == "")
        }
        let play = "  - phones: all\n    steps: [\(Self.push(place))]\n"
        #expect(try said("plays:\n\(play)\(play)") == "")
    }
}
