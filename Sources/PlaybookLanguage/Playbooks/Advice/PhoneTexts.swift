import SourceText

/// Looks for `raw()` around what came from a phone: a hostile phone could so run commands of its own choice elsewhere.
struct PhoneTexts {
    /// What drover itself says about a step; everything else in its results comes from the phone.
    private static let own: Set<String> = [
        "verdict", "changed", "ok", "failed", "skipped", "exit", "step", "code", "operation",
    ]
    /// What the farm file says about a phone.
    private static let ofFarm: Set<String> = ["name", "server", "labels", "groups"]

    /// The variables that hold something of a phone.
    private var variables: Set<String> = []

    static func look(through documents: [Node], _ diagnostics: inout Diagnostics) {
        var texts = PhoneTexts()
        // A variable may be made of another one that stands further down.
        var before = -1
        while before != texts.variables.count {
            before = texts.variables.count
            for document in documents { texts.learn(document, isItemHostile: false) }
        }
        for document in documents { texts.report(document, isItemHostile: false, &diagnostics) }
    }

    private mutating func learn(_ node: Node, isItemHostile: Bool) {
        for member in node.sequence ?? [] { learn(member, isItemHostile: isItemHostile) }
        let isInside = isHostile(loopOf: node, outside: isItemHostile)
        for entry in node.mapping ?? [] {
            if entry.name == "vars" || entry.name == "set" {
                for variable in entry.value.mapping ?? [] where isHostile(variable.value, isInside) {
                    variables.insert(variable.name)
                }
            } else if entry.name == "loop", isInside, let name = entry.value["as"]?.text {
                variables.insert(name)
            } else {
                learn(entry.value, isItemHostile: isInside)
            }
        }
    }

    private func report(_ node: Node, isItemHostile: Bool, _ diagnostics: inout Diagnostics) {
        switch node.content {
        case .scalar: report(scalar: node, isItemHostile, &diagnostics)
        case .sequence(let members):
            for member in members { report(member, isItemHostile: isItemHostile, &diagnostics) }
        case .mapping(let entries):
            let isInside = isHostile(loopOf: node, outside: isItemHostile)
            for entry in entries { report(entry.value, isItemHostile: isInside, &diagnostics) }
        }
    }

    private func report(scalar node: Node, _ isItemHostile: Bool, _ diagnostics: inout Diagnostics) {
        WrittenExpressions.each(node) { expression in
            expression.root.each { term in
                guard case .call(.raw, let arguments) = term.shape else { return }
                guard arguments.contains(where: { isHostile($0, isItemHostile) }) else { return }
                diagnostics.warning(
                    "raw-from-phone", "raw() puts what came from a phone into a shell line as it is",
                    at: expression.origin.span(of: term.range),
                    help: "leave out raw(), so that the value arrives as one word whatever the phone sent")
            }
        }
    }

    private func isHostile(loopOf node: Node, outside: Bool) -> Bool {
        guard let loop = node["loop"] else { return outside }
        return isHostile(loop["over"] ?? loop, outside)
    }

    private func isHostile(_ node: Node, _ isItemHostile: Bool) -> Bool {
        var isHostile = false
        WrittenExpressions.each(node) { isHostile = isHostile || self.isHostile($0.root, isItemHostile) }
        return isHostile
    }

    private func isHostile(_ term: Term, _ isItemHostile: Bool) -> Bool {
        if let (base, name) = term.asked {
            switch base.shape {
            case .name("phone"): return !Self.ofFarm.contains(name)
            case .name("vars"): return variables.contains(name)
            case .name("result"), .name("failure"): return !Self.own.contains(name)
            default: break
            }
            if let (root, _) = base.asked, case .name("steps") = root.shape { return !Self.own.contains(name) }
        }
        switch term.shape {
        case .name("item"): return isItemHostile
        case .name("steps"), .name("result"), .name("failure"), .name("phone"): return true
        default: return term.members.contains { isHostile($0, isItemHostile) }
        }
    }
}
