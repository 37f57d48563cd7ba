import PlaybookLanguage

/// What the schemas of playbooks and farm files have in common: scalars with units, and expressions.
enum CommonDefinitions {
    private static let digits = #"[0-9]+(\.[0-9]+)?"#

    /// What stands under `secrets:`.
    static let secrets = SchemaValue.names(
        of: .any(
            ["type": "string", "pattern": .text("^(\(SecretsReader.kinds.joined(separator: "|"))) ")],
            ["type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": ["type": "string"]])
    ).described("Texts that nothing shows, by name: where each comes from.")

    static let all: [SchemaValue.Member] = [
        .init(name: "expression", value: ["type": "string", "pattern": #"\$\{\{[\s\S]*\}\}"#]),
        .init(name: "scalar", value: ["type": ["string", "number", "boolean"]]),
        .init(name: "flag", value: .any(["type": "boolean"], .reference("expression"))),
        .init(name: "integer", value: .any(["type": "integer"], .reference("expression"))),
        .init(name: "number", value: .any(["type": "number"], .reference("expression"))),
        .init(
            name: "duration",
            value: .any(
                ["type": "string", "pattern": .text("^(\(digits)(ms|s|m|h|d))+$")], .reference("expression")
            ).described("A length of time with its unit: 30s, 5m, 1h30m.")),
        .init(
            name: "size",
            value: .any(
                ["type": "string", "pattern": .text("^\(digits) ?([KMGT]i?)?B$")], .reference("expression")
            ).described("A number of bytes with its unit: 64MiB, 2GB.")),
        .init(
            name: "amount",
            value: .any(
                ["type": "integer", "minimum": 0], ["type": "string", "pattern": .text("^(\(digits)%|[0-9]+)$")],
                .reference("expression")
            ).described("A number, or a part of all: 5, 2%.")),
        .init(
            name: "condition",
            value: ["type": ["string", "boolean"]]
        ),
        .init(name: "texts", value: .any(.reference("scalar"), ["type": "array", "items": .reference("scalar")])),
        .init(name: "variables", value: ["type": "object"]),
    ]
}
