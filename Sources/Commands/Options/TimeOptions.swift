import ArgumentParser
import PlaybookLanguage

/// The limits of a one-step run; the step kind's own when not given.
struct TimeOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Give each attempt this long: 90s, 15m, 1h.", valueName: "duration"))
    var timeout: DurationArgument?

    @Option(
        help: ArgumentHelp(
            "Give up when no byte moved for this long while bytes are due: 30s, 2m.", valueName: "duration"))
    var stall: DurationArgument?

    @Option(help: ArgumentHelp("Try up to this many more times after failed, lost or timed out.", valueName: "n"))
    var retries: Int?

    func validate() throws {
        if let retries, !(0...100).contains(retries) { throw ValidationError("--retries takes 0 to 100") }
    }
}

/// A duration with its unit, as playbooks write it.
struct DurationArgument: ExpressibleByArgument {
    let value: Duration

    init?(argument: String) {
        guard let value = try? readDuration(argument) else { return nil }
        self.value = value
    }
}
