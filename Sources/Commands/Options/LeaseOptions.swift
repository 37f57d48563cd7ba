import ArgumentParser

/// What is done about phones that other runs hold.
struct LeaseOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Wait up to this long for phones that other runs hold: 10m.", valueName: "duration"))
    var wait: DurationArgument?

    @Flag(name: .customLong("no-wait"), help: "Fail at once when another run holds a phone; this is the default.")
    var noWait = false

    func validate() throws {
        guard !noWait || wait == nil else { throw ValidationError("--wait and --no-wait exclude each other") }
    }

    /// How long; nothing unless it was said.
    var patience: Duration { wait?.value ?? .zero }
}
