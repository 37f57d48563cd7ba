import Farm
import Glibc
import PlaybookLanguage
import Secrets
import SourceText
import Testing
import DroverTesting

/// Where inputs and variables come from beside the command line, and what they must keep to.
@Suite struct InputSourcesTests {
    private static let text = """
        inputs:
          count: { type: integer, min: 1, max: 10 }
          wait: { type: duration, max: 1h }
          room: { type: size, min: 1MB }
          name: { type: text, pattern: "^[a-z]+$", max: 5 }
          tags: { type: list, min: 1, pattern: "^t" }
          folder: directory
          note: { type: text, required: true, help: "what is new" }
          pin: { type: secret, required: true, help: "of the farm" }
        phones: all
        steps: [{ reboot: null }]
        """

    private static func bind(
        _ words: [String], files: [String] = [], environment: [String: String] = ["DROVER_SECRET_pin": "hunter2"],
        ask: InputBinding.Ask? = nil
    ) throws -> (values: [String: Value], complaints: String) {
        var diagnostics = Diagnostics()
        let file = SourceFile(name: "p.yml", text: text)
        let playbook = try #require(PlaybookReader(vocabulary: SmallVocabulary()).read(file, &diagnostics))
        let binding = InputBinding(
            playbook.inputs, workingDirectory: "/work", environment: environment
        ) { path throws(TextMistake) in
            guard path == "/work/notes.txt" else { throw TextMistake("\(path): no such file") }
            return "first\nsecond\n"
        }
        let sources = files.enumerated().map { SourceFile(name: "in/\($0.offset).yml", text: $0.element) }
        let values = binding.values(from: words, files: sources, ask: ask, &diagnostics)
        return (values, DiagnosticPrinter().text(of: diagnostics))
    }

    @Test(arguments: [
        ("count=0", "the input `count`: this is 0, the least is 1"),
        ("count=11", "the input `count`: this is 11, the most is 10"),
        ("wait=2h", "the input `wait`: this is 2h, the most is 1h"),
        ("room=10KB", "the input `room`: this is 10.0 KB, the least is 1.0 MB"),
        ("name=A", "the input `name`: `A` does not match `^[a-z]+$`"),
        ("name=abcdef", "the input `name`: this has 6 characters, the most is 5"),
        ("tags=", "the input `tags`: this has 0 members, the least is 1"),
        ("tags=t1,x", "the input `tags`: `x` does not match `^t`"),
        ("name=@no.txt", "the input `name`: /work/no.txt: no such file"),
        (
            "pin=1234",
            "the input `pin`: a secret does not belong on a command line, where all users of the machine can read it"
        ),
        ("count=5", ""), ("room=1MB", ""), ("name=abc", ""), ("tags=t1,t2", ""),
    ])
    func `an input keeps to its bounds`(word: String, expected: String) throws {
        let (_, complaints) = try Self.bind(["note=x", word])
        let first = complaints.split(separator: "\n").first.map(String.init) ?? ""
        #expect(first == (expected.isEmpty ? "" : "command line: error: \(expected)"))
    }

    @Test func `a word may name a file that holds the value`() throws {
        let (values, complaints) = try Self.bind(["note=@notes.txt", "folder=@x"])
        #expect(complaints.isEmpty)
        #expect(values["note"] == .text("first\nsecond"))
        #expect(values["folder"] == .text("/work/@x"))
        #expect(try Self.bind(["note=@@home"]).values["note"] == .text("@home"))
    }

    @Test func `files of inputs come after the command line, the later one first`() throws {
        let (values, complaints) = try Self.bind(
            ["count=1"],
            files: [
                "count: 2\nname: aaa\nwait: 5m\nfolder: ../data\nnote: 1.10\n",
                "name: bbb\ntags: [t1, t2]\nroom: 2MB\n",
            ])
        #expect(complaints.isEmpty, "\(complaints)")
        #expect(values["count"] == .integer(1))
        #expect(values["name"] == .text("bbb"))
        #expect(values["wait"] == .duration(.seconds(300)))
        #expect(values["tags"] == .list([.text("t1"), .text("t2")]))
        #expect(values["note"] == .text("1.10"))
        #expect(values["folder"] == .text("/work/in/../data"))
    }

