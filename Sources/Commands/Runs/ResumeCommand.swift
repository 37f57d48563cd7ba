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

    @OptionGroup(title: "Run") var options: RunOptions

    func run() async throws {
        let (folder, frozen, contents, choice) = try found()
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
            let plan = try loaded.plan(
                for: targets, in: session, forks: options.forks ?? choice.forks, seed: frozen.header.seed)
            changes.compare(plan, targets, current)
            try changes.stopUnless(acceptChanges)
            var pipeline = RunPipeline(session: session, options: options, playbook: choice.playbookName)
            pipeline.earlier = RunPipeline.Earlier(folder: folder, contents: contents)
            try await pipeline.execute(plan)
        }
    }
}

extension ResumeCommand {
    /// The run that is meant; without a name the latest one that a playbook made.
    private func found() throws(CommandFailure) -> (RunFolder, FrozenPlan, JournalContents, FrozenChoice) {
        let finder = RunFinder(runs: options.runs)
        guard run == nil else { return try read(try finder.find(run)) }
        let latest = finder.all().reversed().lazy.map { RunFolder($0, in: options.runs) }.first { folder in
            (try? FrozenPlan(reading: folder.planPath)).flatMap { FrozenChoice($0.choice) } != nil
        }
        guard let latest else { throw CommandFailure("no playbook has been run yet in \(options.runs)") }
        return try read(latest)
    }

    private func read(_ folder: RunFolder) throws(CommandFailure) -> (
        RunFolder, FrozenPlan, JournalContents, FrozenChoice
    ) {
        do {
            let frozen = try FrozenPlan(reading: folder.planPath)
            let contents = try JournalContents(reading: folder.journalPath)
            guard let choice = FrozenChoice(frozen.choice) else {
                throw CommandFailure("\(folder.id) is a run of one step; type its command again")
            }
            return (folder, frozen, contents, choice)
        } catch let error as CommandFailure {
            throw error
        } catch {
            throw CommandFailure("\(error)")
        }
    }
}

/// What has changed since a run began.
struct ChangesSince {
    let choice: FrozenChoice
    let sources: [String: String]
    private(set) var lines: [String] = []

    init(choice: FrozenChoice, sources: [String: String]) {
        self.choice = choice
        self.sources = sources
    }

    /// The phones as the farm file has them today; its changes are noted.
    mutating func phonesOfToday() -> [String: Phone] {
        for (name, text) in sources.sorted(by: { $0.key < $1.key }) where name != choice.farmName {
            guard let now = try? readSource(path(name), as: "file") else {
                lines.append("\(name) is gone")
                continue
            }
            if String(decoding: now.bytes, as: UTF8.self) != text { lines.append("\(name) has changed") }
        }
        var ignored = Diagnostics()
        guard let file = try? readSource(path(choice.farmName), as: "farm file") else {
            // Simulated farms have no file.
            if choice.farmName.hasSuffix(".yml") { lines.append("the farm file \(choice.farmName) is gone") }
            return [:]
        }
        guard let inventory = FarmFile.read(file, &ignored) else {
            lines.append("the farm file \(choice.farmName) cannot be read any more")
            return [:]
        }
        return Dictionary(inventory.phones.map { ($0.name, $0) }) { $1 }
    }

    private func path(_ name: String) -> String { joinedPath(name, below: choice.words.workingDirectory) }

    /// Notes what has changed of the targets and of what is delivered to them.
    mutating func compare(_ plan: Plan, _ targets: FrozenTargets, _ current: [String: Phone]) {
        let frozen = FrozenTargets(choice.targets)?.phonesByName ?? [:]
        for (name, phone) in frozen.sorted(by: { $0.key < $1.key }) where !current.isEmpty {
            // Phones that their servers showed stand in no file.
            guard let now = current[name] else {
                if !name.contains("/") { lines.append("the phone \(name) is not in the farm file any more") }
                continue
            }
            if now.waysIn != phone.waysIn { lines.append("the phone \(name) is reached another way") }
        }
        for payload in plan.payloads {
            guard let before = choice.payloads[payload.path] else {
                lines.append("\(payload.path) was not delivered before")
                continue
            }
            if before != payload.fingerprint { lines.append("\(payload.path) has other content") }
        }
    }

    /// Ends the command when something has changed and nobody accepts it.
    func stopUnless(_ isAccepted: Bool) throws(CommandFailure) {
        guard !lines.isEmpty else { return }
        let shown =
            lines.prefix(20).map { "  " + terminalSafe($0) }
            + (lines.count > 20 ? ["  and \(lines.count - 20) more"] : [])
        let list = shown.joined(separator: "\n")
        guard isAccepted else {
            throw CommandFailure(
                "this has changed since the run began:\n\(list)\n  give --accept-changes to go on with it, or start a new run"
            )
        }
        Terminal.error.line("changed since the run began, and accepted:\n\(list)")
    }
}
