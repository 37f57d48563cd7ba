import CloudSteps
import DroverTesting
import PlaybookLanguage
import SourceText
import Steps
import Testing

@testable import Commands

/// The JSON Schemas: editors complete and check with them, so they know everything and refuse nothing that is sound.
@Suite struct SchemaTests {
    private static let playbooks = SchemaCheck(PlaybookSchema.value(.whole))
    private static let farms = SchemaCheck(FarmSchema.value)

    private static func node(_ name: String, _ text: String) throws -> Node {
        var diagnostics = Diagnostics()
        return try #require(Document.read(SourceFile(name: name, text: text), &diagnostics)).root
    }

    @Test func `the schemas are as they were`() {
        expectGolden(PlaybookSchema.value(.whole).json, "golden/schema/playbook.json")
        expectGolden(FarmSchema.value.json, "golden/schema/farm.json")
    }

    @Test func `every key and every step kind has its own schema`() {
        let known = Set(PlaybookSchema.topKeys.keys).union(PlaybookSchema.stepKeys.keys)
        let all = PlaybookKeys.onePlay + PlaybookKeys.manyPlays + PlaybookKeys.play + PlaybookKeys.anyStep
        #expect(Set(all).subtracting(known).sorted() == [])
        #expect(known.subtracting(all).sorted() == [])
        #expect(Set(PlaybookKeys.ownKinds.map(\.keyword)) == Set(PlaybookSchema.ownKinds.keys))
        #expect(Set(FarmFile.keys) == Set(FarmSchema.keys.keys))
        let step = PlaybookSchema.value(.whole)["$defs"]?["step"]?["properties"]
        for keyword in StepCatalog.whole.keywords { #expect(step?[keyword] != nil, "\(keyword)") }
    }

    @Test(arguments: Fixture.names(in: "../playbooks", endingIn: ".yml"))
    func `a shipped playbook is as the schema says`(name: String) throws {
        let node = try Self.node(name, try Fixture.text("../playbooks/\(name)"))
        #expect(Self.playbooks.mistakes(in: node) == [])
    }

    @Test(arguments: try DocumentationPage("docs/playbook.md").yamlBlocks.filter(\.isPlaybook))
    func `an example of a playbook is as the schema says`(_ block: CodeBlock) throws {
        #expect(Self.playbooks.mistakes(in: try Self.node(block.page, block.text)) == [])
    }

    @Test(arguments: try DocumentationPage("docs/farm-file.md").yamlBlocks)
    func `an example of a farm file is as the schema says`(_ block: CodeBlock) throws {
        #expect(Self.farms.mistakes(in: try Self.node(block.page, block.text)) == [])
    }

    @Test func `an example of a step kind is as the schema says`() throws {
        for manual in StepCatalog.whole.manuals {
            for example in manual.examples {
                let lines = example.split(separator: "\n", omittingEmptySubsequences: false)
                let step = lines.map { "    \($0)" }.joined(separator: "\n")
                let node = try Self.node(manual.keyword, "phones: all\nsteps:\n  -\n\(step)\n")
                #expect(Self.playbooks.mistakes(in: node) == [], "\(example)")
            }
        }
    }

    /// Broken by their shape: what an editor can see without reading expressions.
    private static let shapes = [
        "bad-deadline", "bad-max-fail", "bad-on-stop", "bad-pause", "bad-retry-on", "bad-set", "bad-throttle",
        "bad-tolerate", "block-is-a-word", "deadline-without-unit", "inputs-are-a-list", "loop-is-a-word", "no-kind",
        "no-phones-no-steps", "play-is-a-word", "play-keys", "play-without-phones", "plays-and-steps",
        "plays-is-a-mapping", "plays-is-empty", "rescue-without-block", "step-is-a-word", "steps-is-a-mapping",
        "steps-is-empty", "tolerate-is-a-number", "two-kinds", "two-targets", "unknown-argument", "unknown-kind",
        "unknown-step-key", "unknown-top-key", "waves-is-a-word", "waves-mixed-up", "words-of-other-languages",
        "wrong-unit",
    ]

    @Test(arguments: shapes) func `a playbook of a wrong shape is not as the schema says`(name: String) throws {
        let node = try Self.node(name, try Fixture.text("playbooks/broken/\(name).yml"))
        #expect(!Self.playbooks.mistakes(in: node).isEmpty)
    }

    @Test(arguments: ["bad-limits", "bad-phone-keys", "farm-is-a-list", "phones-is-a-list", "unknown-key"])
    func `a farm file of a wrong shape is not as the schema says`(name: String) throws {
        let node = try Self.node(name, try Fixture.text("farms/broken/\(name).yml"))
        #expect(!Self.farms.mistakes(in: node).isEmpty)
    }
}
