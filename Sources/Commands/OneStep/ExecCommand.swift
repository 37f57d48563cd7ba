import ArgumentParser
import Planning
import Steps

/// `drover exec SELECTOR -- COMMAND...`: one shell line on many phones.
struct ExecCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exec",
        abstract: "Run one command on many phones and fold equal answers together.",
        discussion: """
            The words after -- are joined with blanks and given to the phone's shell, as `adb shell` does; quote what \
            the phone's shell is to see: drover exec pixel -- 'ls /sdcard | wc -l'
            """
    )

    @Argument(help: ArgumentHelp("Which phones: all, a name, a label, an expression.", valueName: "selector"))
    var selector: String

    @Argument(parsing: .postTerminator, help: ArgumentHelp("The command.", valueName: "command"))
    var command: [String] = []

    @OptionGroup var farm: FarmOptions
    @OptionGroup var time: TimeOptions
    @OptionGroup(title: "Run") var options: RunOptions

    func validate() throws {
        guard !command.isEmpty else {
            throw ValidationError(
                "give the command after --, as in: drover exec \(selector) -- getprop ro.product.model")
        }
    }

    func run() async throws {
        let line = command.joined(separator: " ")
        let step = SingleStep(
            OneStep.shell(line), title: "exec \(line)", timeout: time.timeout?.value, stall: time.stall?.value,
            retries: time.retries)
        try await OneStepRun(selector: selector, step: step, isGuarded: true, foldsOutput: true)
            .run(farm: farm, options: options)
    }
}
