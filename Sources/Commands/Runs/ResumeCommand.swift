import ArgumentParser
import Farm
import Glibc
import Journal
import Planning
import PlaybookLanguage
import SourceText

/// `drover resume [RUN]`: takes every phone on from its own first unfinished step.
struct ResumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Go on with a run that was stopped, killed, or left phones behind.",
        discussion: """
            Every phone goes on at its own first unfinished step, with the results that it had; who came to a good end is \
            left alone. Playbook and targets are those that the run began with. When a file or the farm has changed \
            since, nothing is done unless --accept-changes is given.
            """
    )

    @ArgumentParser.Argument(help: ArgumentHelp("The run: its name, the end of it, or `latest`.", valueName: "run"))
    var run: String?

    @Flag(
        help:
            "Go on although files or phones have changed: new content is delivered, and phones are reached as the farm file says now."
    )
    var acceptChanges = false

    @Flag(help: "Show what commands printed before the report, equal outputs once.")
    var showOutput = false

    @OptionGroup(title: "Run") var options: RunOptions

    func run() async throws {
        let found = try EarlierRun.find(run, in: options.runs)
        let (folder, frozen, contents, choice) = (found.folder, found.frozen, found.contents, found.choice)
        guard contents.record.phones.contains(where: \.takesPartAgain) else {
            Terminal.output.line("\(folder.id): every phone has come to a good end; there is nothing to go on with")
            return
        }
        guard let farmText = frozen.sources[choice.farmName], let text = frozen.sources[choice.playbookName] else {
            throw CommandFailure("\(folder.planPath) lacks the text of the playbook or of the farm")
        }
        var farm = try FarmOptions.parse([])
        farm.keys = choice.keys
        let farmFile = SourceFile(name: choice.farmName, text: farmText)
        try await FarmSession.with(farm, frozen: farmFile) { session in
            let sources = frozen.sources
            let loaded = try LoadedPlaybook(
                SourceFile(name: choice.playbookName, text: text), choice.words, in: session
            ) { path, _ in
                guard let text = sources[path] else { throw IncludeError("the run did not keep it") }
                return SourceFile(name: path, text: text)
            }
            var changes = ChangesSince(choice: choice, sources: sources)
            let current = changes.phonesOfToday()
            let accepted = acceptChanges ? current : [:]
            guard let targets = FrozenTargets(choice.targets, current: accepted) else {
                throw CommandFailure("\(folder.planPath) lacks the targets of the run")
            }
            let plan = try await loaded.plan(
                for: targets, in: session, forks: options.forks ?? choice.forks, seed: frozen.header.seed)
            changes.compare(plan, targets, current)
            try changes.stopUnless(acceptChanges)
            var pipeline = RunPipeline(session: session, options: options, playbook: choice.playbookName)
            pipeline.earlier = RunPipeline.Earlier(folder: folder, contents: contents)
            if showOutput { pipeline.outputs = .beforeReport }
            try await pipeline.execute(plan)
        }
    }
}
