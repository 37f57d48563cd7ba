import Farm
import PlaybookLanguage
import SourceText
import Testing

/// Expressions are tried the way people use them: in a variable, and in `when`.
@Suite struct ExpressionTests {
    /// The value of an expression, as text, or the message it ends with.
    static func evaluate(_ expression: String) -> String {
        let quoted = "'" + expression.replacing("'", with: "''") + "'"
        let (playbook, complaints) = readPlaybook(
            """
            inputs: { build: text, count: integer, none: directory, wait: duration, room: size, tags: list }
            vars:
              package: com.studio.game
              nested: "${{ vars.package }}.test"
              result: \(quoted.replacing("@{", with: "${{").replacing("}@", with: "}}"))
            phones: all
            steps:
              - shell: echo
                id: first
            """, variables: ["from_farm"])
        guard let argument = playbook?.variables["result"] else { return "refused: \(firstLine(complaints))" }
        let shared = SharedScope(
            inputs: [
                "build": .text("game one.apk"), "count": .integer(3), "none": .null, "wait": .duration(.seconds(90)),
                "room": .size(ByteCount(2_000_000)), "tags": .list([.text("gold"), .text("a b")]),
            ],
            environment: ["HOME": "/home/me"], playbookVariables: playbook?.variables ?? [:],
            farmVariables: ["from_farm": .integer(7)])
        var scope = Scope(shared, phone: ["name": .text("px8-01"), "sdk": .integer(34), "labels": .list([.text("x")])])
        scope.record(step: "first", outputs: ["output": .text("ready\n"), "exit": .integer(0), "ok": .boolean(true)])
        do {
            let value = try argument.value(in: scope)
            return "\(value.type.rawValue) \(spelled(value))"
        } catch {
            return "failed: \(error.message)"
        }
    }

    static func spelled(_ value: Value) -> String {
        switch value {
        case .list(let members): "[\(members.map { spelled($0) }.joined(separator: ", "))]"
        case .null: "null"
        default: value.textForm ?? "?"
        }
    }

    static func firstLine(_ text: String) -> String {
        let line = text.split(separator: "\n").first.map(String.init) ?? ""
        return line.split(separator: "error: ", maxSplits: 1).last.map(String.init) ?? line
    }

    @Test(arguments: [
        // Literals.
        ("1", "integer 1"), ("-7", "integer -7"), ("1.5", "number 1.5"), ("1e3", "number 1000"),
        ("'a''b'", "text a'b"), ("\"a\\tb\"", "text a\tb"), ("true", "boolean true"), ("null", "null null"),
        ("90s", "duration 90"), ("1m30s", "duration 90"), ("10MB", "size 10000000"), ("1KiB", "size 1024"),
        ("[1, 'a', [true]]", "list [1, a, [true]]"), ("[]", "list []"),
        ("9223372036854775807", "integer 9223372036854775807"),
        // Names.
        ("inputs.build", "text game one.apk"), ("inputs['count']", "integer 3"),
        ("vars.nested", "text com.studio.game.test"),
        ("env.HOME", "text /home/me"), ("env.NOT_SET", "null null"), ("phone.sdk", "integer 34"),
        ("vars.from_farm", "integer 7"), ("inputs.tags[0]", "text gold"), ("inputs.tags[-1]", "text a b"),
        ("phone.model", "null null"),
        // Comparison.
        ("1 == 1.0", "boolean true"), ("inputs.none == null", "boolean true"), ("inputs.build != null", "boolean true"),
        ("phone.sdk >= 33", "boolean true"), ("2 < 10", "boolean true"), ("'b' > 'a'", "boolean true"),
        ("inputs.wait > 1m", "boolean true"), ("inputs.room < 1MB", "boolean false"),
        ("[1, 2] == [1, 2]", "boolean true"),
        // Logic, with its precedence.
        ("true or false and false", "boolean true"), ("not true or true", "boolean true"),
        ("not (true or true)", "boolean false"),
        ("not 1 == 2", "boolean true"), ("false and 1 / 0 == 1", "boolean false"),
        ("true or 1 / 0 == 1", "boolean true"),
        // Membership and patterns.
        ("'x' in phone.labels", "boolean true"), ("'x' not in phone.labels", "boolean false"),
        ("'one' in inputs.build", "boolean true"), ("'abc' matches '^a.c$'", "boolean true"),
        ("'abc' matches 'B'", "boolean false"), ("'abc' matches '(?i)B'", "boolean true"),
        ("inputs.none matches 'a'", "boolean false"),
        // Arithmetic.
        ("1 + 2 * 3", "integer 7"), ("(1 + 2) * 3", "integer 9"), ("7 / 2", "number 3.5"), ("8 / 2", "integer 4"),
        ("7 % 3", "integer 1"), ("-inputs.count + 1", "integer -2"), ("1.5 + 1", "number 2.5"),
        ("10 - 2 - 3", "integer 5"),
        ("inputs.wait * 2", "duration 180"), ("1MB + 1MB == inputs.room", "boolean true"),
        // Functions.
        ("length(inputs.build)", "integer 12"), ("length([1, 2])", "integer 2"), ("upper('aß')", "text ASS"),
        ("trim('  a ')", "text a"), ("contains('abc', 'b')", "boolean true"),
        ("contains(inputs.tags, 'gold')", "boolean true"),
        ("startsWith('abc', 'ab')", "boolean true"), ("endsWith('abc', 'ab')", "boolean false"),
        ("join(['a', 1, true], '-')", "text a-1-true"), ("join(inputs.tags)", "text golda b"),
        ("split('a,b,', ',')", "list [a, b, ]"), ("default(inputs.none, 'x')", "text x"),
        ("default(0, 1)", "integer 0"),
        ("basename('/a/b.apk')", "text b.apk"), ("dirname('/a/b.apk')", "text /a"), ("dirname('b')", "text ."),
        ("quote(inputs.build)", "text 'game one.apk'"), ("quote(inputs.tags)", "text gold 'a b'"),
        ("version('1.10') > version('1.9')", "boolean true"), ("version('2.0-beta') < version('2.0')", "boolean true"),
        ("version('1.0') == version('1')", "boolean true"),
        ("version('1.0.0-rc2') < version('1.0.0-rc10')", "boolean true"),
    ])
    func `an expression has its value and type`(expression: String, expected: String) {
        #expect(Self.evaluate("@{ \(expression) }@") == expected)
    }

