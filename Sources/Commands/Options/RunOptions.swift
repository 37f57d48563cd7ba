import ArgumentParser
import Steps

/// How a run goes: its width, its consent, and where its folder is.
struct RunOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "At most this many phones at once; the farm file's `limits.run` may be lower.", valueName: "n"))
    var forks: Int?

    @Flag(name: [.short, .long], help: "Go on without asking where up to `disrupt` is done to many phones.")
    var yes = false

    @Option(help: ArgumentHelp("Allow a class of steps in so many words: disrupt, data-loss.", valueName: "class"))
    var allow: [String] = []

    @Option(help: ArgumentHelp("Where run folders are kept.", valueName: "folder"))
    var runs = "runs"

    @Option(help: ArgumentHelp("Draw `pick` and back-off from this number, to repeat a choice.", valueName: "n"))
    var seed: UInt64?

    @Flag(name: [.short, .long], help: "Print a line per step, not only per phone.")
    var verbose = false

    @Flag(name: [.short, .long], help: "Print the end report only.")
    var quiet = false

    @Flag(help: "Print the end report as JSON on standard output.")
    var json = false

    @OptionGroup var leases: LeaseOptions

    func validate() throws {
        if let forks, forks < 1 { throw ValidationError("--forks takes 1 or more") }
        try StepClass.validate(allow)
    }

    var allowedClasses: Set<StepClass> { Set(allow.compactMap(StepClass.init(rawValue:))) }
}

extension StepClass {
    /// Refuses names given by `--allow` that are no classes.
    static func validate(_ names: [String]) throws {
        for name in names where StepClass(rawValue: name) == nil {
            let known = allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("--allow knows no class `\(name)`; it takes \(known)")
        }
    }
}
