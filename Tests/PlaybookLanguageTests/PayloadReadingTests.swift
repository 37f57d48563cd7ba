import DroverTesting
import Farm
import SourceText
import Testing

@testable import PlaybookLanguage

/// What stands under `payloads:`, from its text to the values of a run.
@Suite struct PayloadReadingTests {
    private static func playbook(_ payloads: String, before: String = "") throws -> Playbook {
        let text =
            "\(before)\npayloads:\n  it: \(payloads)\nphones: all\nsteps:\n  - push: { payload: it, to: /sdcard/x/ }\n"
        let (playbook, complaints) = readPlaybook(text)
        return try #require(playbook, "\(complaints)")
    }

    private static func definition(
        _ payload: String, before: String = "", inputs: [String: Value] = [:]
    ) throws -> PayloadDefinition? {
        let playbook = try playbook(payload, before: before)
        let shared = SharedScope(inputs: inputs, playbookVariables: playbook.variables)
        return try playbook.payloads[0].definition(in: shared)
    }

    private static func template(_ text: String) throws -> Template {
        var diagnostics = Diagnostics()
        let file = SourceFile(name: "text.yml", text: text)
        return Template(reading: try #require(Document.read(file, &diagnostics)).root, &diagnostics)
    }

    @Test func `every key of a payload is read`() throws {
        let sum = String(repeating: "0aF", count: 21) + "9"
        let definition = try #require(
            try Self.definition(
                """
                { from: build/, sha256: "\(sum)", pack: tar.zst, include: ["**/*.pak", "!small.pak"], exclude: "*.tmp",
                      prefix: data/local/tmp, mode: { files: 640, folders: "0750" }, owner: media_rw:9997,
                      mtime: 2026-01-31T12:30:01Z, layout: phone-root }
                """))
        var due = PayloadDefinition(name: "it", from: "build/", sha256: sum.lowercased(), pack: .tarZstd)
        due.include = ["**/*.pak", "!small.pak"]
        due.exclude = ["*.tmp"]
        due.prefix = "data/local/tmp/"
        due.fileMode = 0o640
        due.folderMode = 0o750
        due.owner = .init(user: 1023, group: 9997)
        due.modified = .at(1_769_862_601)
        due.layout = .phoneRoot
        #expect(definition == due)
    }

    @Test func `a place alone stands for a payload that is delivered as it is`() throws {
        #expect(try Self.definition("build/assets/") == PayloadDefinition(name: "it", from: "build/assets/"))
    }

    @Test(arguments: [
        ("{ from: a }", PayloadDefinition.Modified.keep), ("{ from: a, pack: zip }", .fixed),
        ("{ from: a, pack: tar, mtime: keep }", .keep), ("{ from: a, mtime: fixed }", .fixed),
        ("{ from: a, mtime: 1980-01-01 }", .at(315_532_800)), ("{ from: a, mtime: 2000-02-29 }", .at(951_782_400)),
        ("{ from: a, mtime: 2107-12-31T23:59:59Z }", .at(4_354_819_199)),
    ]) func `times are kept in files, fixed in archives, and as they are written`(
        _ text: String, _ due: PayloadDefinition.Modified
    ) throws {
        #expect(try Self.definition(text)?.modified == due)
    }

    @Test(
        arguments: [
            ("644", 0o644, 0o755), ("600", 0o600, 0o700), ("\"0640\"", 0o640, 0o750), ("222", 0o222, 0o222),
            ("{ files: 600 }", 0o600, 0o700), ("{ files: 644, folders: 711 }", 0o644, 0o711),
        ] as [(String, UInt32, UInt32)])
    func `folders can be entered by those who can read their files`(
        _ mode: String, _ files: UInt32, _ folders: UInt32
    ) throws {
        let definition = try #require(try Self.definition("{ from: a, mode: \(mode) }"))
        #expect(definition.fileMode == files)
        #expect(definition.folderMode == folders)
    }

    @Test(
        arguments: [
            ("shell", 2000, 2000), ("root", 0, 0), ("system:shell", 1000, 2000), ("10123:1023", 10123, 1023),
            ("2147483647", 2_147_483_647, 2_147_483_647),
        ] as [(String, UInt32, UInt32)])
    func `owners are accounts of Android and numbers`(_ text: String, _ user: UInt32, _ group: UInt32) throws {
        let owner = try Self.definition("{ from: a, pack: tar, owner: \"\(text)\" }")?.owner
        #expect(owner == PayloadDefinition.Owner(user: user, group: group))
    }

    // MARK: Values of the run

