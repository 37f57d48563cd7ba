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
        // Mappings, lists and choices.
        ("{ a: 1, 'b c': [2] }.a", "integer 1"), ("{ a: 1, 'b c': [2] }['b c'][0]", "integer 2"),
        ("{ a: 1 } == { a: 1.0 }", "boolean true"), ("'a' in { a: null }", "boolean true"), ("{}.a", "null null"),
        ("[1] + [2, 3]", "list [1, 2, 3]"), ("1 if phone.sdk > 30 else 2", "integer 1"),
        ("1 if false else 2 if false else 3", "integer 3"), ("(1 if true else 2) + 1", "integer 2"),
        ("'x' if true or false else 1 / 0", "text x"),
        // Texts.
        ("replace('a.b.c', '.', '/')", "text a/b/c"), ("lines(\"a\\nb\\n\")", "list [a, b]"),
        ("match('versionName=1.10 x', 'versionName=(\\d+)\\.(\\d+)')", "list [versionName=1.10, 1, 10]"),
        ("match('ab', '(x)?(a|ab)(b?)')", "list [ab, null, a, b]"), ("match('abc', 'a.*?c')[0]", "text abc"),
        ("match('<a><b>', '<.+?>')[0]", "text <a>"), ("match('<a><b>', '<.+>')[0]", "text <a><b>"),
        ("match('nothing', '\\d')", "null null"), ("match('A1', '(?i)a(.)')[1]", "text 1"),
        ("match('äöü', 'ö(.)')[1]", "text ü"), ("slice('abcdef', 1, -1)", "text bcde"), ("slice('abc', -2)", "text bc"),
        ("slice([1, 2, 3], 1)", "list [2, 3]"), ("slice([1], 5)", "list []"), ("text(90s)", "text 90"),
        // JSON.
        ("json('{\"a\": [1, 2.5, \"\\u00e9\\n\", null, true]}').a", "list [1, 2.5, é\n, null, true]"),
        ("json('\"\\ud83d\\ude00\"')", "text 😀"), ("json(' 12 ')", "integer 12"),
        ("keys(json('{\"b\": 1, \"a\": 2}'))", "list [a, b]"), ("values({ b: 1, a: 2 })", "list [2, 1]"),
        // Lists.
        ("sort([3, 1, 2.5])", "list [1, 2.5, 3]"), ("sort(['b', 'a'])", "list [a, b]"),
        ("unique([1, 1.0, 2, 'a', 'a'])", "list [1, 2, a]"), ("reverse([1, 2])", "list [2, 1]"),
        ("first([]) == null", "boolean true"), ("last([1, 2])", "integer 2"), ("min([2, 1])", "integer 1"),
        ("max(['1.10', '1.9'])", "text 1.9"), ("sum([1, 2.5])", "number 3.5"), ("sum([1GB, 1MB])", "size 1001000000"),
        ("sum([])", "integer 0"), ("range(3)", "list [0, 1, 2]"), ("range(2, 4)", "list [2, 3]"),
        ("range(0)", "list []"), ("without([1, 2, 3], [2])", "list [1, 3]"), ("intersect([1, 2], [2, 3])", "list [2]"),
        // Numbers and units.
        ("int(' 042 ')", "integer 42"), ("int(-2.9)", "integer -2"), ("number('1e3')", "number 1000"),
        ("number('7') == 7", "boolean true"), ("round(2.5)", "integer 3"), ("round(2.345, 2)", "number 2.35"),
        ("format(2, 2)", "text 2.00"), ("format(1 / 3, 3)", "text 0.333"), ("abs(-3)", "integer 3"),
        ("size('2GB') > 1GB", "boolean true"), ("duration('30s') * 2 == 1m", "boolean true"),
        ("version('1.10') >= version('1.9.9')", "boolean true"),
    ])
    func `functions, mappings and choices have their value`(expression: String, expected: String) {
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
        ("int(env.HOME)", "failed: `/home/me` is not a whole number"),
        ("number('nan')", "failed: `nan` is not a number"),
        ("int(1e300)", "failed: the result does not fit into 64 bits"),
        ("json('[1,')", "failed: this is not JSON: it ends too early, at byte 4"),
        ("json('{\"a\" 1}')", "failed: this is not JSON: a colon is missing, at byte 6"),
        ("sort([1, 'a'])", "failed: sort() finds a text and a whole number, which have no order"),
        ("sum(['a'])", "failed: sum() adds numbers, sizes or durations, not a text"),
        ("range(100000)", "failed: range() gives at most 10000 numbers"),
        ("match(env.HOME, env.HOME + env.HOME)", "failed: `+` adds numbers, not texts"),
        ("replace('a', '', 'b')", "failed: replace() needs a part to look for"),
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
        ("1 if true", "refused: expected `else`, found the end"), ("true ? 1 : 2", "refused: unknown operator `?`"),
        ("{ a: 1, a: 2 }", "refused: the name `a` stands twice in the mapping"),
        ("{ a 1 }", "refused: expected `:`, found `1`"), ("{ 1: 2 }", "refused: expected a name or a text"),
        ("match('a', '(')", "refused: the pattern has a `(` that is not closed"),
        ("len('a')", "refused: unknown function `len`"), ("secret.token", "refused: unknown secret `token`"),
        ("env.DROVER_SECRET_x", "refused: secrets are not in `env`"),
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
