import PlaybookLanguage
import Steps

/// The JSON Schema of playbooks: what editors need to complete and to check while a person writes.
enum PlaybookSchema {
    static func value(_ catalog: StepCatalog) -> SchemaValue {
        let schema: SchemaValue = [
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "drover playbook",
            "oneOf": [
                whole(PlaybookKeys.onePlay, target: true, required: ["steps"]),
                whole(PlaybookKeys.manyPlays, target: false, required: ["plays"]),
            ],
            "$defs": .map(CommonDefinitions.all + definitions(catalog)),
        ]
        return schema
    }

    private static func whole(_ keys: [String], target: Bool, required: [String]) -> SchemaValue {
        let object = SchemaValue.object(keys.map { member($0) }, required: required)
        return target ? object.with("oneOf", oneTarget) : object
    }

    private static let oneTarget: SchemaValue = .list(
        TargetKind.allCases.map { ["required": [.text($0.rawValue)]] })

    private static func member(_ key: String) -> SchemaValue.Member {
        .init(name: key, value: topKeys[key] ?? stepKeys[key] ?? [:])
    }

    // MARK: Keys

    private static let selector: SchemaValue = ["type": "string", "minLength": 1]

    static let topKeys: [String: SchemaValue] = [
        "name": SchemaValue.reference("scalar").described("A title, shown in reports."),
        "id": ["type": "string", "pattern": "^[A-Za-z_][A-Za-z0-9_]*$"],
        "inputs": SchemaValue.names(of: .reference("input")).described("What is given on the command line."),
        "secrets": CommonDefinitions.secrets,
        "payloads": SchemaValue.names(of: .reference("payload"))
            .described("What is delivered, by name: where it comes from and how it arrives."),
        "vars": SchemaValue.reference("variables").described("Values with names."),
        "phones": selector.described("Which phones: a selector such as `pixel and not rack-3-[01-04]`."),
        "servers": selector.described("Which servers: a selector."),
        "encoders": selector.described("Which encoders: a selector."),
        "plays": SchemaValue.list(of: .reference("play")).described("Several plays, in order."),
        "needs": SchemaValue.any(["type": "string"], ["type": "array", "items": ["type": "string"]])
            .described("Plays above this one whose failed targets are skipped here."),
        "deadline": SchemaValue.any(
            ["type": "string", "pattern": "^([01]?[0-9]|2[0-3]):[0-5][0-9]$"], .reference("duration")
        ).described("When the run begins nothing more: 06:00, or 8h."),
        "tolerate": SchemaValue.object(
            FailureKind.allCases.map { .init(name: $0.rawValue, value: .reference("amount")) }
        ).described("How many failures of a kind leave the run well."),
        "waves": SchemaValue.reference("waves").described("How a play goes through its targets: [1, 5%, 100%]."),
        "max-fail": SchemaValue.reference("max-fail").described("How many may fail before it stops."),
        "on-stop": (["enum": .list(StopManner.allCases.map { .text($0.rawValue) })] as SchemaValue)
            .described("What becomes of the targets under way when it stops."),
        "preflight": (["type": "object"] as SchemaValue)
            .described("What must hold of a phone before its first step."),
        "steps": SchemaValue.reference("steps").described("The steps, in order."),
        "on-failure": SchemaValue.reference("steps").described("What is done on a target that failed."),
        "tags": SchemaValue.any(["type": "string"], .list(of: .reference("scalar")))
            .described("Words for --tags and --skip-tags."),
    ]

