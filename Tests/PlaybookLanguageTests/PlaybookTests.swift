import Farm
import PlaybookLanguage
import SourceText
import Testing

@Suite struct PlaybookTests {
    static let sample = """
        name: Deploy the nightly build
        inputs:
          build:  { type: app, required: true, help: "an .apk, a folder of splits, .apks or .xapk" }
          assets: directory
          rate: { type: choice, choices: [slow, fast], default: fast }
        vars: { package: com.studio.game, obb: "/sdcard/Android/obb/${{ vars.package }}/" }

        phones: studio-a and not rack-3-[01-04]

        steps:
          - uninstall: com.studio.game.old                # absent is ok
          - install: { app: "${{ inputs.build }}", grant: all }
            id: game
            timeout: 15m
            stall: 45s
            retries: 2
          - push: { from: "${{ inputs.assets }}", to: "${{ vars.obb }}" }
            when: inputs.assets != null and steps.game.changed
          - name: Ask for ${{ vars.package }}
            shell: dumpsys package ${{ vars.package }}
            vars: { package: com.other }
            expect: { exit: 0, output: versionName=1., output-matches: "^Pack" }
            continue-on-error: true
            changes: false
          - wait: { until: { log: MainMenu ready } }
          - reboot:
          - install: apps/local.apk
        """

    static func read() throws -> Playbook {
        var diagnostics = Diagnostics()
        let file = SourceFile(name: "playbooks/deploy.yml", text: sample)
        let playbook = PlaybookReader(vocabulary: SmallVocabulary()).read(file, &diagnostics)
        return try #require(playbook, "\(DiagnosticPrinter().text(of: diagnostics))")
    }