    @Test(arguments: [
        ("count: 99", "in/0.yml:1:8: error: the input `count`: this is 99, the most is 10"),
        ("nmae: x", "in/0.yml:1:7: error: the playbook has no input `nmae`"),
        ("pin: hunter2", "in/0.yml:1:6: error: the input `pin`: a secret does not stand in a file of inputs"),
        ("- a", "in/0.yml:1:1: error: a file of inputs is a mapping of names, this is a list"),
        ("name: ${{ env.HOME }}", "in/0.yml:1:7: error: only plain values can stand here, no `${{ }}`"),
    ])
    func `what does not fit in a file is told with its place`(text: String, expected: String) throws {
        let (_, complaints) = try Self.bind(["note=x"], files: [text])
        #expect(complaints.split(separator: "\n").first.map(String.init) == expected)
    }

    @Test func `a person is asked for what is required and missing, until it fits`() throws {
        var asked: [String] = []
        var answers = ["note": ["something"], "pin": ["abc", "4711"]]
        let (values, complaints) = try Self.bind([], environment: [:]) { declaration, complaint in
            asked.append(declaration.name + (complaint.map { ": \($0)" } ?? ""))
            return answers[declaration.name]?.removeFirst()
        }
        #expect(complaints.isEmpty)
        #expect(asked == ["note", "pin", "pin: the secret `pin` is too short to be kept secret"])
        #expect(values["note"] == .text("something"))
        #expect(values["pin"] == .secret(Secret(name: "pin", "4711")))
    }

    @Test func `nobody is asked where nobody is, and the message says what to do`() throws {
        let (_, complaints) = try Self.bind(["note=x"], environment: [:])
        #expect(complaints.contains("the input `pin` is required"))
        #expect(complaints.contains("add pin=@FILE to the command, or set DROVER_SECRET_pin"))
        let (_, others) = try Self.bind([], environment: [:]) { _, _ in nil }
        #expect(others.contains("the input `note` is required"))
    }

    @Test func `a secret comes from a file that only its owner reads`() throws {
        let folder = try ScratchFolder()
        let path = try folder.write("4711-0815\n", to: "pin")
        #expect(chmod(path, 0o644) == 0)
        #expect(try Self.bind(["note=x", "pin=@\(path)"]).complaints.contains("others can read the file"))
        #expect(chmod(path, 0o600) == 0)
        let (values, complaints) = try Self.bind(["note=x", "pin=@\(path)"])
        #expect(complaints.isEmpty)
        #expect(values["pin"] == .secret(Secret(name: "pin", "4711-0815")))
    }

    @Test func `--var goes before files, and files before the environment`() {
        var diagnostics = Diagnostics()
        let files = ["a: 1\nb: 1\nc: [x, 1]\n", "b: 2\nd: { e: true }\n"].map { SourceFile(name: "v.yml", text: $0) }
        let values = VariableOverrides.read(
            options: ["a=9"], files: files, environment: ["DROVER_VAR_b": "7", "DROVER_VAR_f": "8"], &diagnostics)
        #expect(diagnostics.isEmpty)
        #expect(
            values == [
                "a": .integer(9), "b": .integer(2), "c": .list([.text("x"), .integer(1)]),
                "d": .map(["e": .boolean(true)]), "f": .integer(8),
            ])
    }

    @Test(arguments: [
        ("a: { type: integer, min: 5, max: 1 }", "`min` is more than `max`"),
        ("a: { type: boolean, min: 1 }", "`min` does not belong to the type `boolean`"),
        ("a: { type: integer, min: x }", "`min`: a whole number is needed, this is `x`"),
        ("a: { type: integer, default: 5, max: 3 }", "the default does not fit: this is 5, the most is 3"),
        ("a: { type: integer, pattern: x }", "`pattern` belongs to the types `text` and `list`, this is `integer`"),
        ("a: { type: text, pattern: '(' }", "`pattern`: the pattern has a `(` that is not closed"),
        ("a: { type: secret, default: hunter2 }", "a secret has no default: it would stand in the file"),
    ])
    func `a declaration that contradicts itself is refused`(line: String, expected: String) {
        let (_, complaints) = readPlaybook("inputs:\n  \(line)\nphones: all\nsteps: [{ reboot: null }]\n")
        #expect(ExpressionTests.firstLine(complaints) == expected)
    }
}
