import Farm
import Planning
import PlaybookLanguage
import SourceText

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
            guard let before = choice.payloads[payload.key] else {
                lines.append("\(payload.key) was not delivered before")
                continue
            }
            if before != payload.fingerprint { lines.append("\(payload.key) has other content") }
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
