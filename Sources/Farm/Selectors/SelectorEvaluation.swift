/// One evaluation of a selector over one kind of a farm's members, with three answers for each: yes, no, not known.
struct SelectorEvaluation {
    /// Who is chosen, and who might be; nobody is both.
    struct Answer {
        var yes: MemberSet
        var maybe: MemberSet
    }

    private let inventory: Inventory
    private let known: [String: [String: String]]
    private let seed: UInt64
    /// The places of the kind that is picked.
    private let places: Range<Int>
    /// The members that are chosen from; a limit chooses from what the selector chose.
    private var universe: MemberSet
    private var groupAnswers: [Int: Answer] = [:]
    /// The phones whose unknown properties a `pick` would like to know.
    private(set) var toAsk: MemberSet

    init(inventory: Inventory, kind: TargetID.Kind, known: [String: [String: String]], seed: UInt64) {
        self.inventory = inventory
        self.known = known
        self.seed = seed
        places = inventory.names.places(of: kind)
        universe = .of(places, capacity: inventory.names.capacity)
        toAsk = MemberSet(capacity: inventory.names.capacity)
    }

    /// What remains of `answer` under a limit.
    mutating func narrow(_ answer: Answer, by limit: BoundNode) -> Answer {
        let possible = answer.yes | answer.maybe
        // Groups mean the same everywhere, also inside a limit, so their answers are made before it narrows.
        universe = possible
        let limited = evaluate(limit)
        let yes = answer.yes & limited.yes
        return Answer(yes: yes, maybe: (possible & (limited.yes | limited.maybe)) - yes)
    }

    mutating func evaluate(_ node: BoundNode) -> Answer {
        switch node {
        case .all: return Answer(yes: universe, maybe: nobody)
        case .members(let set): return Answer(yes: set & universe, maybe: nobody)
        case .group(let place): return group(place)
        case .property(let condition): return property(condition)
        case .state(let state): return self.state(state)
        case .not(let inner):
            let answer = evaluate(inner)
            return Answer(yes: universe - answer.yes - answer.maybe, maybe: answer.maybe)
        case .and(let nodes):
            var yes = universe
            var possible = universe
            for node in nodes {
                let answer = evaluate(node)
                yes = yes & answer.yes
                possible = possible & (answer.yes | answer.maybe)
            }
            return Answer(yes: yes, maybe: possible - yes)
        case .or(let nodes):
            var yes = nobody
            var maybe = nobody
            for node in nodes {
                let answer = evaluate(node)
                yes = yes | answer.yes
                maybe = maybe | answer.maybe
            }
            return Answer(yes: yes, maybe: maybe - yes)
        case .pick(let amount, let inner):
            let candidates = inner.map { evaluate($0) } ?? Answer(yes: universe, maybe: nobody)
            return pick(amount, of: candidates)
        }
    }

    private var nobody: MemberSet { MemberSet(capacity: inventory.names.capacity) }

    /// A group means the same members of a kind wherever it is named; a limit only cuts from them.
    private mutating func group(_ place: Int) -> Answer {
        let answer: Answer
        if let known = groupAnswers[place] {
            answer = known
        } else {
            let narrowed = universe
            universe = .of(places, capacity: inventory.names.capacity)
            answer = evaluate(inventory.names.groupNodes[place])
            universe = narrowed
            groupAnswers[place] = answer
        }
        return Answer(yes: answer.yes & universe, maybe: answer.maybe & universe)
    }

    private func state(_ state: PhoneState) -> Answer {
        var answer = Answer(yes: nobody, maybe: nobody)
        for place in universe.places where inventory.health.holds(state, for: inventory.name(at: place)) {
            answer.yes.insert(place)
        }
        return answer
    }

    private func property(_ condition: PropertyCondition) -> Answer {
        var answer = Answer(yes: nobody, maybe: nobody)
        for place in universe.places {
            switch holds(condition, at: place) {
            case true?: answer.yes.insert(place)
            case false?: continue
            case nil: answer.maybe.insert(place)
            }
        }
        return answer
    }

    private func holds(_ condition: PropertyCondition, at place: Int) -> Bool? {
        if let encoder = inventory.encoder(at: place) { return condition.holds(for: encoder) }
        let phone = inventory.phones[place]
        return condition.holds(for: phone, properties: known.isEmpty ? nil : known[phone.name])
    }

    // MARK: Picking

    /// Takes one phone of each model first, then others, both in the order that the seed gives.
    ///
    /// Phones that only might belong to the candidates are taken when there are not enough others.
    private mutating func pick(_ amount: SelectorNode.Amount, of candidates: Answer) -> Answer {
        toAsk = toAsk | candidates.maybe
        let total = candidates.yes.count + candidates.maybe.count
        let wanted =
            switch amount {
            case .count(let count): min(count, total)
            case .percent(let percent): (total * percent + 99) / 100
            }
        var picked = Answer(yes: nobody, maybe: nobody)
        let sure = ranked(candidates.yes)
        for place in sure.prefix(wanted) { picked.yes.insert(place) }
        for place in ranked(candidates.maybe).prefix(max(0, wanted - sure.count)) { picked.maybe.insert(place) }
        return picked
    }

    private mutating func ranked(_ set: MemberSet) -> [Int] {
        let places = Array(set.places)
        let members = places.map { place -> (name: String, model: String?) in
            // Encoders are all of one model: there is nothing to ask.
            if let encoder = inventory.encoder(at: place) { return (encoder.name, "") }
            let phone = inventory.phones[place]
            let answer = known[phone.name].map { $0[PhoneProperty.model] ?? "" }
            let model = answer ?? phone.properties[PhoneProperty.model]
            if model == nil { toAsk.insert(place) }
            return (name: phone.name, model: model)
        }
        return ModelsFirst.order(members, seed: seed).map { places[$0] }
    }
}
