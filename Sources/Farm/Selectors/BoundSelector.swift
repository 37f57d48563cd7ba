/// A selector that belongs to one farm and can be evaluated.
public struct BoundSelector: Sendable {
    let inventory: Inventory
    let root: BoundNode
    /// What it picks.
    public let kind: TargetID.Kind

    /// The keys of `getprop` that decide, sorted; empty when the farm alone can answer, and for encoders.
    ///
    /// A `pick` needs the model, because it takes one phone of each model first.
    public let neededProperties: [String]

    init(inventory: Inventory, root: BoundNode, kind: TargetID.Kind = .phone) {
        self.inventory = inventory
        self.root = root
        self.kind = kind
        var keys: Set<String> = []
        if kind == .phone { Self.collectProperties(of: root, inventory.names.groupNodes, into: &keys) }
        neededProperties = keys.sorted()
    }

    private static func collectProperties(of node: BoundNode, _ groups: [BoundNode], into keys: inout Set<String>) {
        switch node {
        case .all, .members, .state: return
        case .group(let place): collectProperties(of: groups[place], groups, into: &keys)
        case .property(let condition):
            if case .phone(let key) = condition.source { keys.insert(key) }
        case .not(let inner): collectProperties(of: inner, groups, into: &keys)
        case .and(let nodes), .or(let nodes):
            for node in nodes { collectProperties(of: node, groups, into: &keys) }
        case .pick(_, let inner):
            keys.insert(PhoneProperty.model)
            if let inner { collectProperties(of: inner, groups, into: &keys) }
        }
    }

    /// Picks the phones, or the encoders.
    ///
    /// - Parameters:
    ///   - known: What phones have answered, by name and key of `getprop`; it goes before what the farm knows. A phone
    ///     in it was asked for all of ``neededProperties``, and what is missing in its answer is not set.
    ///   - seed: Decides whom `pick` takes; the same seed takes the same phones.
    ///   - limit: A second selector of the same farm that narrows the first: only its phones remain, and its `pick`
    ///     picks among those that the first one selects.
    public func evaluate(
        known: [String: [String: String]] = [:], seed: UInt64 = 0, limit: BoundSelector? = nil
    ) -> Selection {
        var evaluation = SelectorEvaluation(inventory: inventory, kind: kind, known: known, seed: seed)
        var answer = evaluation.evaluate(root)
        if let limit { answer = evaluation.narrow(answer, by: limit.root) }
        let toAsk = (evaluation.toAsk | answer.maybe).places.map { inventory.phones[$0] }
        let places = (answer.yes | answer.maybe).places
        return Selection(
            phones: places.filter { inventory.encoder(at: $0) == nil }.map { inventory.phones[$0] },
            encoders: places.compactMap { inventory.encoder(at: $0) },
            undecided: Set(answer.maybe.places.map { inventory.phones[$0].name }),
            toAsk: toAsk)
    }
}

/// The phones or encoders that a selector picked.
public struct Selection: Sendable {
    /// The chosen phones in the order of the farm, with those that could not be decided.
    public let phones: [Phone]
    /// The chosen encoders in the order of the farm; none where phones are picked.
    public let encoders: [Encoder]
    /// The names of chosen phones whose properties are not known.
    ///
    /// They stay targets and must be `lost` from the start: were one of them to answer later, nobody would know whether
    /// it was meant.
    public let undecided: Set<String>
    /// The phones whose properties would make the answer exact; asking them and evaluating again is enough.
    public let toAsk: [Phone]
}

extension Inventory {
    /// Joins a selector with this farm.
    ///
    /// - Parameters:
    ///   - beforeDiscovery: Whether phones may still turn up at their servers; then `SERVER/SERIAL` names and
    ///     globs that fit nobody yet are no mistakes.
    ///   - kind: What it picks; a limit's kind is that of the selector that it narrows.
    ///   - isLimit: Whether it narrows other selectors, and so may name members of any kind.
    /// - Throws: The first of ``mistakes(in:picking:isLimit:beforeDiscovery:)``.
    public func bind(
        _ selector: PhoneSelector, picking kind: TargetID.Kind = .phone, isLimit: Bool = false,
        beforeDiscovery: Bool = false
    ) throws(FarmError) -> BoundSelector {
        var binder = SelectorBinder(
            names: names, text: selector.text, kinds: isLimit ? FarmNames.kinds : [kind], isLenient: beforeDiscovery)
        let root = binder.bind(selector.root)
        if let first = binder.mistakes.first { throw first }
        return BoundSelector(inventory: self, root: root, kind: kind)
    }

    /// Every name in the selector that this farm does not have, or has for another kind, with a suggestion each.
    public func mistakes(
        in selector: PhoneSelector, picking kind: TargetID.Kind = .phone, isLimit: Bool = false,
        beforeDiscovery: Bool = false
    ) -> [FarmError] {
        var binder = SelectorBinder(
            names: names, text: selector.text, kinds: isLimit ? FarmNames.kinds : [kind], isLenient: beforeDiscovery)
        _ = binder.bind(selector.root)
        return binder.mistakes
    }

    /// Whom a group means among the members of one kind; nobody when the farm has no such group.
    public func members(ofGroup name: String, picking kind: TargetID.Kind = .phone, seed: UInt64 = 0) -> Selection {
        let root = names.groups[name].map(BoundNode.group) ?? .members(MemberSet(capacity: names.capacity))
        return BoundSelector(inventory: self, root: root, kind: kind).evaluate(seed: seed)
    }

    /// Reads, joins and evaluates a selector in one go, for farms that need not be asked.
    public func select(
        _ text: String, picking kind: TargetID.Kind = .phone, seed: UInt64 = 0
    ) throws(FarmError) -> Selection {
        try bind(PhoneSelector(parsing: text), picking: kind).evaluate(seed: seed)
    }
}
