import Farm
import SourceText

/// Reads what stands under `groups:` of a farm file: a selector, or `{ phones: SELECTOR, vars: {...} }`.
enum GroupsReader {
    static func read(
        _ node: Node?, _ places: inout FarmPlaces, _ diagnostics: inout Diagnostics
    ) -> [Group] {
        var groups: [Group] = []
        for entry in FarmEntries.of(node, "groups", "NAME: SELECTOR", &diagnostics) {
            places.declare(entry.name, at: entry.key.span)
            var arguments = StepArguments(
                keyword: entry.name, at: entry.key.span, node: entry.value, names: NameTable())
            let selector = arguments.text("phones", bare: true)
            _ = arguments.has("vars")
            diagnostics.add(contentsOf: arguments.finish())
            let variables = FarmVariables.read(entry.value["vars"], &diagnostics)
            guard let text = selector.literal else { continue }
            places.select(entry.value.mapping == nil ? entry.value : entry.value["phones"] ?? entry.value)
            groups.append(Group(name: entry.name, selector: text, variables: variables))
        }
        return groups
    }
}
