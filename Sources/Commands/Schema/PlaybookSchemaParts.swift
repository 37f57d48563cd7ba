import PlaybookLanguage

/// The schema of what has a form of its own inside a playbook.
enum PlaybookSchemaParts {
    static let input: SchemaValue = {
        let types: SchemaValue = ["enum": .list(InputType.allCases.map { .text($0.rawValue) })]
        return .any(
            types,
            .object(
                [
                    .init(name: "type", value: types), .init(name: "required", value: ["type": "boolean"]),
                    .init(name: "default", value: [:]), .init(name: "help", value: ["type": "string"]),
                    .init(name: "choices", value: .list(of: .reference("scalar"))),
                    .init(name: "min", value: .reference("scalar")), .init(name: "max", value: .reference("scalar")),
                    .init(name: "pattern", value: ["type": "string"]),
                ], required: ["type"]))
    }()

    private static let afterWave: [SchemaValue.Member] = [
        .init(name: "pause", value: .reference("pause")), .init(name: "gate", value: .reference("condition")),
    ]

    static let wave: SchemaValue = .any(
        .reference("amount"),
        .object([.init(name: "size", value: .reference("amount"))] + afterWave, required: ["size"]))

    static let waves: SchemaValue = .any(
        .list(of: .reference("wave")),
        .object([.init(name: "sizes", value: .list(of: .reference("wave")))] + afterWave, required: ["sizes"]),
        .object(
            [
                .init(name: "by", value: ["const": "server"]),
                .init(name: "at-most", value: .reference("integer")),
            ] + afterWave, required: ["by"]))

    static let pause: SchemaValue = .any(
        ["const": "person"], .reference("duration"),
        .object([.init(name: "for", value: .reference("duration"))], required: ["for"]),
        .object([.init(name: "person", value: ["type": ["string", "null"]])], required: ["person"]))

    private static let items: SchemaValue = .any(["type": "array", "maxItems": 10000], .reference("expression"))

    static let loop: SchemaValue = .any(
        items,
        .object(
            [
                .init(name: "over", value: items),
                .init(name: "as", value: ["type": "string", "pattern": "^[A-Za-z_][A-Za-z0-9_]*$"]),
                .init(name: "max-parallel", value: .reference("integer")),
            ], required: ["over"]))

    static let maxFail: SchemaValue = .any(
        .reference("amount"),
        .object([
            .init(name: "run", value: .reference("amount")), .init(name: "wave", value: .reference("amount")),
            .init(name: "kinds", value: .reference("failures")),
        ]))
}