    @Test(arguments: [
        ("1 / 0", "failed: division by zero"),
        ("9223372036854775807 + 1", "failed: the result does not fit into 64 bits"),
        ("inputs.tags[9]", "failed: the list has 2 members, there is none at 9"),
        ("env.HOME < 1", "failed: a text and a whole number have no order"),
        ("env.HOME and true", "failed: true or false is needed here, this is a text"),
        ("env.HOME matches env.HOME + 1", "failed: `+` does not work on a text and a whole number"),
        ("length(env.NOT_SET)", "failed: length() takes something else here, not null"),
    ])
    func `what goes wrong on a phone says why`(expression: String, expected: String) {
        #expect(Self.evaluate("@{ \(expression) }@") == expected)
    }

    @Test(arguments: [
        ("inputs.bild", "refused: unknown input `bild`"), ("build", "refused: unknown name `build`"),
        ("lenght('a')", "refused: unknown function `lenght`"), ("1 +", "refused: expected a value, found the end"),
        ("1 = 1", "refused: unknown operator `=`"), ("a && b", "refused: unknown operator `&&`"),
        ("'a", "refused: the quote is not closed"), ("1 < 2 < 3", "refused: comparisons cannot be chained"),
        ("007", "refused: a number has no leading zero"),
        ("5x", "refused: `5x` is neither a number nor a duration nor a size"),
        ("'a' + 'b'", "refused: `+` adds numbers, not texts"),
        ("1 == 'a'", "refused: a whole number is never equal to a text"),
        ("not 1", "refused: `not` needs true or false, this is a whole number"),
        ("'a' matches '('", "refused: the pattern has a `(` that is not closed"),
        ("trim(1)", "refused: trim() takes a text"), ("trim()", "refused: trim() takes 1 value, not 0"),
        ("steps.first.output", "refused: results of steps are not known here"),
        ("", "refused: an expression is missing"), ("(1", "refused: expected `)`, found the end"),
        ("phone.colour", "refused: unknown field of a phone `colour`"),
    ])
    func `what can never work is refused before any phone is touched`(expression: String, expected: String) {
        #expect(Self.evaluate("@{ \(expression) }@") == expected)
    }

    @Test(arguments: [
        ("a @{ 1 }@ b", "text a 1 b"), ("@{ 'x' }@@{ 2.50 }@", "text x2.5"), ("@{ inputs.wait }@", "duration 90"),
        ("@{ inputs.wait }@ ", "text 90 "), ("@{ '}@' }@!", "text }}!"),
        ("a @{ inputs.tags }@", "refused: a list cannot stand inside a text"),
        ("a @{ inputs.none }@", "failed: this is null, which cannot stand inside a text"),
        ("a @{ 1", "refused: `${{` is not closed"),
    ])
    func `an expression keeps its type only when it stands alone`(text: String, expected: String) {
        #expect(Self.evaluate(text) == expected)
    }

    @Test func `an expression that is nested without end is refused, not a crash`() {
        let deep = String(repeating: "(", count: 1500) + "1" + String(repeating: ")", count: 1500)
        #expect(Self.evaluate("@{ \(deep) }@") == "refused: the expression is nested too deeply")
        let nots = String(repeating: "not ", count: 900) + "true"
        #expect(Self.evaluate("@{ \(nots) }@") == "refused: the expression is nested too deeply")
        let long = String(repeating: "1 + ", count: 2000) + "1"
        #expect(Self.evaluate("@{ \(long) }@") == "refused: an expression has at most 4096 bytes")
    }

    @Test func `variables that double each other end with an error, not a hang`() {
        var lines = ["vars:", "  v0: \"x\""]
        for level in 1...40 { lines.append("  v\(level): \"${{ vars.v\(level - 1) }}${{ vars.v\(level - 1) }}\"") }
        lines += ["phones: all", "steps:", "  - shell: echo"]
        let (playbook, complaints) = readPlaybook(lines.joined(separator: "\n"))
        #expect(complaints.isEmpty)
        let scope = Scope(SharedScope(playbookVariables: playbook?.variables ?? [:]))
        #expect(throws: PlaybookError.self) { try playbook?.variables["v40"]?.value(in: scope) }
    }
}
