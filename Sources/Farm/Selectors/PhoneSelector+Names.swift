extension PhoneSelector {
    /// The names and globs that it holds, each range written out; what cannot be read is left out.
    public var names: [String] { Self.names(in: root) }

    private static func names(in node: SelectorNode) -> [String] {
        switch node {
        case .all, .property, .state, .pick(_, from: nil): []
        // A range that cannot be read is told by whoever joins the selector with a farm.
        case .name(let name, _): (try? RangePattern(parsing: name))?.expanded ?? []
        case .not(let inner), .pick(_, from: let inner?): names(in: inner)
        case .and(let nodes), .or(let nodes): nodes.flatMap { names(in: $0) }
        }
    }
}
