import ArgumentParser
import Planning

/// Which steps of a playbook take part.
struct StepOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Only steps with one of these tags (comma-separated, repeatable).", valueName: "tag"))
    var tags: [String] = []

    @Option(help: ArgumentHelp("No steps with one of these tags.", valueName: "tag"))
    var skipTags: [String] = []

    @Option(help: ArgumentHelp("Begin at this step: its id, its name or its number.", valueName: "step"))
    var from: String?

    @Option(help: ArgumentHelp("Only this step, by id, name or number (repeatable).", valueName: "step"))
    var only: [String] = []

    var filter: StepFilter {
        StepFilter(tags: Self.words(tags), skipTags: Self.words(skipTags), from: from, only: only)
    }

    private static func words(_ options: [String]) -> Set<String> {
        Set(options.flatMap { $0.split(separator: ",").map { $0.filter { $0 != " " } } })
    }
}
