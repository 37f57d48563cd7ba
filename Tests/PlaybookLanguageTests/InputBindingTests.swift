import Farm
import PlaybookLanguage
import SourceText
import Testing

@Suite struct InputBindingTests {
    static let text = """
        inputs:
          build: { type: app, required: true }
          assets: { type: directory, default: ../assets }
          count: { type: integer, default: 3 }
          wait: duration
          room: size
          mode: { type: choice, choices: [fast, slow] }
          tags: list
          dry: boolean
          share: number
          note: text
        phones: all
        steps: [{ reboot: null }]
        """

    static func bind(_ words: String...) throws -> (values: [String: Value], complaints: String) {
        var diagnostics = Diagnostics()
        let file = SourceFile(name: "playbooks/p.yml", text: text)
        let playbook = try #require(PlaybookReader(vocabulary: SmallVocabulary()).read(file, &diagnostics))
        let values = InputBinding(playbook.inputs, workingDirectory: "/work").values(from: words, &diagnostics)
        return (values, DiagnosticPrinter().text(of: diagnostics))
    }

    @Test func `words become typed values and the rest their defaults`() throws {
        let (values, complaints) = try Self.bind(
            "build=game.apk", "wait=1m30s", "room=1GiB", "mode=slow", "tags=a, b", "dry=true", "share=0.5", "note=")
        #expect(complaints.isEmpty)
        #expect(
            values == [
                "build": .text("/work/game.apk"), "assets": .text("/work/playbooks/../assets"), "count": .integer(3),
                "wait": .duration(.seconds(90)), "room": .size(ByteCount(1 << 30)), "mode": .text("slow"),
                "tags": .list([.text("a"), .text("b")]), "dry": .boolean(true), "share": .number(0.5),
                "note": .text(""),
            ])
    }

    @Test(arguments: [
        ("wait=5", "the input `wait`: a duration needs a unit, for example 5s"),
        ("wait=5 sec", "the input `wait`: `5 sec` is not a duration"),
        ("room=10", "the input `room`: a size needs a unit, for example 10MB"),
        ("count=three", "the input `count`: a whole number is needed, this is `three`"),
        ("count=007", "the input `count`: a whole number is needed, this is `007`"),
        ("mode=fats", "the input `mode`: `fats` is not one of fast, slow"),
        ("dry=yes", "the input `dry`: true or false is needed, this is the text `yes`"),
        ("share=much", "the input `share`: a number is needed, this is `much`"),
        ("build=", "the input `build`: a path is needed, this is an empty text"),
        ("biuld=x", "the playbook has no input `biuld`"), ("x", "`x` is not an input"), ("note=1", ""),
    ])
    func `a word that does not fit is told with its input's name`(word: String, expected: String) throws {
        let isBuild = word.hasPrefix("build")
        let (_, complaints) = try isBuild ? Self.bind(word) : Self.bind("build=a.apk", word)
        let first = complaints.split(separator: "\n").first.map(String.init) ?? ""
        #expect(first == (expected.isEmpty ? "" : "command line: error: \(expected)"))
    }

    @Test func `a required input that is missing is asked for with an example`() throws {
        let (_, complaints) = try Self.bind()
        #expect(complaints.contains("playbooks/p.yml:2:3: error: the input `build` is required"))
        #expect(complaints.contains("help: add build=game.apk to the command"))
    }

    @Test func `an option goes before the environment, and both are typed like plain YAML`() {
        var diagnostics = Diagnostics()
        let values = VariableOverrides.read(
            options: ["a=1", "b=x=y"], environment: ["DROVER_VAR_a": "2", "DROVER_VAR_c": "true", "PATH": "/bin"],
            &diagnostics)
        #expect(values == ["a": .integer(1), "b": .text("x=y"), "c": .boolean(true)])
        #expect(diagnostics.isEmpty)
        _ = VariableOverrides.read(options: ["nothing", "a-b=1"], environment: [:], &diagnostics)
        #expect(diagnostics.errorCount == 2)
    }
}
