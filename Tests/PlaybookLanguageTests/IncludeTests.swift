import PlaybookLanguage
import SourceText
import Testing

/// Files that a playbook includes.
@Suite struct IncludeTests {
    private static let part = """
        inputs:
          app: { type: app, required: true }
          times: { type: integer, default: 2 }
          data: { type: directory, default: data/ }
        vars: { word: own }
        steps:
          - { install: "${{ inputs.app }}", id: game }
          - shell: echo ${{ vars.word }} ${{ inputs.times }} ${{ vars.outer }}
        """

    @Test func `an included file is a block with inputs of its own`() throws {
        let (playbook, complaints) = readPlaybook(
            """
            inputs: { build: app }
            vars: { outer: 1 }
            phones: all
            steps:
              - name: Deliver
                include: { file: ./parts/deliver.yml, with: { app: "${{ inputs.build }}", times: 3 } }
                tags: deliver
                vars: { word: outside }
              - include: { file: parts/deliver.yml, with: { app: other.apk } }
              - shell: echo ${{ steps.game.version }}
            """, files: ["parts/deliver.yml": Self.part])
        let whole = try #require(playbook, "\(complaints)")
        #expect(whole.includes.map(\.name) == ["parts/deliver.yml"])
        #expect(whole.stepCount == 5)
        guard case .block(let first) = whole.plays[0].steps[0], case .block(let second) = whole.plays[0].steps[1] else {
            return #expect(Bool(false), "two blocks")
        }
        #expect(first.include == "./parts/deliver.yml")
        #expect(first.inputs?["times"]?.literal == .integer(3))
        #expect(first.inputs?["data"]?.literal == .text("parts/data/"))
        #expect(second.inputs?["app"]?.literal == .text("other.apk"))
        #expect(second.inputs?["times"]?.literal == .integer(2))
        #expect(first.variables["word"]?.literal == .text("outside"))
        #expect(second.variables["word"]?.literal == .text("own"))
        #expect(first.steps.map(\.tags) == [["deliver"], ["deliver"]])
        #expect(first.steps.map(\.position) == [0, 1])
        let inputs = first.inputs?["app"]
        let scope = Scope(SharedScope(inputs: ["build": .text("/b/game.apk")]))
        #expect(try inputs?.value(in: scope) == .text("/b/game.apk"))
    }

    @Test func `a path starts at the folder of the file that includes`() throws {
        let (playbook, complaints) = readPlaybook(
            "phones: all\nsteps:\n  - include: a/one.yml\n",
            files: ["a/one.yml": "steps:\n  - include: b/two.yml\n", "a/b/two.yml": "steps:\n  - install: x.apk\n"])
        let whole = try #require(playbook, "\(complaints)")
        #expect(whole.includes.map(\.name) == ["a/one.yml", "a/b/two.yml"])
    }

    @Test func `fields of a phone that an included file speaks of are known`() {
        let (playbook, _) = readPlaybook(
            "phones: all\nsteps:\n  - include: p.yml\n",
            files: ["p.yml": "steps:\n  - shell: echo ${{ phone.abi }}\n"])
        #expect(playbook?.phoneFields == ["abi"])
    }

    @Test func `files that include each other are refused with the chain`() {
        let (playbook, complaints) = readPlaybook(
            "phones: all\nsteps:\n  - include: a.yml\n",
            files: ["a.yml": "steps:\n  - include: b.yml\n", "b.yml": "steps:\n  - include: a.yml\n"])
        #expect(playbook == nil)
        #expect(complaints.contains("b.yml:2:14: error: this file includes itself: a.yml -> b.yml -> a.yml"))
    }

    @Test func `chains of files are bounded`() {
        let files = Dictionary(
            uniqueKeysWithValues: (0..<40).map { ("\($0).yml", "steps:\n  - include: \($0 + 1).yml\n") })
        let (playbook, complaints) = readPlaybook("phones: all\nsteps:\n  - include: 0.yml\n", files: files)
        #expect(playbook == nil)
        #expect(complaints.contains("7.yml:2:14: error: files include each other more than 8 levels deep"))
    }

    @Test func `the number of files is bounded`() {
        let files = Dictionary(uniqueKeysWithValues: (0..<200).map { ("\($0).yml", "steps:\n  - shell: id\n") })
        let steps = (0..<200).map { "  - include: \($0).yml\n" }.joined()
        let (playbook, complaints) = readPlaybook("phones: all\nsteps:\n" + steps, files: files)
        #expect(playbook == nil)
        #expect(complaints.contains("test.yml:103:14: error: a playbook includes at most 100 files"))
    }

    @Test func `steps that multiply through files are bounded`() {
        // Eight files, each including the next one fifty times: 50^8 steps.
        let files = Dictionary(
            uniqueKeysWithValues: (0..<8).map { level in
                let line = level == 7 ? "  - shell: id\n" : "  - include: \(level + 1).yml\n"
                return ("\(level).yml", "steps:\n" + String(repeating: line, count: 50))
            })
        let (playbook, complaints) = readPlaybook("phones: all\nsteps:\n  - include: 0.yml\n", files: files)
        #expect(playbook == nil)
        #expect(complaints.contains("error: a playbook has at most 5000 steps"), "\(complaints)")
        #expect(complaints.split(separator: "\n").count < 10, "\(complaints)")
    }

    @Test func `a missing file and an unsound one are told at their places`() {
        let (playbook, complaints) = readPlaybook(
            "phones: all\nsteps:\n  - include: gone.yml\n  - include: list.yml\n  - include: ${{ env.FILE }}\n",
            files: ["list.yml": "- shell: id\n"])
        #expect(playbook == nil)
        #expect(complaints.contains("test.yml:3:14: error: `gone.yml`: there is no such file"))
        #expect(complaints.contains("list.yml:1:1: error: an included file is a mapping with `steps`, this is a list"))
        #expect(complaints.contains("test.yml:5:14: error: `include` names a file in plain text"))
    }

    @Test func `without a way to other files an include is refused`() {
        var diagnostics = Diagnostics()
        let file = SourceFile(name: "test.yml", text: "phones: all\nsteps:\n  - include: a.yml\n")
        #expect(PlaybookReader(vocabulary: SmallVocabulary()).read(file, &diagnostics) == nil)
        #expect(diagnostics.sorted.first?.rule == "no-include")
    }
}
