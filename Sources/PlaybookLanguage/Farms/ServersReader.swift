import Farm
import SourceText

/// Reads what stands under `servers:` of a farm file.
enum ServersReader {
    private static let planned: Set<String> = ["account", "via", "keypair", "ssh"]

    static func read(
        _ node: Node?, _ places: inout FarmPlaces, _ diagnostics: inout Diagnostics
    ) -> [Server] {
        var servers: [Server] = []
        for entry in FarmEntries.of(node, "servers", "NAME: { adb-server: HOST:5037 }", &diagnostics) {
            guard let names = FarmEntries.names(entry.key, &places, &diagnostics) else { continue }
            let entries = entry.value.mapping ?? []
            let later = entries.filter { planned.contains($0.name) }
            for key in later { PlaybookKeys.notAvailable(key, &diagnostics) }
            guard later.isEmpty else { continue }
            var arguments = StepArguments(
                keyword: entry.name, at: entry.key.span, node: entry.value, names: NameTable())
            let address = arguments.text("adb-server")
            diagnostics.add(contentsOf: arguments.finish())
            guard let text = address.literal, let node = entry.value["adb-server"] else { continue }
            do throws(FarmError) {
                let range = try AddressRange(parsing: text, defaultPort: Server.defaultPort)
                servers += try names.paired(with: range).map { Server(name: $0.name, adbServer: $0.address) }
            } catch {
                diagnostics.add(error.diagnostic(in: node.origin))
            }
        }
        return servers
    }
}

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

/// What the parts of a farm file have in common.
enum FarmEntries {
    /// The entries of a part, each key once.
    static func of(
        _ node: Node?, _ part: String, _ example: String, _ diagnostics: inout Diagnostics
    ) -> [Node.Entry] {
        guard let node, !node.isNull else { return [] }
        guard let entries = node.mapping else {
            diagnostics.error(
                "wrong-type", "`\(part)` is a mapping of names, this is \(node.phrase)", at: node.span,
                help: "write `\(example)` below it")
            return []
        }
        reportRepeatedKeys(node, &diagnostics)
        var seen: Set<String> = []
        return entries.filter { seen.insert($0.name).inserted }
    }

    /// The names that a key stands for; nil, and a mistake noted, when it is no name.
    static func names(_ key: Node, _ places: inout FarmPlaces, _ diagnostics: inout Diagnostics) -> NameRange? {
        do throws(FarmError) {
            let range = try NameRange(parsing: key.text ?? "")
            for name in range.names { places.declare(name, at: key.span) }
            return range
        } catch {
            diagnostics.add(error.diagnostic(in: key.origin))
            return nil
        }
    }
}

/// Reads `vars:` of a farm file, of a group or of a phone: plain values only.
enum FarmVariables {
    static func read(_ node: Node?, _ diagnostics: inout Diagnostics) -> [String: FarmValue] {
        var variables: [String: FarmValue] = [:]
        for entry in FarmEntries.of(node, "vars", "NAME: VALUE", &diagnostics) {
            PlaybookKeys.checkIdentifier(entry.name, "the name of a variable", at: entry.key.span, &diagnostics)
            variables[entry.name] = value(entry.value, &diagnostics)
        }
        return variables
    }

    private static func value(_ node: Node, _ diagnostics: inout Diagnostics) -> FarmValue? {
        if let nodes = node.sequence { return .list(nodes.compactMap { value($0, &diagnostics) }) }
        if let text = node.text, text.contains("${{") {
            diagnostics.error("wrong-type", "a variable of the farm file is a plain value", at: node.span)
            return nil
        }
        switch node.coreValue {
        case .text(let text): return .text(text)
        case .integer(let integer): return .integer(Int(integer))
        case .number(let number): return .number(number)
        case .boolean(let boolean): return .boolean(boolean)
        case nil where node.text != nil:
            diagnostics.error(
                "leading-zero", "a number has no leading zero", at: node.span,
                help: "write \"\(node.text ?? "")\" if it is meant as a text, or leave the zero out")
            return nil
        default:
            diagnostics.error(
                "wrong-type", "a variable of the farm file is a plain value, this is \(node.phrase)", at: node.span)
            return nil
        }
    }
}
