import Farm
import Journal
import PlaybookLanguage

/// Runs a command in the shell of a phone or of a host.
struct Shell: StepKind {
    static let manual = StepManual(
        "shell", "Run a command in the shell of the phone or the encoder.",
        details: """
            A value put into the line with `${{ }}` is quoted for the shell; `raw(x)` opts out. The exit code is expected to \
            be 0 unless `expect` says otherwise. A command that was sent and got no answer is not repeated. \
            One that prints 64 MiB more than is kept counts as one without an end: it is stopped, and has failed. \
            On an encoder `/bin/sh` runs the line, whatever the login shell of the user is.
            """,
        targets: [.phones, .encoders], scalar: "command",
        arguments: [
            .init("command", "shell line", "What the shell gets."),
            .init("input", "text", standard: "none", "What the command reads from its standard input."),
            .init("env", "mapping of names and texts", standard: "none", "Variables of the command's environment."),
            .init("output-limit", "size", standard: "1MiB", "How much of output and of error is kept, each."),
        ],
        outputs: [],
        class: .change, timeout: .seconds(120), mayRepeatAfterSent: false,
        examples: [
            "shell: settings put global stay_on_while_plugged_in 7",
            "shell: { command: \"cat > /data/local/tmp/note\", input: \"${{ vars.note }}\" }",
            "shell: { command: ./warm-up.sh, env: { STAGE: canary } }",
        ])

    private let command: ShellTemplate
    private let input: Argument<String>?
    private let environment: EnvironmentArgument
    private let outputLimit: Argument<ByteCount>?

    init(reading arguments: inout StepArguments) {
        command = arguments.shellLine("command", bare: true)
        input = arguments.optionalText("input")
        environment = EnvironmentArgument(reading: &arguments)
        outputLimit = arguments.optionalSize("output-limit")
    }

    init(line: String, outputLimit limit: ByteCount?) {
        command = ShellTemplate(literal: line)
        input = nil
        environment = .none
        outputLimit = limit.map { Argument($0) }
    }

    func summary(in scope: Scope?) -> String { "shell \(command.shown(in: scope))" }

    var judgesExit: Bool { true }

    func need(on target: any ConnectedTarget, context: StepContext) async throws -> Need {
        .work(because: "a command is always run")
    }

    func perform(on target: any ConnectedTarget, context: StepContext) async throws -> StepOutcome {
        let line = try environment.prefix(in: context.scope) + command.line(in: context.scope)
        let bytes = try input?.optionalValue(in: context.scope).map { Array($0.utf8) } ?? []
        let limit = try outputLimit?.optionalValue(in: context.scope)?.bytes ?? context.outputLimit
        let result = try await target.run(line, input: bytes, outputLimit: limit)
        return StepOutcome(.changed, outputs: StepOutputs(of: result))
    }
}
