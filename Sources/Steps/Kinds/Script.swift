import Farm
import Journal
import Lanes
import PlaybookLanguage

/// Sends a local script to an encoder, runs it there, and removes it.
struct Script: HostStepKind {
    static let manual = StepManual(
        "script", "Send a script of this machine to the encoder, run it there, and remove it.",
        details: """
            It gets a folder of its own below `/tmp` (or `$TMPDIR`) that nobody else may look into, runs by what its first \
            line says (`/bin/sh` when that is no `#!`) in the home folder of the user, and is removed when it ends, also when \
            it fails or is stopped. Its standard input is empty. As with `shell`, the exit code is expected to be 0, and a \
            script that was sent and got no answer is not repeated.
            """,
        targets: [.encoders], scalar: "file",
        arguments: [
            .init("file", "file", "The script on this machine, of at most 4 MiB."),
            .init("args", "text, or a list of them", standard: "none", "Its arguments, each of them one word."),
            .init("env", "mapping of names and texts", standard: "none", "Variables of its environment."),
            .init("output-limit", "size", standard: "1MiB", "How much of output and of error is kept, each."),
        ],
        class: .change, timeout: .seconds(600), mayRepeatAfterSent: false,
        examples: [
            "script: tools/health.sh",
            "script: { file: tools/roll-back.sh, args: [encoder, \"${{ vars.version }}\"], env: { DRY: \"1\" } }",
        ])

    /// More is no script that anybody wrote.
    private static let largest = 4 << 20

    private let file: Argument<String>
    private let words: Argument<[String]>?
    private let environment: EnvironmentArgument
    private let outputLimit: Argument<ByteCount>?

    init(reading arguments: inout StepArguments) {
        file = arguments.file("file", bare: true)
        words = arguments.optionalList("args")
        environment = EnvironmentArgument(reading: &arguments)
        outputLimit = arguments.optionalSize("output-limit")
    }

    func summary(in scope: Scope?) -> String { "script \(file.shownFile(in: scope))" }

    var judgesExit: Bool { true }

    func payloads(in scope: Scope) throws(PlaybookError) -> [PayloadRequest] {
        [PayloadRequest(.files, .path(try file.value(in: scope)), span: file.span)]
    }

    func need(on host: any ConnectedHost, context: StepContext) async throws -> Need {
        .work(because: "a script is always run")
    }

    func perform(on host: any ConnectedHost, context: StepContext) async throws -> StepOutcome {
        let path = try file.value(in: context.scope)
        let files = try context.payloads.files(at: path)
        guard !files.isFolder, case .bytes(let bytes)? = files.entries.first?.content else {
            throw PayloadError(path: path, reason: "is a folder, and a script is due")
        }
        guard bytes.count <= Self.largest else {
            throw PayloadError(
                path: path, reason: "is longer than 4 MiB", advice: "`upload` it, and run it with `shell`")
        }
        let script = bytes.withUnsafeBytes { Array($0) }
        let arguments = try words?.optionalValue(in: context.scope) ?? []
        let line = Self.line(size: script.count, arguments, try environment.prefix(in: context.scope))
        let limit = try outputLimit?.optionalValue(in: context.scope)?.bytes ?? context.outputLimit
        let result = try await host.run(line, input: script, outputLimit: limit)
        return StepOutcome(.changed, outputs: StepOutputs(of: result))
    }

    /// One command that takes the script from its standard input, so that nothing of it is left when the link breaks.
    ///
    /// The folder is made by `mktemp`, so that nobody can prepare it; the size is compared, since a link that breaks
    /// would otherwise run half a script.
    static func line(size: Int, _ arguments: [String], _ environment: String) -> String {
        let call = arguments.isEmpty ? "" : " " + ShellLine(arguments).description
        return """
            d=$(umask 077 && mktemp -d "${TMPDIR:-/tmp}/.drover-XXXXXXXX") || exit 1
            trap 'rm -rf "$d"' EXIT; trap 'exit 129' HUP; trap 'exit 130' INT; trap 'exit 143' TERM
            cat > "$d/script" && chmod 700 "$d/script" || exit 1
            [ "$(wc -c < "$d/script")" -eq \(size) ] || { echo 'the script did not arrive whole' >&2; exit 1; }
            \(environment)"$d/script"\(call) < /dev/null
            """
    }
}
