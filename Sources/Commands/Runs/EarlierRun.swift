import Journal

/// A run of a playbook with everything that its folder keeps.
struct EarlierRun {
    let folder: RunFolder
    let frozen: FrozenPlan
    let contents: JournalContents
    let choice: FrozenChoice

    /// The run that is meant; without a name the latest one that a playbook made.
    static func find(_ text: String?, in runs: String) throws(CommandFailure) -> EarlierRun {
        let finder = RunFinder(runs: runs)
        guard text == nil else { return try read(try finder.find(text)) }
        let latest = finder.all().reversed().lazy.map { RunFolder($0, in: runs) }.first { folder in
            (try? FrozenPlan(reading: folder.planPath)).flatMap { FrozenChoice($0.choice) } != nil
        }
        guard let latest else { throw CommandFailure("no playbook has been run yet in \(runs)") }
        return try read(latest)
    }

    private static func read(_ folder: RunFolder) throws(CommandFailure) -> EarlierRun {
        let frozen: FrozenPlan
        let contents: JournalContents
        do throws(JournalError) {
            frozen = try FrozenPlan(reading: folder.planPath)
            contents = try JournalContents(reading: folder.journalPath)
        } catch {
            throw CommandFailure("\(error)")
        }
        guard let choice = FrozenChoice(frozen.choice) else {
            throw CommandFailure("\(folder.id) is a run of one step; type its command again")
        }
        guard !choice.isMasked else {
            throw CommandFailure(
                "\(folder.id) was given a secret in plain, and drover did not keep it; start a new run, and give it as "
                    + "a secret")
        }
        return EarlierRun(folder: folder, frozen: frozen, contents: contents, choice: choice)
    }
}
