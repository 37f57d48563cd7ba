import ArgumentParser
import Farm
import Planning
import Steps

/// `drover uninstall SELECTOR PACKAGE`: takes one app off many phones.
struct UninstallCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "uninstall",
        abstract: "Uninstall an app from many phones; where it is absent, the phone is `ok`."
    )

    @Argument(help: ArgumentHelp("Which phones: all, a name, a label, an expression.", valueName: "selector"))
    var selector: String

    @Argument(help: ArgumentHelp("The package name, such as com.studio.game.", valueName: "package"))
    var package: String

    @Flag(help: "Leave the app's data on the phone.")
    var keepData = false

    @Option(help: ArgumentHelp("The Android user: a number, all or current.", valueName: "user"))
    var user: AndroidUserArgument?

    @OptionGroup var farm: FarmOptions
    @OptionGroup var time: TimeOptions
    @OptionGroup(title: "Run") var options: RunOptions

    func run() async throws {
        let name: PackageName
        do {
            name = try PackageName(validating: package)
        } catch {
            throw CommandFailure("`\(package)` is no package name: \(error.reason)")
        }
        let step = SingleStep(
            OneStep.uninstall(name, keepData: keepData, user: user?.value), timeout: time.timeout?.value,
            stall: time.stall?.value, retries: time.retries)
        try await OneStepRun(selector: selector, step: step, isGuarded: true).run(farm: farm, options: options)
    }
}
