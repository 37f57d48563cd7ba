import Farm
import Planning
import SourceText
import Steps
import Testing

struct BlastRadiusTests {
    struct Sample: Sendable {
        let kind: any StepKind
        let phones: Int
        var isOneOff = false
        var isInteractive = false
        var saysYes = false
        var allowed: Set<StepClass> = []
        let expected: BlastRadius
    }

    private static var game: PackageName {
        get throws { try PackageName(validating: "com.studio.game") }
    }

    static func samples() throws -> [Sample] {
        let shell = OneStep.shell("id")
        let uninstall = OneStep.uninstall(try game)
        let keep = OneStep.uninstall(try game, keepData: true)
        let loss = BlastRadius.needs(
            flag: "--allow data-loss",
            because:
                "`uninstall com.studio.game` (data-loss) on 21 phones needs --allow data-loss, since nobody can be asked"
        )
        return [
            Sample(kind: shell, phones: 500, expected: .free),
            Sample(kind: shell, phones: 20, isOneOff: true, expected: .free),
            Sample(
                kind: shell, phones: 21, isOneOff: true,
                expected: .needs(
                    flag: "--yes", because: "`shell id` (change) on 21 phones needs --yes, since nobody can be asked")),
            Sample(kind: shell, phones: 21, isOneOff: true, saysYes: true, expected: .free),
            Sample(
                kind: shell, phones: 21, isOneOff: true, isInteractive: true,
                expected: .ask(question: "`shell id` (change) on 21 phones. Type 21 to go on:", answer: "21")),
            Sample(kind: uninstall, phones: 20, expected: .free),
            Sample(kind: uninstall, phones: 21, expected: loss),
            Sample(kind: uninstall, phones: 21, saysYes: true, expected: loss),
            Sample(kind: uninstall, phones: 21, allowed: [.lockOut], expected: loss),
            Sample(kind: uninstall, phones: 21, isOneOff: true, allowed: [.dataLoss], expected: .free),
            Sample(kind: keep, phones: 21, saysYes: true, expected: .free),
            Sample(
                kind: keep, phones: 21,
                expected: .needs(
                    flag: "--yes",
                    because: "`uninstall com.studio.game` (disrupt) on 21 phones needs --yes, since nobody can be asked"
                )),
        ]
    }

    @Test func `more than 20 phones need a person's word for what disrupts or destroys`() throws {
        for (number, sample) in try Self.samples().enumerated() {
            var diagnostics = Diagnostics()
            let made = try PlanningWorld(sample.phones).plan(sample.kind, &diagnostics)
            let plan = try #require(made)
            let judgement = BlastRadius.judge(
                plan, isOneOff: sample.isOneOff, isInteractive: sample.isInteractive, saysYes: sample.saysYes,
                allowed: sample.allowed)
            #expect(judgement == sample.expected, "sample \(number)")
        }
    }
}