    @Test func `a sound playbook is read with all its parts`() throws {
        let playbook = try Self.read()
        #expect(playbook.name == "Deploy the nightly build")
        #expect(playbook.inputs.map(\.name) == ["build", "assets", "rate"])
        #expect(playbook.inputs.map(\.type) == [.app, .directory, .choice])
        #expect(playbook.inputs[0].isRequired)
        #expect(playbook.inputs[2].defaultValue == .text("fast"))
        #expect(playbook.phones.template.literal == "studio-a and not rack-3-[01-04]")
        #expect(playbook.phones.span(ofText: 13..<16).text == "not")
        #expect(
            playbook.steps.map(\.keyword) == ["uninstall", "install", "push", "shell", "wait", "reboot", "install"])
        let install = playbook.steps[1]
        #expect(install.id == "game")
        #expect(install.timeout?.literal == .seconds(900))
        #expect(install.stall?.literal == .seconds(45))
        #expect(install.retries?.literal == 2)
        #expect(install.keywordSpan.description == "playbooks/deploy.yml:12:5")
        let shell = playbook.steps[3]
        #expect(shell.title == "Ask for ${{ vars.package }}")
        #expect(shell.expect?.exit?.literal == 0)
        #expect(shell.expect?.outputMatches?.literal?.matches("Package") == true)
        #expect(shell.changes?.literal == false)
        #expect(shell.continueOnError?.literal == true)
    }

    @Test func `a step's values come from the scope of one phone`() throws {
        let playbook = try Self.read()
        let shared = SharedScope(
            inputs: ["build": .text("/b/game.apk"), "assets": .null, "rate": .text("fast")],
            playbookVariables: playbook.variables)
        var scope = Scope(shared)
        scope.record(step: "game", outputs: ["changed": .boolean(true)])
        let install = try #require(playbook.steps[1].kind as? SmallVocabulary.Install)
        #expect(try install.app.path?.value(in: scope) == "/b/game.apk")
        #expect(install.grant?.literal == "all")
        let push = try #require(playbook.steps[2].kind as? SmallVocabulary.Push)
        #expect(try push.to.value(in: scope).description == "/sdcard/Android/obb/com.studio.game/")
        #expect(try push.from.path?.optionalValue(in: scope) == nil)
        #expect(throws: PlaybookError.self) { try push.from.path?.value(in: scope) }
        #expect(try playbook.steps[2].when?.value(in: scope) == .boolean(false))
        let shell = try #require(playbook.steps[3].kind as? SmallVocabulary.Shell)
        let inside = scope.inside(stepVariables: playbook.steps[3].variables)
        #expect(try shell.line.line(in: inside) == "dumpsys package com.other")
        #expect(try playbook.steps[3].name?.text(in: inside) == "Ask for com.other")
    }

    @Test func `a path written in a playbook starts at the playbook's folder`() throws {
        let install = try #require(try Self.read().steps[6].kind as? SmallVocabulary.Install)
        #expect(install.app.path?.literal == "playbooks/apps/local.apk")
    }

    @Test func `the strongest variable wins`() throws {
        let (playbook, _) = readPlaybook(
            """
            vars: { a: playbook, b: playbook }
            phones: all
            steps:
              - shell: echo ${{ vars.a }} ${{ vars.b }} ${{ vars.c }} ${{ vars.d }} ${{ vars.e }}
                vars: { a: step }
            """, variables: ["c", "d", "e"])
        let step = try #require(playbook?.steps.first)
        let shared = SharedScope(
            overrides: ["e": .text("override")], playbookVariables: playbook?.variables ?? [:],
            farmVariables: ["b": .text("farm"), "c": .text("farm"), "d": .text("farm"), "e": .text("farm")])
        let scope = Scope(shared, phoneVariables: ["a": .text("phone"), "d": .text("phone")])
            .inside(stepVariables: step.variables)
        let shell = try #require(step.kind as? SmallVocabulary.Shell)
        #expect(try shell.line.line(in: scope) == "echo step playbook farm phone override")
    }

    @Test(arguments: ["\u{FEFF}", ""], ["\n", "\r\n"])
    func `a byte order mark and line ends of Windows change nothing`(mark: String, lineEnd: String) throws {
        let text =
            mark + Self.sample.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: lineEnd)
        let (playbook, complaints) = readPlaybook(text)
        #expect(playbook?.steps.count == 7, "\(complaints)")
        #expect(playbook?.steps[1].keywordSpan.start.line == 12)
        #expect(playbook?.steps[1].keywordSpan.start.column == 5)
    }

    @Test func `yes and on are texts, and a version keeps its digits`() throws {
        let (playbook, complaints) = readPlaybook(
            "phones: all\nsteps:\n  - uninstall: [yes, on, 1.10, '007']\n  - shell: yes\n")
        let step = try #require(playbook?.steps.first?.kind as? SmallVocabulary.Package, "\(complaints)")
        #expect(step.names.literal == ["yes", "on", "1.10", "007"])
    }

    @Test func `texts in blocks and over several lines are what YAML says`() throws {
        let (playbook, complaints) = readPlaybook(
            """
            phones: >-
              pixel,
              gold
            steps:
              - shell: |
                  if true; then
                    echo "a: b" # kept
                  fi
              - shell: echo one
                  two *three
              - { shell: "a\\
                   b" }
            """)
        #expect(playbook?.phones.template.literal == "pixel, gold", "\(complaints)")
        let lines = playbook?.steps.compactMap { ($0.kind as? SmallVocabulary.Shell)?.line.literal }
        #expect(lines == ["if true; then\n  echo \"a: b\" # kept\nfi\n", "echo one two *three", "ab"])
    }

    @Test func `a playbook tells which fields of a phone it speaks of`() {
        let (playbook, _) = readPlaybook(
            """
            vars: { folder: "/sdcard/${{ phone.abi }}" }
            phones: all
            steps:
              - shell: echo 'phone.brand' ${{ phone['model'] }}
                when: phone.sdk >= 33 and not ('x' in phone.labels)
            """)
        #expect(playbook?.phoneFields == ["abi", "model", "sdk", "labels"])
    }

    @Test func `the fields of a phone come from the farm and from its own answers`() {
        let phone = Phone(
            name: "px8-01", waysIn: [.tcp(Address(host: "h", port: 5555))], labels: ["pixel"],
            properties: ["ro.product.model": "Pixel 8", "ro.build.version.sdk": "33"])
        let fields = PhoneFields.values(of: phone, groups: ["gold"], properties: ["ro.build.version.sdk": "34"])
        #expect(fields["sdk"] == .integer(34))
        #expect(fields["model"] == .text("Pixel 8"))
        #expect(fields["groups"] == .list([.text("gold")]))
        #expect(fields["kind"] == nil, "no account shows it")
        #expect(PhoneFields.values(of: phone.knowing(["koophone.id": "a1"]))["kind"] == .text("koophone"))
        #expect(
            fields["properties"] == .map(["ro.product.model": .text("Pixel 8"), "ro.build.version.sdk": .text("34")]))
        #expect(PhoneFields.adding(["ro.build.version.sdk": "odd"], to: fields)["sdk"] == .null)
        #expect(Set(fields.keys).isSubset(of: PhoneFields.types.keys))
    }

    @Test func `all mistakes of a file are told together, in order`() {
        let (_, complaints) = readPlaybook(
            """
            phonse: all
            vars: { a-b: 1 }
            steps:
              - shel: x
              - shell: echo ${{ vars.c }}
                timeout: 5
            """)
        let places = complaints.split(separator: "\n").filter { $0.contains("error:") }.map { $0.prefix { $0 != " " } }
        #expect(
            places == [
                "test.yml:1:1:", "test.yml:2:9:", "test.yml:4:5:", "test.yml:5:26:", "test.yml:6:14:",
            ])
    }
}
