/// One evaluation of a selector over a farm, with three answers per phone: yes, no, and not known.
struct SelectorEvaluation {
    /// Who is chosen, and who might be; nobody is both.
    struct Answer {
        var yes: PhoneSet
        var maybe: PhoneSet
    }

    private let inventory: Inventory
    private let known: [String: [String: String]]
    private let seed: UInt64
    /// The phones that are chosen from; a limit chooses from what the selector chose.
    private var universe: PhoneSet
    private var groupAnswers: [Int: Answer] = [:]
    /// The phones whose unknown properties a `pick` would like to know.
    private(set) var toAsk: PhoneSet

    init(inventory: Inventory, known: [String: [String: String]], seed: UInt64) {
        self.inventory = inventory
        self.known = known
        self.seed = seed
        universe = .all(inventory.phones.count)
        toAsk = PhoneSet(capacity: inventory.phones.count)
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
        case .phones(let set): return Answer(yes: set & universe, maybe: nobody)
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

    private var nobody: PhoneSet { PhoneSet(capacity: inventory.phones.count) }

    /// A group means the same phones wherever it is named; a limit only cuts from them.
    private mutating func group(_ place: Int) -> Answer {
        let answer: Answer
        if let known = groupAnswers[place] {
            answer = known
        } else {
            let narrowed = universe
            universe = .all(inventory.phones.count)
            answer = evaluate(inventory.names.groupNodes[place])
            universe = narrowed
            groupAnswers[place] = answer
        }
        return Answer(yes: answer.yes & universe, maybe: answer.maybe & universe)
    }

    private func state(_ state: PhoneState) -> Answer {
        var answer = Answer(yes: nobody, maybe: nobody)
        for place in universe.places where inventory.health.holds(state, for: inventory.phones[place].name) {
            answer.yes.insert(place)
        }
        return answer
    }

    private func property(_ condition: PropertyCondition) -> Answer {
        var answer = Answer(yes: nobody, maybe: nobody)
        for place in universe.places {
            let phone = inventory.phones[place]
            switch condition.holds(for: phone, properties: known.isEmpty ? nil : known[phone.name]) {
            case true?: answer.yes.insert(place)
            case false?: continue
            case nil: answer.maybe.insert(place)
            }
        }
        return answer
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

    private mutating func ranked(_ set: PhoneSet) -> [Int] {
        let places = Array(set.places)
        let phones = places.map { place in
            let phone = inventory.phones[place]
            let answer = known[phone.name].map { $0[PhoneProperty.model] ?? "" }
            let model = answer ?? phone.properties[PhoneProperty.model]
            if model == nil { toAsk.insert(place) }
            return (name: phone.name, model: model)
        }
        return ModelsFirst.order(phones, seed: seed).map { places[$0] }
    }
}
