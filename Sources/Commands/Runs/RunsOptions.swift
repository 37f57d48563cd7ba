import ArgumentParser

/// Where runs are kept, and in which form they are told.
struct RunsOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Where run folders are kept.", valueName: "folder"))
    var runs = "runs"
}