    static let stepKeys: [String: SchemaValue] = [
        "when": SchemaValue.reference("condition").described("An expression; when it is false the step is skipped."),
        "loop": SchemaValue.reference("loop").described("A list; the step is done once for each member."),
        "timeout": SchemaValue.reference("duration").described("The limit of each attempt."),
        "stall": SchemaValue.reference("duration").described("How long no byte may move."),
        "retries": SchemaValue.reference("integer").described("How many more attempts there may be."),
        "delay": SchemaValue.reference("duration").described("How long to wait between attempts."),
        "until": SchemaValue.reference("condition").described("What must hold of an attempt's `result`."),
        "retry-on": SchemaValue.reference("failures").described("Which failures are repeated."),
        "throttle": SchemaValue.any(
            .reference("integer"),
            .object(
                [
                    .init(name: "at-most", value: .reference("integer")),
                    .init(name: "per", value: .words(ThrottleCall.Sharing.allCases.map(\.rawValue))),
                ], required: ["at-most"])
        ).described("How many may do it at the same time."),
        "background": (["type": "boolean"] as SchemaValue)
            .described("Goes on beside the next steps, to the end of its list."),
        "expect": SchemaValue.object([
            .init(name: "exit", value: .reference("integer")), .init(name: "output", value: .reference("scalar")),
            .init(name: "output-matches", value: .reference("scalar")),
        ]).described("What must hold of the result."),
        "changes": SchemaValue.reference("flag").described("Whether success counts as a change."),
        "unless": (["type": "string"] as SchemaValue)
            .described("A command whose exit code 0 says that there is nothing to do."),
        "continue-on-error": SchemaValue.reference("flag").described("Whether a failure lets the phone go on."),
        "rescue": SchemaValue.reference("steps").described("What is done when a step of the block failed."),
        "always": SchemaValue.reference("steps").described("What is done in the end, whatever happened."),
    ]

    static let ownKinds: [String: SchemaValue] = [
        "assert": SchemaValue.any(
            .reference("condition"), .list(of: .reference("condition")),
            .object(
                [
                    .init(name: "that", value: .any(.reference("condition"), .list(of: .reference("condition")))),
                    .init(name: "message", value: .reference("scalar")),
                ], required: ["that"])
        ),
        "block": SchemaValue.reference("steps"),
        "include": SchemaValue.any(
            ["type": "string"],
            .object(
                [.init(name: "file", value: ["type": "string"]), .init(name: "with", value: ["type": "object"])],
                required: ["file"])
        ),
        "pause": SchemaValue.reference("pause"),
        "set": (["type": "object", "minProperties": 1] as SchemaValue),
        "sync": (["type": ["string", "null"]] as SchemaValue),
    ]

    // MARK: Definitions

    private static func definitions(_ catalog: StepCatalog) -> [SchemaValue.Member] {
        let failures: [SchemaValue] = FailureKind.allCases.map { .text($0.rawValue) }
        let wave = PlaybookSchemaParts.wave
        return [
            .init(name: "steps", value: .list(of: .reference("step"))),
            .init(name: "step", value: step(catalog)),
            .init(
                name: "play",
                value: SchemaValue.object(PlaybookKeys.play.map { member($0) }, required: ["steps"])
                    .with("oneOf", oneTarget)),
            .init(name: "failures", value: .any(["enum": .list(failures)], .list(of: ["enum": .list(failures)]))),
            .init(name: "input", value: PlaybookSchemaParts.input),
            .init(name: "payload", value: PayloadSchema.value),
            .init(name: "wave", value: wave),
            .init(name: "waves", value: PlaybookSchemaParts.waves),
            .init(name: "pause", value: PlaybookSchemaParts.pause),
            .init(name: "loop", value: PlaybookSchemaParts.loop),
            .init(name: "max-fail", value: PlaybookSchemaParts.maxFail),
        ]
    }

    /// One step: exactly one kind, and the keys beside it.
    private static func step(_ catalog: StepCatalog) -> SchemaValue {
        let own = RunWord.all.map { word in
            SchemaValue.Member(
                name: word.keyword, value: (ownKinds[word.keyword] ?? [:]).described(word.summary))
        }
        let kinds = catalog.manuals.map { manual in
            SchemaValue.Member(name: manual.keyword, value: StepSchema.value(of: manual).described(manual.summary))
        }
        let oneKind = (kinds + own).map { ["required": [.text($0.name)]] as SchemaValue }
        return SchemaValue.object(kinds + own + PlaybookKeys.anyStep.map { member($0) })
            .with("oneOf", .list(oneKind))
            .with("dependentRequired", ["rescue": ["block"], "always": ["block"]])
    }
}
