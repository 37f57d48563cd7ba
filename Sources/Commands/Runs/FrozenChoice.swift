import JSON
import Journal
import Planning
import PlaybookLanguage
import SourceText

/// What a run's folder keeps of the command line, so that the run can be planned anew.
struct FrozenChoice {
    var words: PlaybookWords
    /// The farm file as it was named, and the playbook.
    var farmName: String
    var playbookName: String
    var forks: Int?
    var keys: [String]
    /// What was delivered, with what changes when the content does.
    var payloads: [String: String]
    var targets: JSONValue

    init(_ words: PlaybookWords, _ plan: Plan, session: FarmSession, playbook: String, forks: Int?, keys: [String]) {
        self.words = words
        farmName = session.farmFile.name
        playbookName = playbook
        self.forks = forks
        self.keys = keys
        payloads = Dictionary(plan.payloads.map { ($0.key, $0.fingerprint) }) { $1 }
        targets = FrozenTargets(of: plan).json
    }

    /// Reads what ``json`` wrote; nil for a run of another kind, such as a one-step run.
    init?(_ json: JSONValue) {
        guard let farmName = json["farm"]?.text, let playbookName = json["playbook"]?.text else { return nil }
        guard let targets = json["targets"] else { return nil }
        func texts(_ name: String) -> [String] { (json[name]?.elements ?? []).compactMap(\.text) }
        words = PlaybookWords(
            inputs: texts("inputs"), variables: texts("variables"),
            filter: StepFilter(
                tags: Set(texts("tags")), skipTags: Set(texts("skip-tags")), from: json["from"]?.text,
                only: texts("only")),
            workingDirectory: json["folder"]?.text ?? "/",
            inputFiles: (json["input-files"]?.elements ?? []).compactMap { SourceFile(frozen: $0) },
            variableFiles: (json["variable-files"]?.elements ?? []).compactMap { SourceFile(frozen: $0) },
            contents: json["contents"]?.members?.compactMapValues(\.text) ?? [:],
            environment: json["environment"]?.members?.compactMapValues(\.text))
        self.farmName = farmName
        self.playbookName = playbookName
        forks = json["forks"]?.integer.map { Int($0) }
        keys = texts("keys")
        payloads = json["payloads"]?.members?.compactMapValues(\.text) ?? [:]
        self.targets = targets
    }

    /// A secret that was given in plain is in no run folder; nothing can be planned anew from what stands in its place.
    var isMasked: Bool {
        let given = words.inputs + words.variables + words.contents.values + (words.environment ?? [:]).values
        let files = (words.inputFiles + words.variableFiles).map(\.text)
        return (given + files).contains { $0.contains("‹secret ") }
    }

    var json: JSONValue {
        func list(_ texts: some Sequence<String>) -> JSONValue { .array(texts.map { .text($0) }) }
        var value: [String: JSONValue] = [
            "farm": .text(farmName), "playbook": .text(playbookName), "inputs": list(words.inputs),
            "variables": list(words.variables), "folder": .text(words.workingDirectory), "keys": list(keys),
            "payloads": .object(payloads.mapValues { .text($0) }), "targets": targets,
        ]
        if !words.filter.tags.isEmpty { value["tags"] = list(words.filter.tags.sorted()) }
        if !words.filter.skipTags.isEmpty { value["skip-tags"] = list(words.filter.skipTags.sorted()) }
        if let from = words.filter.from { value["from"] = .text(from) }
        if !words.filter.only.isEmpty { value["only"] = list(words.filter.only) }
        if !words.inputFiles.isEmpty { value["input-files"] = .array(words.inputFiles.map(\.frozen)) }
        if !words.variableFiles.isEmpty { value["variable-files"] = .array(words.variableFiles.map(\.frozen)) }
        if !words.contents.isEmpty { value["contents"] = .object(words.contents.mapValues { .text($0) }) }
        if let environment = words.environment, !environment.isEmpty {
            value["environment"] = .object(environment.mapValues { .text($0) })
        }
        if let forks { value["forks"] = .integer(Int64(forks)) }
        return .object(value)
    }
}

extension SourceFile {
    fileprivate convenience init?(frozen value: JSONValue) {
        guard let name = value["name"]?.text, let text = value["text"]?.text else { return nil }
        self.init(name: name, text: text)
    }

    fileprivate var frozen: JSONValue { .object(["name": .text(name), "text": .text(text)]) }
}
