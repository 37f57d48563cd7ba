import ArgumentParser
import Planning

/// `drover plan PLAYBOOK`: what a run would do, phone by phone; nothing is changed.
struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Show what a playbook would do to the phones as they are now; changes nothing.",
        discussion: "Every step is asked on every phone whether there is anything to do: install, upgrade or skip."
    )

    @Argument(help: ArgumentHelp("The playbook.", valueName: "playbook"))
    var playbook: String

    @OptionGroup(title: "Inputs and variables") var given: InputOptions
    @Option(help: ArgumentHelp("At most this many phones at once.", valueName: "n"))
    var forks: Int?

    @Option(help: ArgumentHelp("Draw `pick` from this number, to repeat a choice.", valueName: "n"))
    var seed: UInt64?

    @Flag(help: "Print the plan without asking any phone.")
    var offline = false

    @Flag(help: "End with exit code 10 when there is anything to do.")
    var detailedExit = false

    @OptionGroup(title: "Steps") var steps: StepOptions
    @OptionGroup var farm: FarmOptions

    func run() async throws {
        try await FarmSession.with(farm) { session in
            let words = try given.words(steps)
            let loaded = try LoadedPlaybook(try readSource(playbook, as: "playbook"), words, in: session)
            let plan = try await loaded.plan(
                in: session, farm: farm, forks: forks, seed: seed ?? .random(in: 1...(.max)), offline: offline)
            Terminal.output.write(PlanPrinter().text(of: plan))
            guard !offline else { return }
            let previews = await PlanInquiry(plan: plan, session: session).ask()
            let preview = PlanPreview(of: previews, for: plan)
            Terminal.output.write("\n" + PlanPreviewPrinter().text(of: preview, for: plan))
            if detailedExit, preview.hasWork { throw RunEnded(code: 10) }
        }
    }
}