    @Test func `a place is made of inputs and variables, once for all phones`() throws {
        let before = "inputs: { dir: text, sum: text }\nvars: { root: \"${{ inputs.dir }}/out\" }"
        let sum = String(repeating: "ab", count: 32)
        let definition = try #require(
            try Self.definition(
                "{ from: \"${{ vars.root }}/assets\", sha256: \"${{ inputs.sum }}\" }", before: before,
                inputs: ["dir": .text("/builds"), "sum": .text(sum)]))
        #expect(definition.from == "/builds/out/assets")
        #expect(definition.sha256 == sum)
    }

    @Test func `a place that is null means that there is no such payload in this run`() throws {
        let playbook = try Self.playbook("\"${{ inputs.dir }}\"", before: "inputs: { dir: directory }")
        let shared = SharedScope(inputs: ["dir": .null])
        let table = PayloadTable(playbook.payloads, in: shared)
        #expect(try table.definition(of: "it") == nil)
        #expect(try table.value(of: "it") == .null)
        let error = #expect(throws: PlaybookError.self) {
            try table.definition(of: "it", at: .whole("it", named: "x"))
        }
        #expect(error?.message.contains("its `from` is null") == true)
    }

    @Test(arguments: [
        ("ftp://x/y", "nothing is fetched from ftp://"),
        ("obs://studio", "an address names an object behind the bucket"),
        ("obs://studio/y", "what is fetched is known by its checksum, and there is none"),
        ("https://x/y", "what is fetched is known by its checksum, and there is none"),
        ("https:///y", "an address names a host"), ("", "a path or an address is needed, this is an empty text"),
    ]) func `a place that was computed is looked at like one that was written`(_ place: String, _ message: String)
        throws
    {
        let playbook = try Self.playbook("\"${{ inputs.dir }}\"", before: "inputs: { dir: text }")
        let shared = SharedScope(inputs: ["dir": .text(place)])
        let error = #expect(throws: PlaybookError.self) { try playbook.payloads[0].definition(in: shared) }
        #expect(error?.message == message)
    }

    @Test func `what belongs to a phone is not in a payload, and the message says so`() throws {
        let text = "payloads: { it: \"${{ vars.rack }}/x\" }\nphones: all\nsteps: [{ push: { payload: it, to: /x/ } }]"
        let (playbook, complaints) = readPlaybook(text, variables: ["rack"])
        let payload = try #require(playbook?.payloads.first, "\(complaints)")
        let error = #expect(throws: PlaybookError.self) { try payload.definition(in: SharedScope()) }
        #expect(error?.message.hasPrefix("the payload `it` is the same for all phones: ") == true)
    }

    @Test func `a path that is written starts at the playbook's folder, an address nowhere`() throws {
        let sum = String(repeating: "a", count: 64)
        let text = """
            payloads:
              here: assets/
              there: /srv/assets/
              far: { from: "https://builds.example/a.zip", sha256: \(sum) }
            phones: all
            steps: [{ push: { payload: here, to: /x/ } }]
            """
        var diagnostics = Diagnostics()
        let file = SourceFile(name: "books/deploy.yml", text: text)
        let playbook = PlaybookReader(vocabulary: SmallVocabulary()).read(file, &diagnostics)
        let places = try #require(playbook, "\(DiagnosticPrinter().text(of: diagnostics))").payloads.map(\.from.literal)
        #expect(places == ["books/assets/", "/srv/assets/", "https://builds.example/a.zip"])
    }

    // MARK: In expressions

    @Test func `what is known of a payload can be asked for`() throws {
        let playbook = try Self.playbook("build/")
        let facts = PayloadFacts(name: "build", files: 3, bytes: 1_000, sha256: "ab")
        let table = PayloadTable(playbook.payloads, in: SharedScope()).knowing(["it": facts])
        let shared = SharedScope(SharedScope(), payloads: table)
        let template = try Self.template(
            "${{ payloads.it.name }} ${{ payloads.it.files }} ${{ payloads['it'].bytes }} ${{ payloads.it.sha256 }}")
        #expect(try template.text(in: Scope(shared)) == "build 3 1000 ab")
    }

    @Test func `a payload that was not opened is unknown while a plan looks ahead, and a mistake otherwise`() throws {
        let playbook = try Self.playbook("build/")
        let shared = SharedScope(SharedScope(), payloads: PayloadTable(playbook.payloads, in: SharedScope()))
        var scope = Scope(shared)
        let template = try Self.template("${{ payloads.it.sha256 }}")
        #expect(throws: PlaybookError.self) { try template.text(in: scope) }
        scope.allowsUnknown = true
        #expect(try template.text(in: scope) == "‹unknown›")
    }

    @Test func `the payloads that expressions speak of are known`() throws {
        let text = """
            payloads: { one: a, two: b }
            phones: all
            steps:
              - push: { payload: one, to: /x/ }
                when: payloads.two.files > 1
            """
        let (playbook, complaints) = readPlaybook(text)
        #expect(try #require(playbook, "\(complaints)").payloadsInUse == ["two"])
    }
}
