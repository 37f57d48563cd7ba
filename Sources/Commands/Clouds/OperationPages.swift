import CloudPhone
import Reports

/// What is printed of a cloud's operations: the list, what one takes, and the reference page.
enum OperationPages {
    /// All operations, a line each.
    static var list: String {
        let rows = OperationCatalog.all.map { [$0.name, $0.shape.hazard.rawValue, remark($0)] }
        return table([["operation", "class", ""]] + rows.sorted { $0[0] < $1[0] })
    }

    /// What an operation takes.
    static func fields(of operation: CatalogedOperation) -> String {
        let shape = operation.shape
        var text =
            "\(operation.name) (\(shape.hazard.rawValue)\(remark(operation).isEmpty ? "" : ", \(remark(operation))"))\n"
        text += "\(shape.method.rawValue) \(shape.path)\n\n"
        guard !operation.arguments.isEmpty else { return text + "It takes nothing.\n" }
        return text
            + table(
                [["argument", "in", "type", ""]]
                    + operation.arguments.map {
                        [$0.field.name, $0.place.rawValue, $0.field.kind.name, note($0)]
                    })
    }

    /// The reference page.
    static var markdown: String {
        var text = """
            # Operations of the cloud phone service

            All \(OperationCatalog.all.count) operations, as `drover cloud NAME --with argument=value` and the step
            [`cloud`](steps.md#cloud) call them. This page is printed by `drover cloud --markdown`. What is of class `data-loss`, `money` or `lock-out` needs
            `--allow CLASS`; a required argument is **bold**. An id of the phone or server that a step is for is filled in.


            """
        for operation in OperationCatalog.all.sorted(by: { $0.name < $1.name }) {
            text += "## \(operation.name)\n\nClass `\(operation.shape.hazard.rawValue)`"
            text += remark(operation).isEmpty ? ". " : ", \(remark(operation)). "
            text += "`\(operation.shape.method.rawValue) \(operation.shape.path)`\n\n"
            guard !operation.arguments.isEmpty else {
                text += "It takes nothing.\n\n"
                continue
            }
            text += "| argument | in | type | |\n| --- | --- | --- | --- |\n"
            for argument in operation.arguments {
                let name = argument.mustBeGiven ? "**\(argument.field.name)**" : argument.field.name
                text +=
                    "| \(name) | \(argument.place.rawValue) | \(argument.field.kind.name) | \(argument.field.purpose ?? "") |\n"
            }
            text += "\n"
        }
        return text.trimmed + "\n"
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
