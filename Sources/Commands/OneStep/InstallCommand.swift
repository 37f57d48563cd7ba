import ArgumentParser
import Planning
import Steps

/// `drover install SELECTOR APP`: one app on many phones.
struct InstallCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "install",
        abstract: "Install an app on many phones, where it is not there already.",
        discussion: "A phone is `ok` only when version, signer and content of the installed app are those of APP."
    )

    @Argument(help: ArgumentHelp("Which phones: all, a name, a label, an expression.", valueName: "selector"))
    var selector: String

    @Argument(help: ArgumentHelp("An .apk, a folder of splits, .apks or .xapk.", valueName: "app"))
    var app: String

    @Option(
        help: ArgumentHelp("Grant `all` runtime permissions, or those named (repeatable).", valueName: "permission"))
    var grant: [String] = []

    @Flag(help: "Let an older version replace a newer one.")
    var downgrade = false

    @Flag(help: "Accept a build marked testOnly.")
    var test = false

    @Flag(help: "Install even where the same content is there already.")
    var force = false

    @Option(help: ArgumentHelp("The Android user: a number, all or current.", valueName: "user"))
    var user: AndroidUserArgument?

    @OptionGroup var farm: FarmOptions
    @OptionGroup var time: TimeOptions
    @OptionGroup(title: "Run") var options: RunOptions

    func validate() throws {
        guard grant != ["all"], let wrong = grant.first(where: { !OneStep.isPermission($0) }) else { return }
        let help =
            wrong == "all"
            ? "--grant all stands alone" : "`\(wrong)` is no permission, such as android.permission.CAMERA"
        throw ValidationError(help)
    }

    func run() async throws {
        let kind = OneStep.install(
            app, permissions: grant, downgrade: downgrade, test: test, user: user?.value, force: force)
        let step = SingleStep(
            kind, timeout: time.timeout?.value, stall: time.stall?.value, retries: time.retries)
        try await OneStepRun(selector: selector, step: step).run(farm: farm, options: options)
    }
}
