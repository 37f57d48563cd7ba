import ArgumentParser
import CloudLinks
import Farm
import Planning
import Reports
import SourceText

/// `drover phones [SELECTOR]`: who is in the farm, who answers, and what they are.
struct PhonesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "phones",
        abstract: "List phones, what they are, and whether they answer.",
        discussion: """
            Phones behind adb servers are discovered. --save writes what answers as a farm file, so that a phone that \
            is missing later is noticed as lost. For phones of a cloud its service answers; --refresh dials them over ADB, \
            where their servers allow it, after asking anew where they are.
            """
    )

    /// How a list is printed.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case table
        case json
    }

    @Argument(help: ArgumentHelp("Which phones; all of them when not given.", valueName: "selector"))
    var selector = "all"

    @Option(help: ArgumentHelp("table or json.", valueName: "format"))
    var format = Format.table

    @Option(help: ArgumentHelp("Write the phones that answered to this new farm file.", valueName: "file"))
    var save: String?

    @Flag(help: "List the farm without asking any phone.")
    var offline = false

    @Flag(help: "Forget where ADB reaches cloud phones, ask their service anew, and dial them.")
    var refresh = false

    @OptionGroup var farm: FarmOptions

    private static let keys = [
        "ro.product.model", "ro.build.version.release", "ro.build.version.sdk", "ro.serialno",
    ]

    func validate() throws {
        guard !offline || save == nil else {
            throw ValidationError("--save writes the phones that answer, and --offline asks none")
        }
        guard !offline || !refresh else {
            throw ValidationError("--refresh asks anew, and --offline asks nobody")
        }
    }

    func run() async throws {
        try await FarmSession.with(farm) { session in
            var diagnostics = Diagnostics()
            if refresh { await session.clouds.forgetAddresses(of: session.inventory.servers) }
            let choice = try await session.choose(seed: 1, offline: offline, &diagnostics) {
                planner, isEarly, diagnostics in
                planner.selector(selector, limit: farm.limit, beforeDiscovery: isEarly, &diagnostics)
            }
            let phones = choice.selections.plays[0].phones
            guard !phones.isEmpty else {
                // Of servers it is their account that knows the phones.
                let isUnasked = offline && !session.inventory.servers.isEmpty
                throw CommandFailure(
                    "`\(selector)` selects no phone of this farm"
                        + (isUnasked ? " that is known without asking its servers; leave --offline out" : ""))
            }
            var survey = session.survey
            survey.dialsCloudPhones = refresh
            let answers = offline ? nil : await survey.ask(phones, for: Self.keys)
            let rows = phones.enumerated().map { PhoneRow($1, answers?[$0]) }
            switch format {
            case .table: Terminal.output.write(PhoneRow.table(rows))
            case .json: Terminal.output.write(PhoneRow.json(rows))
            }
            if let save { try Roster(rows, of: choice.inventory, secrets: session.secrets).write(to: save) }
        }
    }
}
