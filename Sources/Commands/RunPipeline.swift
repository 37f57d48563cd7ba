import Custody
import Dispatch
import Farm
import Glibc
import JSON
import Journal
import Lanes
import PhoneLinks
import Planning
import Reports
import Runner
import Secrets
import SourceText
import Steps

/// The way from a plan to an exit code: consent, run folder, journal, run, report.
struct RunPipeline {
    let session: FarmSession
    let options: RunOptions
    /// The playbook as it was named; nil for one-step runs.
    var playbook: String?
    /// Whether this was typed as one command that hits many phones at once.
    var isOneOff = false
    /// What is shown of the outputs of commands.
    var outputs = ShownOutputs.nothing
    /// The run that is resumed; nil for a new one.
    var earlier: Earlier?
    /// What a person said beside the playbook, for those who resume the run; nil for one-step runs.
    var words: PlaybookWords?
    /// The keys that were named on the command line.
    var keys: [String] = []

    /// What is shown of what commands printed; equal outputs stand once.
    enum ShownOutputs {
        /// The journal has them.
        case nothing
        /// They stand before the report.
        case beforeReport
        /// They are the result; how it went is for the person who watches, and goes to standard error.
        case asResult
    }

    /// A run that was begun before.
    struct Earlier {
        let folder: RunFolder
        let contents: JournalContents
    }

    /// Executes a plan.
    ///
    /// - Throws: ``CommandFailure`` before anything was done; `ExitCode` of the run when it is not 0.
    func execute(_ plan: Plan) async throws {
        try Consent.ask(for: plan, isOneOff: isOneOff, options)
        try checkPersons(plan)
        try checkNames(plan)
        let folder: RunFolder
        let journal: JournalWriter
        let lock: RunLock
        do throws(JournalError) {
            if let earlier {
                folder = earlier.folder
            } else {
                folder = try RunFolder.create(in: options.runs)
            }
            lock = try RunLock(folder)
        } catch {
            throw CommandFailure("\(error)", status: error.code == .isRunning ? .wrongInput : .cannotGoOn)
        }
        let leases: LeaseKeeper?
        do {
            leases = try await session.lease(plan.targets.compactMap(\.phone), for: folder, options.leases)
        } catch {
            // A run that never began leaves no folder.
            if earlier == nil { _ = RunRemoval(runs: options.runs).discard(folder) }
            throw error
        }
        defer { leases?.release() }
        let screen = ProgressScreen(detail) { [dialer = session.dialer] in dialer.bytesMoved }
        let observer: @Sendable ([JournalEvent]) -> Void = { events in
            screen.take(events)
            leases?.release(events.lazy.compactMap(\.endedPhone))
        }
        do {
            if let earlier {
                screen.begin(with: earlier.contents.record)
                journal = try JournalWriter(
                    goingOnWith: earlier.contents, in: folder, redactor: ProcessSecrets.redactor, observer: observer)
            } else {
                journal = try JournalWriter(in: folder, redactor: ProcessSecrets.redactor, observer: observer)
            }
        } catch {
            await screen.finish()
            throw CommandFailure("\(error)", status: .cannotGoOn)
        }
        let services = RunServices(
            dialer: session.dialer, hosts: session.hosts, servers: session.clouds, payloads: session.payloads,
            memory: session.memory, lanes: session.lanes, journal: journal, folder: folder,
            descriptors: session.descriptors,
            askPerson: { [options] text in options.yes || screen.asks(text) },
            phoneLease: session.phoneLease(for: folder.id, seed: plan.seed))
        let run = Run(
            plan, services: services, playbook: playbook, commandLine: CommandLine.arguments, version: droverVersion)
        do {
            if earlier == nil {
                try folder.write(
                    FrozenPlan(
                        header: run.header, sources: sources(of: plan), steps: plan.steps.map(\.title),
                        choice: choice(plan)), redactor: ProcessSecrets.redactor)
            }
        } catch {
            await screen.finish()
            throw CommandFailure("\(error)", status: .cannotGoOn)
        }
        let stop = StopSignal()
        let interrupts = Interrupts { count in
            Self.tell(count)
            stop.press()
            if stop.stage == .leaving {
                KeyWatch.restore()
                _exit(130)
            }
        }
        let control = RunControl(folder) { order in
            switch order {
            case .cancelAll: stop.cancelAll()
            case .cancel(let name): stop.cancel(Set(plan.targets.map(\.id).filter { $0.name == name }))
            }
        }
        let result = await run.execute(stop: stop, resuming: earlier?.contents)
        control?.end()
        withExtendedLifetime(lock) {}
        withExtendedLifetime(interrupts) {}
        await screen.finish()
        report(result, folder)
        let removal = RunRemoval(runs: options.runs)
        for id in removal.beyond(count: RunRemoval.usualCount) { _ = removal.remove(id) }
        session.noteHealth(result.record)
        if result.exit.code == Int(ExitStatus.cannotGoOn.rawValue) {
            // The report is made from the journal, which could not take the reason down.
            Terminal.error.line("error: \(result.exit.why)")
        }
        if result.exit.code != 0 { throw RunEnded(code: Int32(result.exit.code)) }
    }

