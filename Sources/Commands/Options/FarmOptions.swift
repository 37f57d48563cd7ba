import ArgumentParser

/// Which farm, and which of its phones: the same on every command that reaches phones.
struct FarmOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The farm file; DROVER_FARM or ./farm.yml when not given.", valueName: "file"))
    var farm: String?

    @Option(help: ArgumentHelp("Narrow the selection further; never widens it.", valueName: "selector"))
    var limit: String?

    @Option(
        help: ArgumentHelp("Use this many simulated phones, started for this run, instead of a farm.", valueName: "n"))
    var simulate: Int?

    @Option(
        name: .customLong("adb-key"),
        help: ArgumentHelp(
            "Offer this private key to phones before those of ADB_VENDOR_KEYS and ~/.android.", valueName: "file"))
    var keys: [String] = []

    func validate() throws {
        guard let simulate else { return }
        guard (1...10_000).contains(simulate) else { throw ValidationError("--simulate takes 1 to 10000 phones") }
        guard farm == nil else { throw ValidationError("--simulate and --farm exclude each other") }
    }
}
