import SourceText

/// A selector whose names have become phones and encoders of one farm.
indirect enum BoundNode: Sendable {
    case all
    case members(MemberSet)
    /// The group at that place of the inventory.
    case group(Int)
    case property(PropertyCondition)
    case state(PhoneState)
    case not(BoundNode)
    case and([BoundNode])
    case or([BoundNode])
    case pick(SelectorNode.Amount, from: BoundNode?)
}

/// Looks up the names of a selector.
struct SelectorBinder {
    let names: FarmNames
    let text: String
    /// What the selector picks: one kind in a play, all kinds in groups and limits.
    let kinds: Set<TargetID.Kind>
    /// Whether names that discovery could still bring stand for nobody instead of being mistakes: before discovery, and
    /// in groups, which outlive the coming and going of phones.
    let isLenient: Bool
    /// Whether it is a group's: then a name that stands for nobody is a mistake as long as it cannot be a phone's, since
    /// nobody would look at it again.
    let isGroup: Bool
    /// Everything that the farm does not have.
    private(set) var mistakes: [FarmError] = []
    /// The groups that the selector names.
    private(set) var groups: Set<Int> = []

    init(names: FarmNames, text: String, kinds: Set<TargetID.Kind>, isLenient: Bool, isGroup: Bool = false) {
        self.names = names
        self.text = text
        self.kinds = kinds
        self.isLenient = isLenient
        self.isGroup = isGroup
    }

    mutating func bind(_ node: SelectorNode) -> BoundNode {
        switch node {
        case .all: return .all
        case .name(let name, let span): return bind(name, at: span)
        case .property(let condition, let span):
            check(condition, at: span)
            return .property(condition)
        case .state(let state): return .state(state)
        case .not(let inner): return .not(bind(inner))
        case .and(let nodes): return .and(nodes.map { bind($0) })
        case .or(let nodes): return .or(nodes.map { bind($0) })
        case .pick(let amount, let inner): return .pick(amount, from: inner.map { bind($0) })
        }
    }

    private mutating func bind(_ name: String, at span: Range<Int>) -> BoundNode {
        let pattern: RangePattern
        do {
            pattern = try RangePattern(parsing: name)
        } catch {
            let place = error.span.map { $0.lowerBound + span.lowerBound..<$0.upperBound + span.lowerBound }
            mistakes.append(FarmError(error.code, text, at: place, error.reason, suggestion: error.suggestion))
            return .members(MemberSet(capacity: names.capacity))
        }
        var found = Found(members: MemberSet(capacity: names.capacity))
        var unknown: [String] = []
        for written in pattern.expanded {
            if let other = wrongKind(written, at: span) {
                mistakes.append(other)
            } else if !look(up: written, &found) {
                unknown.append(written)
            }
        }
        if !unknown.isEmpty { mistakes.append(unknownName(unknown, writtenAs: name, at: span)) }
        groups.formUnion(found.groups)
        guard !found.groups.isEmpty else { return .members(found.members) }
        return .or([.members(found.members)] + found.groups.sorted().map(BoundNode.group))
    }

    private struct Found {
        var members: MemberSet
        var groups: Set<Int> = []
    }

    /// Adds what a name or a glob stands for; says whether it stands for anything.
    private func look(up name: String, _ found: inout Found) -> Bool {
        guard Glob.isGlob(name) else { return take(name, &found) || isLenient && isUndiscovered(name) }
        let glob = Glob(name)
        var hasMatch = false
        var keys = Array(names.servers.keys) + Array(names.labels.keys) + Array(names.groups.keys)
        if kinds.contains(.phone) { keys += Array(names.phones.keys) }
        if kinds.contains(.encoder) { keys += Array(names.encoders.keys) }
        for key in keys where glob.matches(key) { hasMatch = take(key, &found) || hasMatch }
        return hasMatch || isLenient && isUndiscovered(name)
    }

    private func take(_ name: String, _ found: inout Found) -> Bool {
        if let place = names.phones[name] ?? names.encoders[name] {
            found.members.insert(place)
        } else if let places = names.servers[name] ?? names.labels[name] {
            for place in places { found.members.insert(place) }
        } else if let group = names.groups[name] {
            found.groups.insert(group)
        } else {
            return false
        }
        return true
    }

