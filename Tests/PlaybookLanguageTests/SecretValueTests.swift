import PlaybookLanguage
import Secrets
import SourceText
import Testing

/// Secrets in expressions: what is made from one is one, and only the last mile opens it.
@Suite struct SecretValueTests {
    private static func scope(_ playbook: Playbook?) -> Scope {
        let secrets = [
            "token": Secret(name: "token", "hunter2 it's"), "csv": Secret(name: "csv", "alpha-one,beta-two"),
            "json": Secret(name: "json", #"{"user": "canary-user", "pin": 471147}"#),
        ]
        let shared = SharedScope(
            inputs: ["list": .list([.text("a")])], playbookVariables: playbook?.variables ?? [:], secrets: secrets)
        return Scope(shared)
    }

    private static func read(_ expression: String) -> (Playbook?, String) {
        let quoted = "'" + expression.replacing("'", with: "''") + "'"
        return readPlaybook(
            """
            inputs: { list: list }
            secrets: { token: env TOKEN, csv: file csv.txt, json: { command: show json } }
            vars: { result: \(quoted) }
            phones: all
            steps:
              - shell: echo ${{ vars.result }}
            """)
    }

    private static func evaluate(_ expression: String) -> String {
        let (playbook, complaints) = read("${{ \(expression) }}")
        guard let argument = playbook?.variables["result"] else { return ExpressionTests.firstLine(complaints) }
        do {
            return spelled(try argument.value(in: scope(playbook)))
        } catch {
            return "failed: \(error.message)"
        }
    }

    private static func spelled(_ value: Value) -> String {
        switch value {
        case .secret(let secret): "‹\(secret.reveal { $0 })›"
        case .list(let members): "[\(members.map { spelled($0) }.joined(separator: ", "))]"
        default: value.textForm ?? "null"
        }
    }

    @Test(arguments: [
        ("secret.token", "‹hunter2 it's›"), ("secret['token']", "‹hunter2 it's›"),
        ("upper(secret.token)", "‹HUNTER2 IT'S›"), ("join(['a', secret.token], '-')", "‹a-hunter2 it's›"),
        ("split(secret.csv, ',')", "[‹alpha-one›, ‹beta-two›]"), ("split(secret.csv, ',')[1]", "‹beta-two›"),
        ("json(secret.json).user", "‹canary-user›"), ("json(secret.json).pin", "‹471147›"),
        ("match(secret.csv, '(.*),(.*)')[2]", "‹beta-two›"), ("replace(secret.csv, 'alpha', 'x')", "‹x-one,beta-two›"),
        ("quote(secret.token)", "‹'hunter2 it'\\''s'›"), ("default(secret.token, 'x')", "‹hunter2 it's›"),
        ("[secret.token] + ['a']", "[‹hunter2 it's›, a]"), ("first([secret.csv])", "‹alpha-one,beta-two›"),
        ("secret.token if true else 'a'", "‹hunter2 it's›"),
        // What tells yes or no is no secret.
        ("secret.token == 'hunter2 it''s'", "true"), ("secret.token == secret.csv", "false"),
        ("'alpha' in secret.csv", "true"), ("secret.csv matches '^alpha'", "true"),
        ("startsWith(secret.csv, 'beta')", "false"), ("secret.csv in ['a', secret.csv]", "true"),
        ("secret.csv < 'b'", "true"), ("length([secret.csv])", "1"),
        // What could not be hidden is refused.
        ("length(secret.csv)", "length() takes no secret here"), ("int(secret.csv)", "int() takes no secret here"),
        (
            "length(default(null, secret.csv))",
            "failed: length() does not take a secret: what it gives could not be hidden"
        ),
        ("json(secret.csv)", "failed: json() does not take this secret"),
        ("secret.token + 'a'", "`+` adds numbers, not texts"), ("secret.tokn", "unknown secret `tokn`"),
        ("secret", "`secret` is asked for one secret at a time"),
        ("keys(secret)", "`secret` is asked for one secret at a time"),
    ])
    func `what is made from a secret is one, unless it says only yes or no`(expression: String, expected: String) {
        #expect(Self.evaluate(expression) == expected)
    }

    @Test func `a text with a secret in it is a secret, and people see its mask`() throws {
        let (playbook, complaints) = Self.read("Bearer ${{ secret.token }}!")
        #expect(complaints.isEmpty)
        let scope = Self.scope(playbook)
        #expect(
            Self.spelled(try #require(try playbook?.variables["result"]?.value(in: scope))) == "‹Bearer hunter2 it's!›")
        let shell = try #require(playbook?.steps.first?.kind as? SmallVocabulary.Shell)
        #expect(try shell.line.line(in: scope) == "echo 'Bearer hunter2 it'\\''s!'")
        #expect(try shell.line.line(in: scope.forPeople) == "echo ‹secret token›")
    }

    @Test func `texts that are made from secrets are looked for as well`() throws {
        let (playbook, _) = Self.read("${{ split(secret.csv, ',') }}")
        let scope = Self.scope(playbook)
        let redactor = Redactor(scope.shared.vault)
        #expect(redactor.redacting("it is beta-two") == "it is beta-two")
        _ = try playbook?.variables["result"]?.value(in: scope)
        #expect(redactor.redacting("it is beta-two") == "it is ‹secret csv›")
    }

    @Test func `a secret that a phone sends back is one again`() throws {
        var scope = Self.scope(nil)
        scope.record(
            step: "a",
            outputs: ["output": .text("got aHVudGVyMiBpdCdz back"), "error": .text("nothing"), "exit": .integer(0)])
        guard case .map(let outputs)? = scope.steps["a"], case .secret(let back)? = outputs["output"] else {
            Issue.record("\(scope.steps)")
            return
        }
        #expect(back.name == "token")
        #expect(outputs["error"] == .text("nothing"))
        #expect(outputs["exit"] == .integer(0))
    }

    @Test func `a mask that an earlier run has kept for a secret is sent to no phone`() throws {
        let (playbook, _) = Self.read("got ${{ env.KEPT }}")
        let shared = SharedScope(
            environment: ["KEPT": "x ‹secret token› y"], playbookVariables: playbook?.variables ?? [:],
            secrets: ["token": Secret(name: "token", "hunter2")])
        let shell = try #require(playbook?.steps.first?.kind as? SmallVocabulary.Shell)
        let error = #expect(throws: PlaybookError.self) { try shell.line.line(in: Scope(shared)) }
        #expect(error?.message == "a result held the secret `token`, and drover keeps no secrets")
        #expect(try shell.line.line(in: Scope(shared).forPeople).contains("‹secret token›"))
    }

    @Test func `an argument that is shown or kept refuses a secret`() {
        let (_, complaints) = readPlaybook(
            """
            secrets: { token: env TOKEN }
            phones: all
            steps:
              - install: ${{ secret.token }}
            """)
        #expect(complaints.contains("this is a secret"), "\(complaints)")
    }

    @Test(arguments: [
        ("token: hunter2", "a secret does not stand in the file itself"),
        ("token: { env: A, file: b }", "a secret says where it comes from, this is a mapping"),
        ("token: { value: x }", "a secret has no key `value`"), ("token: env", "`env` names nothing"),
        ("token: env A B", "`A B` is no name of a variable"),
        ("token: 5", "a secret does not stand in the file itself"),
        ("token: { file: '${{ env.X }}' }", "where a secret comes from is a plain text"),
        ("to-ken: env A", "the name of a secret consists of letters, digits and _, and begins with no digit"),
    ])
    func `a declaration says where a secret comes from`(line: String, expected: String) {
        let (_, complaints) = readPlaybook("secrets:\n  \(line)\nphones: all\nsteps:\n  - shell: echo\n")
        #expect(ExpressionTests.firstLine(complaints) == expected)
    }
}
