import ArgumentParser
import PlaybookLanguage
import SourceText

/// What is given to a playbook from outside: inputs and variables.
struct InputOptions: ParsableArguments {
    @ArgumentParser.Argument(
        help: ArgumentHelp("Inputs of the playbook: build=game.apk, or notes=@FILE.", valueName: "name=value"))
    var inputs: [String] = []

    @Option(
        name: .customLong("inputs"),
        help: ArgumentHelp("A YAML file of inputs (repeatable); the command line is stronger.", valueName: "file"))
    var inputFiles: [String] = []

    @Option(
        name: .customLong("var"),
        help: ArgumentHelp("Set a variable, stronger than the playbook's (repeatable).", valueName: "name=value"))
    var variables: [String] = []

    @Option(
        name: .customLong("vars"),
        help: ArgumentHelp("A YAML file of variables (repeatable); --var is stronger.", valueName: "file"))
    var variableFiles: [String] = []

    @Flag(name: .customLong("no-input"), help: "Never ask for a missing input.")
    var noInput = false

    /// What was given, with the texts of its files.
    func words(_ filter: StepOptions) throws -> PlaybookWords {
        var words = PlaybookWords(inputs: inputs, variables: variables, filter: filter.filter)
        words.inputFiles = try inputFiles.map { try readSource($0, as: "file of inputs") }
        words.variableFiles = try variableFiles.map { try readSource($0, as: "file of variables") }
        words.mayAsk = !noInput
        return words
    }
}
