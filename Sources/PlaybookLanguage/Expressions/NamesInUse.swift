import SourceText

/// Which names the expressions of a document speak of.
struct NamesInUse {
    /// The names after `vars.`.
    private(set) var variables: Set<String> = []
    /// The names after `inputs.`.
    private(set) var inputs: Set<String> = []
    /// The names after `secret.`.
    private(set) var secrets: Set<String> = []
    /// The names after `payloads.`.
    private(set) var payloads: Set<String> = []
    /// The names after `phone.`.
    private(set) var phoneFields: Set<String> = []
    /// The roots that are asked with a computed name, or used as a whole: any of their names may be meant.
    private(set) var wholeRoots: Set<String> = []

    /// Looks through a node with everything inside it.
    mutating func add(_ node: Node) {
        WrittenExpressions.each(node) { add($0.root) }
    }

    private mutating func add(_ term: Term) {
        if let (base, name) = term.asked, case .name(let root) = base.shape {
            switch root {
            case "vars": variables.insert(name)
            case "inputs": inputs.insert(name)
            case "secret": secrets.insert(name)
            case "payloads": payloads.insert(name)
            case "phone": phoneFields.insert(name)
            default: break
            }
            return
        }
        if case .name(let root) = term.shape { wholeRoots.insert(root) }
        for member in term.members { add(member) }
    }
}
