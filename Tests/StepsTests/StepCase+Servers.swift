import DroverTesting
import Farm
import Lanes
import PlaybookLanguage

extension StepCase {
    /// Reads what a server answers: lists of names under `done`, `absent` and `stopped`, reasons by name under `failed` and
    /// `unknown`, `SIZE MONTH DAY TIME NAME` under `files`, `MODEL PHONES period|use` under `profile`, `ID TYPE STATE` under
    /// `events`, `ID own|shared` under `images`, and words of errors under `error` and `refusal`.
    static func server(_ node: Node) -> ScriptedServer.Script {
        var script = ScriptedServer.Script()
        let names = { (key: String) in (node[key]?.sequence ?? []).compactMap(\.text) }
        script.outcome.done = names("done")
        script.outcome.absent = names("absent")
        script.outcome.stopped = names("stopped")
        for (key, isUnknown) in [("failed", false), ("unknown", true)] {
            script.outcome.failed += (node[key]?.mapping ?? []).map {
                FleetOutcome.Failure(phone: $0.name, reason: $0.value.text ?? "", isUnknown: isUnknown)
            }
        }
        if let reason = node["refusal"]?.text {
            script.outcome.refusal = ServiceError("CPS.0173", operation: "remove the shared app", reason: reason)
        }
        script.outcome.hasChangedServer = node["changed"]?.text == "true"
        script.outcome.phones = node["phones"]?.text.flatMap { Int($0) } ?? 0
        script.outcome.bytes = node["bytes"]?.text.flatMap { UInt64($0) } ?? 0
        script.encoders = node["encoders"]?.text.flatMap { Int($0) } ?? 0
        script.files = names("files").map { line in
            let words = line.split(separator: " ", maxSplits: 4)
            return SharedFile(
                name: words.last.map(String.init) ?? "", size: words.first.flatMap { Int($0) } ?? 0,
                time: words.dropFirst().prefix(3).joined(separator: " "))
        }
        if let words = node["profile"]?.text?.split(separator: " ").map(String.init), words.count == 3 {
            script.profile = ServerProfile(
                model: words[0], phoneModel: words[1], contract: .init(rawValue: words[2]), state: "normal")
        }
        for entry in node["tags"]?.mapping ?? [] { script.tags[entry.name] = entry.value.text }
        script.events = names("events").map { line in
            let words = line.split(separator: " ").map(String.init)
            return ServerEvent(id: words[0], type: words[1], state: words[2], notBefore: "", deadline: "", text: "")
        }
        script.images = names("images").map { line in
            let words = line.split(separator: " ").map(String.init)
            return AccountImage(
                id: words[0], name: "", isShared: words[1] == "shared", state: "ready", bytes: 1, source: "")
        }
        script.changesImages = node["nothing-to-do"]?.text != "true"
        if let reason = node["error"]?.text {
            script.error = ServiceError("CPS.0156", operation: "ask", reason: reason)
        }
        return script
    }

    /// The target of the case, and what it has been asked.
    func target(on lane: Lane) throws -> (target: any ConnectedTarget, requests: @Sendable () -> [String]) {
        if let server {
            let target = ScriptedServer(lane: lane, script: server)
            return (target, { target.requests })
        }
        let phone = try ScriptedPhone(lane: lane, facts: ["features": features]) { $0 = script }
        return (phone, { phone.requests })
    }
}
