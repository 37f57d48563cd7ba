import PlaybookLanguage
import Testing

/// What only the run will show, while a plan looks ahead.
@Suite struct UnknownValueTests {
    private static let playbook = """
        vars: { result: "${{ EXPRESSION }}" }
        phones: all
        steps:
          - shell: echo
            id: first
          - shell: echo ${{ vars.result }}
            name: It is ${{ vars.result }}
            vars: { result: "${{ EXPRESSION }}" }
        """

    private func step(_ expression: String) throws -> (step: StepCall, scope: Scope) {
        let text = Self.playbook.replacing("vars: { result: \"${{ EXPRESSION }}\" }\nphones", with: "phones")
        let quoted = expression.replacing("\"", with: "\\\"")
        let (playbook, complaints) = readPlaybook(text.replacing("EXPRESSION", with: quoted))
        #expect(complaints.isEmpty)
        let step = try #require(playbook?.steps.last)
        var scope = Scope().inside(stepVariables: step.variables)
        scope.allowsUnknown = true
        return (step, scope)
    }

    @Test(arguments: [
        ("steps.first.output", nil), ("steps.first.ok and false", "false"), ("false and steps.first.ok", "false"),
        ("true or steps.first.ok", "true"), ("steps.first.ok or true", "true"), ("steps.first.ok and true", nil),
        ("not steps.first.ok", nil), ("steps.first.exit + 1", nil), ("-steps.first.exit", nil),
        ("steps.first.output == 'a'", nil), ("steps.first.output matches 'a'", nil),
        ("'a' in [steps.first.output]", nil),
        ("upper(steps.first.output)", nil), ("lines(steps.first.output)[0]", nil), ("1 if steps.first.ok else 2", nil),
        ("1 if true else steps.first.exit", "1"), ("length([steps.first.output]) == 1", nil),
        // The right side makes sense only where the left one lets it.
        ("steps.first.ok and 1 / 0 == 1", nil), ("steps.first.ok and length(phone.model) > 1", nil),
        ("{ a: steps.first.output }.b", "null"), ("{ a: steps.first.output }.a", nil),
    ])
    func `what is not known spreads, and decides nothing`(expression: String, expected: String?) throws {
        let (step, scope) = try step(expression)
        let value = try step.variables["result"]?.value(in: scope)
        guard let expected else {
            #expect(value == .unknown)
            return
        }
        #expect(value.map { $0.textForm ?? "null" } == expected)
    }

    @Test func `a heading marks it, and a shell line waits for it`() throws {
        let (step, scope) = try step("steps.first.output")
        #expect(try step.name?.text(in: scope) == "It is ‹unknown›")
        let shell = try #require(step.kind as? SmallVocabulary.Shell)
        let error = #expect(throws: PlaybookError.self) { try shell.line.line(in: scope) }
        #expect(error?.code == .notKnownYet)
    }

    @Test func `outside of a plan a step that has not run is a mistake`() throws {
        var (step, scope) = try step("steps.first.output")
        scope.allowsUnknown = false
        let error = #expect(throws: PlaybookError.self) { try step.variables["result"]?.value(in: scope) }
        #expect(error?.message == "there is no step `first`")
    }
}