    private var detail: ProgressScreen.Detail {
        if options.quiet || options.json { return .nothing }
        return options.verbose ? .steps : .phones
    }

    private func sources(of plan: Plan) -> [String: String] {
        var texts: [String: String] = [:]
        for file in [session.farmFile, plan.source].compactMap({ $0 }) + plan.includes {
            texts[file.name] = String(decoding: file.bytes, as: UTF8.self)
        }
        return texts
    }

    private func choice(_ plan: Plan) -> JSONValue {
        guard let words, let playbook else { return .null }
        return FrozenChoice(
            words, plan, session: session, playbook: playbook, forks: options.forks, keys: keys
        ).json
    }

    /// Nobody would ever answer a question that nobody sees.
    private func checkPersons(_ plan: Plan) throws(CommandFailure) {
        guard plan.asksPerson, !options.yes, !Terminal.error.canAsk else { return }
        throw CommandFailure(
            "the playbook waits for a person, and nobody can be asked; --yes goes on without asking")
    }

    /// A journal could not tell phones apart whose names it must hide.
    private func checkNames(_ plan: Plan) throws(CommandFailure) {
        for target in plan.targets {
            guard let secret = ProcessSecrets.vault.nameOfSecret(in: target.id.name) else { continue }
            throw CommandFailure("the name of a phone holds the secret `\(secret)`; choose another secret")
        }
    }

    private static func tell(_ count: Int) {
        switch count {
        case 1: Terminal.error.line("\nfinishing the running steps; Ctrl-C again cancels them")
        case 2: Terminal.error.line("\ncancelling; Ctrl-C again leaves at once")
        default: break
        }
    }

    private func report(_ result: Run.Result, _ folder: RunFolder) {
        let terminal = Terminal.output
        let style = ReportStyle(isColoured: terminal.wantsColour, width: terminal.isInteractive ? terminal.width : 100)
        guard !options.json else { return terminal.write(JSONReport(result.record).text) }
        if outputs != .nothing {
            let text = OutputReport(result.record, style: style) { OutputFiles(folder).text(of: $0) }.text
            terminal.write(text)
            if outputs == .beforeReport, !text.isEmpty { terminal.write("\n") }
        }
        let summary = outputs == .asResult ? Terminal.error : terminal
        let summaryStyle = ReportStyle(isColoured: summary.wantsColour, width: style.width)
        summary.write(TerminalReport(result.record, style: summaryStyle, folder: folder.path).text)
    }
}

/// A run that ended with another exit code than 0; everything has been told already.
struct RunEnded: Error {
    let code: Int32
}
