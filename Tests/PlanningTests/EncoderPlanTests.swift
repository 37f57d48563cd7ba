import DroverTesting
import Farm
import Journal
import PlaybookLanguage
import SourceText
import Steps
import Testing

@testable import Planning

@Suite struct `Plans for encoders` {
    private static let farm = Result {
        let gate = SSHRoute(to: SSHHop(address: Address(host: "gate.lab", port: 22), user: "ops"))
        let keypair = Keypair(name: "KeyPair-farm", path: "~/.ssh/farm.pem")
        let host = SSHHop(
            address: Address(host: "10.0.9.4", port: 2222), user: "root", keypair: keypair, hostKeys: .strict)
        return try Inventory(
            phones: [Phone(name: "px-1", waysIn: [.tcp(Address(host: "10.0.4.11", port: 5555))], labels: ["gold"])],
            encoders: [
                Encoder(
                    name: "enc-1", route: SSHRoute(to: host, via: gate), labels: ["gold"],
                    variables: ["port": .integer(1)]),
                Encoder(name: "enc-2", route: SSHRoute(to: host)), Encoder(name: "enc-3", route: nil),
            ],
            groups: [Group(name: "studio", selector: "enc-1, px-1", variables: ["stage": .text("canary")])])
    }

    private func plan(
        _ text: String, limit: String? = nil
    ) throws -> (plan: Plan?, diagnostics: Diagnostics) {
        var diagnostics = Diagnostics()
        let file = SourceFile(name: "enc.yml", text: text)
        guard let playbook = PlaybookReader(vocabulary: StepCatalog.standard).read(file, &diagnostics) else {
            return (nil, diagnostics)
        }
        let planner = Planner(inventory: try Self.farm.get(), payloads: ScriptedPayloads(), seed: 1)
        let shared = planner.shared(playbook, inputs: [:])
        let chosen = planner.selectors(of: playbook, shared: shared, limit: limit, &diagnostics)
        guard let chosen, !diagnostics.hasErrors else { return (nil, diagnostics) }
        return (planner.plan(playbook, shared: shared, for: chosen.selections(), &diagnostics), diagnostics)
    }

    @Test func `an encoder brings its fields, its groups and its variables`() throws {
        let plan = try #require(
            try plan("encoders: studio\nsteps:\n  - shell: echo ${{ encoder.name }} ${{ encoder.host }}\n").plan)
        let target = try #require(plan.targets.first)
        #expect(plan.targets.count == 1 && plan.noun == "encoders")
        #expect(target.id == TargetID(kind: .encoder, name: "enc-1"))
        #expect(target.fields["groups"] == .list([.text("studio")]))
        #expect(target.variables["stage"] == .text("canary") && target.variables["port"] == .integer(1))
        let step = try #require(plan.steps.first?.kind)
        #expect(step.summary(in: plan.scope(for: target)) == "shell echo enc-1 10.0.9.4")
    }

    @Test func `a limit narrows plays of phones and of encoders alike`() throws {
        let text = """
            plays:
              - { name: a, phones: all, steps: [{ shell: id }] }
              - { name: b, encoders: gold, steps: [{ shell: id }] }
            """
        #expect(try plan(text).plan?.targets.map(\.id.name) == ["enc-1", "px-1"])
        #expect(try plan(text).plan?.noun == "targets")
        #expect(try plan(text, limit: "enc-1").plan?.targets.map(\.id.name) == ["enc-1"])
        #expect(try plan(text, limit: "px-1, enc-2").plan?.targets.map(\.id.name) == ["px-1"])
    }

    @Test func `the way to an encoder is kept for who resumes the run`() throws {
        let plan = try #require(try plan("encoders: studio, enc-2\nsteps: [{ shell: id }]\n").plan)
        let frozen = try #require(FrozenTargets(FrozenTargets(of: plan).json))
        for (kept, target) in zip(frozen.targets, plan.targets) {
            #expect(kept.encoder?.route == target.encoder?.route)
            #expect(kept.id == target.id && kept.variables == target.variables)
            #expect(kept.fields["labels"] == target.fields["labels"])
        }
        #expect(frozen.targets.count == 2)
    }

    @Test(
        arguments: [
            (
                "encoders: all\nsteps: [{ shell: id }, { upload: { from: a, to: /b } }]\n",
                "enc.yml:1:11: error: enc-3 has no `ssh` in the farm file, which `shell`, `upload` need",
                "add `ssh: USER@HOST` there, or leave it out: `and not enc-3`"
            ),
            (
                "encoders: px-1\nsteps: [{ shell: id }]\n",
                #"enc.yml:1:11: error: "px-1" is a phone, and encoders are picked here"#,
                "a play for phones says `phones:` in place of `encoders:`"
            ),
            (
                "encoders: model=Pixel*\nsteps: [{ shell: id }]\n",
                #"enc.yml:1:11: error: encoders have no property "model""#,
                "pick encoders by name, label, server or group"
            ),
            (
                "encoders: enc-1\nsteps: [{ install: a.apk }]\n",
                "enc.yml:2:11: error: `install` acts on phones, this play is for encoders",
                "put it into a play for phones"
            ),
            (
                "encoders: enc-1\nsteps: [{ shell: \"echo ${{ phone.name }}\" }]\n",
                "enc.yml:2:28: error: `phone` is not known here: this play is for encoders",
                "did you mean `encoder.name`?"
            ),
            (
                "phones: all\nsteps: [{ shell: \"echo ${{ encoder.name }}\" }]\n",
                "enc.yml:2:28: error: `encoder` is known in plays with `encoders:` only", nil
            ),
            (
                "encoders: gold and not enc-1\nsteps: [{ shell: id }]\n", "enc.yml:1:11: error: no encoder is selected",
                "look at the names and labels under `encoders:` in the farm file"
            ),
        ] as [(String, String, String?)])
    func `what cannot be is told with its place and what to do`(text: String, line: String, help: String?) throws {
        let (plan, diagnostics) = try plan(text)
        #expect(plan == nil)
        let printed = DiagnosticPrinter().text(of: diagnostics)
        #expect(printed.contains(line), "\(printed)")
        #expect(diagnostics.sorted.first?.help == help)
    }
}
