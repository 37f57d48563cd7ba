import ArgumentParser
import Custody
import Farm
import Planning
import SourceText

/// `drover quarantine`: the phones that are left out until somebody has looked at them.
struct QuarantineCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quarantine",
        abstract: "Show which phones are quarantined and why, add some, or release them.",
        discussion: """
            A phone that fails for reasons of its own in 3 of its last 5 runs is quarantined for 7 days: it cannot be \
            reached, does not accept a key, is full, too hot or nearly empty. What an app or a test does wrong never counts. \
            Playbooks leave quarantined phones out by `healthy`: `phones: pixel and healthy`.
            """,
        subcommands: [List.self, Add.self, Release.self],
        defaultSubcommand: List.self
    )

    /// The user's book; every change is said in one line.
    private static func book() -> QuarantineBook { QuarantineBook(environment: ProcessEnvironment.all) }

    /// The phones that a selector means.
    private static func names(_ selector: String, _ farm: FarmOptions) async throws -> [String] {
        guard farm.simulate == nil else { throw CommandFailure("nothing is remembered of simulated phones") }
        var names: [String] = []
        try await FarmSession.with(farm) { session in
            var diagnostics = Diagnostics()
            let choice = try await session.choose(seed: 1, &diagnostics) { planner, isEarly, diagnostics in
                planner.selector(selector, limit: farm.limit, beforeDiscovery: isEarly, &diagnostics)
            }
            names = choice.selections.plays[0].phones.map(\.name)
        }
        guard !names.isEmpty else { throw CommandFailure("`\(selector)` selects no phone of this farm") }
        return names
    }

    private static func trying<Answer>(_ body: () throws(CustodyError) -> Answer) throws -> Answer {
        do {
            return try body()
        } catch {
            throw CommandFailure("\(error)", status: .cannotGoOn)
        }
    }

    /// `drover quarantine ls`.
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "ls", abstract: "Show the quarantined phones, why, and until when.")

        @Flag(help: "Print JSON.")
        var json = false

        func run() throws {
            let phones = try trying { () throws(CustodyError) in try book().phones() }
            Terminal.output.write(json ? QuarantineRow.json(phones) : QuarantineRow.table(phones))
        }
    }

    /// `drover quarantine add SELECTOR`.
    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add", abstract: "Quarantine phones, such as one with a broken screen.")

        @Argument(help: ArgumentHelp("Which phones.", valueName: "selector"))
        var selector: String

        @Option(help: ArgumentHelp("Why, for those who find it in the list.", valueName: "text"))
        var reason: String

        @Option(name: .customLong("for"), help: ArgumentHelp("How long; 7d when not given.", valueName: "duration"))
        var time: DurationArgument?

        @OptionGroup var farm: FarmOptions

        func validate() throws {
            guard reason.contains(where: { !$0.isWhitespace }) else {
                throw ValidationError("--reason needs some words")
            }
        }

        func run() async throws {
            let names = try await names(selector, farm)
            let owner = LeaseHolder.current(run: "").owner
            try trying { () throws(CustodyError) in
                try book().add(names, reason: reason, by: owner, for: time?.value)
            }
            Terminal.output.line("quarantined: \(NameFolding.brief(names))")
        }
    }

    /// `drover quarantine release SELECTOR`.
    struct Release: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "release", abstract: "Take phones out of quarantine, and forget what spoke against them.")

        @Argument(help: ArgumentHelp("Which phones.", valueName: "selector"))
        var selector: String?

        @Flag(help: "Release all quarantined phones, also those of other farm files.")
        var all = false

        @OptionGroup var farm: FarmOptions

        func validate() throws {
            guard all != (selector != nil) else { throw ValidationError("give a selector, or --all") }
        }

        func run() async throws {
            let wanted: Set<String>
            if let selector {
                wanted = Set(try await names(selector, farm))
            } else {
                wanted = try trying { () throws(CustodyError) in try book().names() }
            }
            let released = try trying { () throws(CustodyError) in try book().release(wanted) }
            Terminal.output.line(
                released.isEmpty ? "none of them was quarantined" : "released: \(NameFolding.brief(released))")
        }
    }
}
