import DroverTesting
import PlaybookLanguage
import SourceText
import Testing

@testable import Steps

struct CatalogTests {
    private let catalog = StepCatalog.standard

    @Test func `the catalog and the folder of kinds are the same`() {
        let files = RepositoryFile.names(in: RepositoryFile.path("Sources/Steps/Kinds")).map { $0.dropLast(6) }
        let names = files.map { name in
            name.reduce(into: "") { $0 += ($1.isUppercase && !$0.isEmpty ? "-" : "") + $1.lowercased() }
        }
        #expect(names.sorted() == catalog.keywords)
    }

    @Test func `the catalog is the vocabulary that playbooks rely on`() {
        #expect(
            catalog.keywords == [
                "change-server", "clear-data", "collect", "connection-info", "delete-server", "download", "events",
                "expand-disk", "export", "file-system", "force-stop", "grant", "image", "import", "input", "install",
                "instrument", "launch", "logcat", "media", "power", "property", "pull", "push", "reboot", "rename",
                "rename-server", "resize", "restart-encoders", "restart-server", "route-traffic", "screenshot",
                "script", "server-bandwidth", "server-keypair", "server-tags", "service", "set-properties", "setting",
                "share-app",
                "share-files", "shell", "uninstall", "upload", "wait",
            ])
    }

    /// The line that says whom a step of this kind can be for.
    private static func targets(of manual: StepManual?) -> String {
        let kind = TargetKind.allCases.first { manual?.targets.contains($0) == true } ?? .phones
        return "\(kind.rawValue): all"
    }

    @Test(arguments: StepCatalog.standard.manuals.flatMap { manual in manual.examples.map { (manual.keyword, $0) } })
    func `an example of a manual can be read`(keyword: String, example: String) throws {
        // Examples may speak of inputs, variables and payloads that only a whole playbook has.
        let text = """
            inputs: { build: app, config: file }
            vars: { note: words, version: "2" }
            payloads: { assets: build/assets/, game: build/game.apk, presets: build/presets/ }
            \(Self.targets(of: catalog.manual(of: keyword)))
            steps:
              - \(example)

            """
        var diagnostics = Diagnostics()
        let reader = PlaybookReader(vocabulary: catalog)
        let playbook = reader.read(SourceFile(name: "example.yml", text: text), &diagnostics)
        #expect(diagnostics.isEmpty, "\(DiagnosticPrinter().text(of: diagnostics))")
        #expect(playbook?.steps.first?.keyword == keyword)
    }

    @Test(arguments: StepCatalog.standard.manuals)
    func `a manual names exactly the arguments that are read`(manual: StepManual) {
        let text = "\(Self.targets(of: manual))\nsteps:\n  - \(manual.keyword): { qqqqqqqqqqqq: 1 }\n"
        var diagnostics = Diagnostics()
        _ = PlaybookReader(vocabulary: catalog).read(SourceFile(name: "x.yml", text: text), &diagnostics)
        let unknown = diagnostics.sorted.first { $0.rule == "unknown-key" }
        let names = manual.arguments.map(\.name).sorted().joined(separator: ", ")
        #expect(unknown?.help == "it has \(names.isEmpty ? "no keys" : names)")
    }

    @Test(arguments: StepCatalog.standard.manuals)
    func `a manual has what a reader needs`(manual: StepManual) {
        #expect(manual.summary.hasSuffix(".") && !manual.summary.contains("\n"))
        #expect(!manual.examples.isEmpty)
        #expect(manual.timeout > .zero && manual.stall > .zero)
        for argument in manual.arguments { #expect(argument.help.hasSuffix("."), "\(argument.name)") }
        if let scalar = manual.scalar { #expect(manual.arguments.contains { $0.name == scalar }) }
        for output in manual.outputs {
            #expect(output.name.allSatisfy { $0.isLetter || $0 == "_" }, "\(output.name)")
        }
    }

    @Test(
        arguments: [
            ("shell: id", StepClass.change), ("push: { from: a, to: /b }", .change), ("pull: /a", .read),
            ("wait: boot", .read),
            ("install: a.apk", .change), ("install: { app: a.apk, keep-data: false }", .dataLoss),
            ("uninstall: com.x.y", .dataLoss), ("uninstall: { app: com.x.y, keep-data: true }", .disrupt),
            ("clear-data: com.x.y", .dataLoss), ("reboot:", .disrupt), ("reboot: bootloader", .lockOut),
            ("setting: { name: adb_enabled, value: 0 }", .lockOut), ("setting: { name: other, value: 0 }", .change),
            ("property: { name: ctl.stop, value: adbd }", .lockOut), ("screenshot:", .read),
            ("launch: com.x.y", .change), ("force-stop: com.x.y", .change), ("media: tools/tap", .change),
        ] as [(String, StepClass)])
    func `a step's class says what it can do to a phone`(text: String, stepClass: StepClass) throws {
        #expect(try StepText(text).kind.stepClass == stepClass)
    }

    @Test(
        arguments: [
            ("uninstall: com.x.y", StepClass.dataLoss), ("share-app: { package: com.x.y, from: seed }", .change),
            ("share-app: { package: com.x.y, state: absent }", .dataLoss),
            ("share-files: { from: a, to: /data/b }", .change), ("share-files: { list: /data }", .read),
            ("share-files: { delete: [/data/b] }", .dataLoss), ("restart-server:", .disrupt),
            ("rename-server: x", .change), ("server-keypair: x", .lockOut), ("restart-encoders:", .disrupt),
            ("server-bandwidth: { id: x, size: 350 }", .money), ("resize: x", .money), ("delete-server:", .dataLoss),
            ("server-tags: { remove: [a] }", .change), ("server-tags: list", .read), ("events: list", .read),
            ("events: { do: authorise }", .dataLoss),
            ("file-system: { attach: x }", .change), ("file-system: { detach: x }", .disrupt),
            ("image: { list: all }", .read), ("image: { accept: x }", .change), ("image: { delete: x }", .dataLoss),
            ("change-server: { phones: x, image: y, address: none, bandwidth: 5 }", .dataLoss),
        ] as [(String, StepClass)])
    func `a step's class says what it can do to a server`(text: String, stepClass: StepClass) throws {
        #expect(try StepText(text, for: "servers").kind.stepClass == stepClass)
    }

    @Test(arguments: [
        ("uninstall: { app: com.x.y, keep-data: true }", "knows neither"),
        ("uninstall: { app: com.x.y, shared: perhaps }", "none of auto"),
        ("share-app: { package: com.x.y }", "needs `from`"),
        ("share-app: { package: com.x.y, from: seed, state: absent }", "nothing is taken"),
        ("share-files: { }", "something to do"), ("share-files: { to: /data/b }", "belongs to `from`"),
        ("share-files: { delete: [b] }", "is no path"), ("share-files: { from: a, to: /b, list: /c }", "one thing"),
        ("share-files: { from: a }", "`to`"), ("server-bandwidth: { id: x, size: 301 }", "not on offer"),
        ("server-bandwidth: { id: x, size: 1250 }", "not on offer"), ("install: a.apk", "servers"),
        ("server-tags: { }", "something to do"), ("server-tags: { do: list, remove: [a] }", "changes nothing"),
        ("server-tags: { set: { a: b }, remove: [a] }", "is set and removed"),
        ("server-tags: { remove: [''] }", "1 to 127"), ("events: look", "is not one of"),
        ("events: { do: list, as: redeploy }", "belong to"), ("resize:", "needs `model`"),
        ("events: { do: authorise, as: redeploy, at: now }", "belongs to `as: maintenance`"),
        ("file-system: { }", "something to do"), ("file-system: { attach: x, detach: y }", "one thing"),
        ("file-system: { path: /a }", "belongs to `attach`"), ("file-system: { attach: x, path: a }", "is no folder"),
        ("image: { }", "something to do"), ("image: { share: x }", "needs `with`"),
        ("image: { accept: x, with: y }", "belongs to `share`"), ("image: { accept: x, delete: y }", "one thing"),
        ("change-server: { phones: x, image: y, address: none }", "needs `bandwidth`"),
        ("change-server: { phones: x, image: y, address: none, bandwidth: 5, shared-disk: 5GiB }", "10 at least"),
    ])
    func `a mistaken argument of a step for servers is told in words`(text: String, words: String) {
        #expect { try StepText(text, for: "servers") } throws: { "\($0)".contains(words) }
    }

    @Test(arguments: [
        ("install: { app: a.apk, grant: camera }", "is no permission"),
        ("install: { app: a.apk, user: bob }", "is no Android user"),
        ("uninstall: game", "at least one dot"), ("push: { from: a, to: sdcard }", "begins with a slash"),
        ("wait: soon", "cannot be waited for"), ("wait: 10", "a duration"), ("wait:", "something to wait for"),
        ("wait: { file: /a, port: 1 }", "one thing"), ("wait: { value: x }", "belongs to `property`"),
        ("wait: { port: 70000 }", "out of range"), ("reboot: fastboot", "is not one of"),
        ("input: { tap: [1] }", "[x, y] is needed"), ("input: { tap: [1, -2] }", "in pixels"),
        ("input: { text: grün }", "knows ASCII only"), ("input: { key: 'no key' }", "is no key"),
        ("input: { tap: [1, 2], key: HOME }", "one thing"),
        ("input: { key: HOME, duration: 1s }", "belongs to `swipe`"),
        ("input: { }", "something to do"), ("grant: { app: com.x.y, permissions: [] }", "names no permission"),
        ("setting: { namespace: glob, name: a, value: 1 }", "is not one of"),
        ("setting: { name: 'a b', value: 1 }", "is no name"), ("setting: { name: a }", "needs `value`"),
        ("logcat: { filters: ['a b'] }", "is no filter"), ("logcat: { filters: ['Game:X'] }", "is no priority"),
        ("logcat: { buffers: [mein] }", "is not one of"), ("logcat: { since: now }", "is not one of"),
        ("uninstall: { app: com.x.y, shared: true }", "belongs to plays with `servers:`"),
        ("power: up", "is not one of"), ("media:", "needs `program` or `payload`"),
        ("media: { program: a, ready-within: 5s }", "belongs to `ready`"),
        ("media: { program: a, for: 0s }", "leaves it no time"), ("media: { program: a, ready: '' }", "is empty"),
        ("media: { program: a, keep: out.opus }", "begins with a slash"),
        ("media: { program: a, env: { 'A B': c } }", "the name of a variable"),
        ("media: { program: a, max: 0B }", "nothing to keep"), ("media: { program: a, grace: 5 }", "duration"),
        ("launch: { app: com.x.y, wait-for: { } }", "needs `log` or `activity`"), ("shell: ''", "empty"),
    ])
    func `a mistaken argument is told in words`(text: String, words: String) {
        #expect { try StepText(text) } throws: { "\($0)".contains(words) }
    }
}
