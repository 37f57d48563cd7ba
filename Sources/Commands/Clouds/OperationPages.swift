import CloudPhone
import Farm
import KooPhone
import Reports

/// What is printed of a cloud's operations: the list, what one takes, and the reference page.
enum OperationPages {
    /// All operations, a line each, service by service.
    static var list: String {
        Farm.CloudAccount.Kind.allCases.map { kind in
            let rows = sorted(kind).map { [$0.name, $0.shape.hazard.rawValue, remark($0)] }
            return "\(heading(of: kind)), for accounts of `kind: \(kind.rawValue)`:\n\n"
                + table([["operation", "class", ""]] + rows)
        }.joined(separator: "\n")
    }

    private static func sorted(_ kind: Farm.CloudAccount.Kind) -> [CatalogedOperation] {
        ServiceCatalog.operations(of: kind).sorted { $0.name < $1.name }
    }

    private static func heading(of kind: Farm.CloudAccount.Kind) -> String {
        kind.service.hasPrefix("the ") ? "The \(kind.service.dropFirst(4))" : kind.service
    }

    /// What an operation takes.
    static func fields(of operation: CatalogedOperation) -> String {
        let shape = operation.shape
        var text =
            "\(operation.name) (\(shape.hazard.rawValue)\(remark(operation).isEmpty ? "" : ", \(remark(operation))"))\n"
        text += "\(shape.method.rawValue) \(shape.path)\n"
        text += "\(permission(shape).map { "needs \($0)\n" } ?? "")\n"
        if shape.hasOpenBody { text += "Its body takes any members, which are sent as they are given.\n" }
        guard !operation.arguments.isEmpty else { return shape.hasOpenBody ? text : text + "It takes nothing.\n" }
        if shape.hasOpenBody { text += "\n" }
        return text
            + table(
                [["argument", "in", "type", ""]]
                    + operation.arguments.map {
                        [$0.field.name, $0.place.rawValue, $0.field.kind.name, note($0)]
                    })
    }

    /// The reference page.
    static var markdown: String {
        let counts = Farm.CloudAccount.Kind.allCases.map { kind in
            "\(ServiceCatalog.operations(of: kind).count) of \(kind.service)"
        }
        var text = """
            # Operations of the clouds' services

            All operations, \(counts.joined(separator: " and ")), as `drover cloud NAME --with argument=value` and the step
            [`cloud`](steps.md#cloud) call them. This page is printed by `drover cloud --markdown`. What is of class `data-loss`, `money` or `lock-out` needs
            `--allow CLASS`; a required argument is **bold**. An id of the phone or server that a step is for is filled in.


            """
        for kind in Farm.CloudAccount.Kind.allCases {
            text += "## \(heading(of: kind))\n\nFor accounts of `kind: \(kind.rawValue)`.\n\n"
            for operation in sorted(kind) { text += section(on: operation) }
        }
        return text.trimmed + "\n"
    }

    private static func section(on operation: CatalogedOperation) -> String {
        var text = "### \(operation.name)\n\nClass `\(operation.shape.hazard.rawValue)`"
        text += remark(operation).isEmpty ? ". " : ", \(remark(operation)). "
        text += "`\(operation.shape.method.rawValue) \(operation.shape.path)`"
        text += "\(permission(operation.shape).map { " Needs `\($0)`." } ?? "")\n\n"
        if operation.shape.hasOpenBody {
            text += "Members of the body that stand nowhere in the service's documents are sent as they are given.\n\n"
        } else if operation.arguments.isEmpty {
            text += "It takes nothing.\n\n"
        }
        guard !operation.arguments.isEmpty else { return text }
        text += "| argument | in | type | |\n| --- | --- | --- | --- |\n"
        for argument in operation.arguments {
            let name = argument.mustBeGiven ? "**\(argument.field.name)**" : argument.field.name
            text +=
                "| \(name) | \(argument.place.rawValue) | \(argument.field.kind.name) | \(argument.field.purpose ?? "") |\n"
        }
        return text + "\n"
    }

    /// The action that a user of the account must be allowed; nil where none is needed, or no document tells it.
    private static func permission(_ shape: OperationShape) -> String? {
        if case .action(let action) = shape.permission { action } else { nil }
    }

    private static func remark(_ operation: CatalogedOperation) -> String {
        [operation.jobs == nil ? nil : "starts jobs", operation.paging == nil ? nil : "a list with pages"]
            .compactMap(\.self).joined(separator: ", ")
    }

    private static func note(_ argument: CatalogedOperation.Argument) -> String {
        [argument.mustBeGiven ? "required" : nil, argument.field.purpose].compactMap(\.self).joined(separator: "; ")
    }

    /// The first row holds the headings.
    private static func table(_ rows: [[String]]) -> String {
        var table = TextTable(rows[0].map { ($0, .left) })
        for row in rows.dropFirst() { table.add(row) }
        return table.lines().map { $0 + "\n" }.joined()
    }
}

extension String {
    fileprivate var trimmed: String { String(reversed().drop(while: \.isWhitespace).reversed()) }
}
