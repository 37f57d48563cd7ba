import Testing

@testable import Commands

@Suite("Misspelt commands")
struct MisspeltCommandTests {
    @Test(
        "a near miss is told with what was meant",
        arguments: [
            ("rnu deploy.yml", "`drover` has no command `rnu`; did you mean `drover run`?"),
            ("Run deploy.yml", "`drover` has no command `Run`; did you mean `drover run`?"),
            ("help chekc", "`drover` has no command `chekc`; did you mean `drover check`?"),
            (
                "quarantine relase px-1",
                "`drover quarantine` has no command `relase`; did you mean `drover quarantine release`?"
            ),
            ("runs purne", "`drover runs` has no command `purne`; did you mean `drover runs prune`?"),
            ("deploy.yml build=x", "`drover` has no command `deploy.yml`; did you mean `drover run deploy.yml`?"),
            ("devices", "`drover` has no command `devices`; `drover --help` lists them"),
            ("\u{1B}[2J", "`drover` has no command `\\u{1B}[2J`; `drover --help` lists them"),
        ])
    func told(line: String, text: String) {
        #expect(MisspeltCommand(in: line.split(separator: " ").map(String.init))?.failure.text == "error: \(text)")
    }

    @Test(
        "what is a command, or may be an argument, is left alone",
        arguments: [
            "", "run", "run rnu", "--version", "-x rnu", "help run", "help", "runs prune", "runs --runs prun",
            "quarantine px-1 relase", "exec all -- rnu", "steps instal",
        ])
    func leftAlone(line: String) {
        #expect(MisspeltCommand(in: line.split(separator: " ").map(String.init)) == nil)
    }

    @Test func `a long word is cut`() {
        let text = MisspeltCommand(in: [String(repeating: "x", count: 5000)])?.failure.text ?? ""
        #expect((100..<160).contains(text.count))
    }
}
