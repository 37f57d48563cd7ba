import SourceText

/// The one namespace of a farm, and the index that makes selecting among thousands of phones quick.
struct FarmNames: Sendable {
    /// The kinds of members that selectors pick.
    static let kinds: Set<TargetID.Kind> = [.phone, .encoder]

    /// The place of each phone.
    private(set) var phones: [String: Int] = [:]
    /// The place of each encoder, after all phones.
    private(set) var encoders: [String: Int] = [:]
    /// The places of each server's phones and encoders.
    private(set) var servers: [String: [Int]] = [:]
    /// The places of the phones and encoders with each label.
    private(set) var labels: [String: [Int]] = [:]
    /// The places that phones take.
    let phonePlaces: Range<Int>
    /// The places that encoders take.
    let encoderPlaces: Range<Int>
    /// Whether servers of clouds may show tags and encode services that no file names.
    let hasCloudServers: Bool
    /// The place of each group.
    private(set) var groups: [String: Int] = [:]
    /// What each group means, at the group's place.
    private(set) var groupNodes: [BoundNode] = []
    /// What is wrong with the farm, in the order of its parts.
    private(set) var mistakes: [FarmError] = []

    init(phones: [Phone], servers: [Server], encoders: [Encoder], groups: [Group]) {
        phonePlaces = phones.indices
        encoderPlaces = phones.count..<phones.count + encoders.count
        hasCloudServers = servers.contains { $0.cloud != nil }
        self.phones.reserveCapacity(phones.count)
        var kinds: [String: String] = [:]
        kinds.reserveCapacity(phones.count + encoders.count + servers.count + groups.count)
        for server in servers {
            take(server.name, as: "server", &kinds)
            self.servers[server.name] = []
        }
        for (place, phone) in phones.enumerated() {
            take(phone.name, as: "phone", &kinds)
            self.phones[phone.name] = place
            check(phone)
            if let server = phone.server { self.servers[server]?.append(place) }
        }
        for (place, encoder) in zip(encoderPlaces, encoders) {
            take(encoder.name, as: "encoder", &kinds)
            self.encoders[encoder.name] = place
            check(encoder.server, of: "encoder \"\(encoder.name)\"")
            if let server = encoder.server { self.servers[server]?.append(place) }
        }
        for (place, group) in groups.enumerated() {
            take(group.name, as: "group", &kinds)
            self.groups[group.name] = place
        }
        let ofEncoders = zip(encoderPlaces, encoders.map(\.labels))
        for (place, labels) in Array(zip(phonePlaces, phones.map(\.labels))) + Array(ofEncoders) {
            for label in labels {
                if self.labels[label] == nil { take(label, as: "label", &kinds) }
                self.labels[label, default: []].append(place)
            }
        }
        bind(groups)
    }

    /// The places that members of a kind take.
    func places(of kind: TargetID.Kind) -> Range<Int> { kind == .encoder ? encoderPlaces : phonePlaces }

    /// How many members there are.
    var capacity: Int { encoderPlaces.upperBound }

    /// Every name in use.
    var all: [String] {
        let names = [Array(phones.keys), Array(servers.keys), Array(encoders.keys), Array(groups.keys)]
        return (names + [Array(labels.keys)]).flatMap { $0.sorted() }
    }

    /// Reads the groups' selectors and refuses those that go round in a circle.
    private mutating func bind(_ groups: [Group]) {
        var named: [Set<Int>] = []
        var nodes: [BoundNode] = []
        for group in groups {
            do {
                let selector = try PhoneSelector(parsing: group.selector)
                var binder = SelectorBinder(
                    names: self, text: group.selector, kinds: Self.kinds, isLenient: true, isGroup: true)
                nodes.append(binder.bind(selector.root))
                named.append(binder.groups)
                mistakes += binder.mistakes
            } catch {
                mistakes.append(error)
                nodes.append(.members(MemberSet(capacity: capacity)))
                named.append([])
            }
        }
        groupNodes = nodes
        for (place, group) in groups.enumerated() {
            guard let circle = Self.circle(from: place, named) else { continue }
            let path = circle.map { groups[$0].name }.joined(separator: " -> ")
            mistakes.append(
                FarmError(.groupCycle, group.selector, "group \"\(group.name)\" is defined by itself: \(path)"))
        }
    }

    /// The way from a group back to itself; nil when there is none.
    private static func circle(from start: Int, _ named: [Set<Int>]) -> [Int]? {
        var cameFrom: [Int: Int] = [:]
        var waiting = [start]
        while let place = waiting.popLast() {
            for next in named[place].sorted() where cameFrom[next] == nil {
                cameFrom[next] = place
                guard next == start else {
                    waiting.append(next)
                    continue
                }
                var path = [start, place]
                while let last = path.last, last != start, let before = cameFrom[last] { path.append(before) }
                return path.reversed()
            }
        }
        return nil
    }

    /// Gives a name to a thing, unless another thing has it.
    private mutating func take(_ name: String, as kind: String, _ kinds: inout [String: String]) {
        do {
            try FarmName.validate(name)
        } catch {
            mistakes.append(error)
        }
        guard let other = kinds.updateValue(kind, forKey: name) else { return }
        let both = other == kind ? "two \(kind)s are" : "\(Self.article(other)) and \(Self.article(kind)) are both"
        mistakes.append(
            FarmError(
                .nameClash, name, "\(both) called \"\(name)\"",
                suggestion: "phones, servers, encoders, groups and labels share one namespace"))
    }

    private static func article(_ kind: String) -> String { kind == "encoder" ? "an encoder" : "a \(kind)" }

    private mutating func check(_ phone: Phone) {
        if phone.waysIn.isEmpty {
            mistakes.append(FarmError(.noWayIn, phone.name, "phone \"\(phone.name)\" has no way in"))
        }
        check(phone.server, of: "phone \"\(phone.name)\"")
    }

    private mutating func check(_ server: String?, of member: String) {
        guard let server, servers[server] == nil else { return }
        let near = closestMatch(to: server, among: servers.keys.sorted())
        mistakes.append(
            FarmError(
                .unknownName, server,
                "\(member) is at server \"\(server)\", which the farm does not have",
                suggestion: near.map { "did you mean \($0)?" }))
    }
}