    /// Whether a phone or an encode service of that name may still be found at its server, or a label of its tags.
    private func isUndiscovered(_ name: String) -> Bool {
        if names.hasCloudServers, !isGroup { return true }
        return (kinds.contains(.phone) || names.hasCloudServers) && serverPart(name) != nil
    }

    /// The server of a name such as `rack-1/R5CT10XYZAB`; the name may be a glob.
    private func serverPart(_ name: String) -> String? {
        guard let slash = name.firstIndex(of: "/") else { return nil }
        let server = Glob(String(name[..<slash]))
        return names.servers.keys.filter(server.matches).min()
    }

    /// The mistake of naming what another kind of selector picks; a server stands for what is beside it, of any kind.
    private func wrongKind(_ name: String, at span: Range<Int>) -> FarmError? {
        guard kinds.count == 1, let kind = kinds.first else { return nil }
        let other: TargetID.Kind = kind == .phone ? .encoder : .phone
        let places = kind == .phone ? names.phonePlaces : names.encoderPlaces
        let isOther = kind == .phone ? names.encoders[name] != nil : names.phones[name] != nil
        guard isOther || names.labels[name].map({ !$0.contains(where: places.contains) }) == true else { return nil }
        let article = other == .encoder ? "an" : "a"
        return FarmError(
            .wrongKind, text, at: span,
            isOther
                ? "\"\(name)\" is \(article) \(other.rawValue), and \(kind.rawValue)s are picked here"
                : "no \(kind.rawValue) has the label \"\(name)\", only \(other.rawValue)s have",
            suggestion: "a play for \(other.rawValue)s says `\(other.rawValue)s:` in place of `\(kind.rawValue)s:`")
    }

    private mutating func check(_ condition: PropertyCondition, at span: Range<Int>) {
        if kinds == [.encoder], condition.isOfPhones {
            let key = String(
                decoding: text.utf8.dropFirst(span.lowerBound).prefix { $0 != UInt8(ascii: "=") }, as: UTF8.self)
            mistakes.append(
                FarmError(
                    .wrongKind, text, at: span, "encoders have no property \"\(key)\"",
                    suggestion: "pick encoders by name, label, server or group"))
            return
        }
        guard let value = condition.exactValue else { return }
        let known: [String]
        let noun: String
        switch condition.source {
        case .label: (known, noun) = (names.labels.keys.sorted(), "label")
        case .server: (known, noun) = (names.servers.keys.sorted(), "server")
        case .name:
            (known, noun) =
                kinds == [.encoder]
                ? (names.encoders.keys.sorted(), "encoder") : (names.phones.keys.sorted(), "phone")
        case .serial, .phone: return
        }
        let isKnown =
            switch condition.source {
            case .label: names.labels[value] != nil || isLenient && names.hasCloudServers
            case .server: names.servers[value] != nil
            default:
                kinds.contains(.phone) && (names.phones[value] != nil || isLenient && isUndiscovered(value))
                    || kinds.contains(.encoder)
                        && (names.encoders[value] != nil || isLenient && names.hasCloudServers && isUndiscovered(value))
            }
        guard !isKnown else { return }
        mistakes.append(
            FarmError(
                .unknownName, text, at: span, "the farm has no \(noun) \"\(value)\"",
                suggestion: Self.hint(closestMatch(to: value, among: known))))
    }

    private func unknownName(_ unknown: [String], writtenAs written: String, at span: Range<Int>) -> FarmError {
        let shown = NameFolding.brief(unknown)
        let lowercased = written.lowercased()
        if FarmName.reservedWords.contains(lowercased) {
            return FarmError(
                .unknownName, text, at: span, "nothing in the farm is called \"\(written)\"",
                suggestion: "the words of a selector are in lower case: \(lowercased)")
        }
        if unknown.count == 1, let server = serverPart(shown) {
            return FarmError(
                .unknownName, text, at: span, "server \(server) does not show a phone \"\(shown)\" now",
                suggestion: "run `drover phones \(server)` to see what is there")
        }
        let near = unknown.count == 1 ? closestMatch(to: unknown[0], among: names.all) : nil
        let reason =
            Glob.isGlob(shown)
            ? "nothing in the farm fits \"\(shown)\"" : "nothing in the farm is called \"\(shown)\""
        return FarmError(.unknownName, text, at: span, reason, suggestion: Self.hint(near))
    }

    private static func hint(_ near: String?) -> String {
        let list = "run `drover phones` to see the names in use"
        return near.map { "did you mean \($0)? \(list)" } ?? list
    }
}
