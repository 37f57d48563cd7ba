import SourceText

/// The one namespace of a farm, and the index that makes selecting among thousands of phones quick.
struct FarmNames: Sendable {
    /// The place of each phone.
    private(set) var phones: [String: Int] = [:]
    /// The places of each server's phones.
    private(set) var servers: [String: [Int]] = [:]
    /// The places of the phones with each label.
    private(set) var labels: [String: [Int]] = [:]
    /// The place of each group.
    private(set) var groups: [String: Int] = [:]
    /// What each group means, at the group's place.
    private(set) var groupNodes: [BoundNode] = []
    /// What is wrong with the farm, in the order of its parts.
    private(set) var mistakes: [FarmError] = []

    init(phones: [Phone], servers: [Server], groups: [Group]) {
        self.phones.reserveCapacity(phones.count)
        var kinds: [String: String] = [:]
        kinds.reserveCapacity(phones.count + servers.count + groups.count)
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
        for (place, group) in groups.enumerated() {
            take(group.name, as: "group", &kinds)
            self.groups[group.name] = place
        }
        for (place, phone) in phones.enumerated() {
            for label in phone.labels {
                if labels[label] == nil { take(label, as: "label", &kinds) }
                labels[label, default: []].append(place)
            }
        }
        bind(groups)
    }

    /// Every name in use.
    var all: [String] {
        [phones.keys.sorted(), servers.keys.sorted(), groups.keys.sorted(), labels.keys.sorted()].flatMap(\.self)
    }

    /// Reads the groups' selectors and refuses those that go round in a circle.
    private mutating func bind(_ groups: [Group]) {
        var named: [Set<Int>] = []
        var nodes: [BoundNode] = []
        for group in groups {
            do {
                let selector = try PhoneSelector(parsing: group.selector)
                var binder = SelectorBinder(names: self, text: group.selector, isLenient: true)
                nodes.append(binder.bind(selector.root))
                named.append(binder.groups)
                mistakes += binder.mistakes
            } catch {
                mistakes.append(error)
                nodes.append(.phones(PhoneSet(capacity: phones.count)))
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
        let both = other == kind ? "two \(kind)s are" : "a \(other) and a \(kind) are both"
        mistakes.append(
            FarmError(
                .nameClash, name, "\(both) called \"\(name)\"",
                suggestion: "phones, servers, groups and labels share one namespace"))
    }

    private mutating func check(_ phone: Phone) {
        if phone.waysIn.isEmpty {
            mistakes.append(FarmError(.noWayIn, phone.name, "phone \"\(phone.name)\" has no way in"))
        }
        guard let server = phone.server, servers[server] == nil else { return }
        let near = closestMatch(to: server, among: servers.keys.sorted())
        mistakes.append(
            FarmError(
                .unknownName, server,
                "phone \"\(phone.name)\" is at server \"\(server)\", which the farm does not have",
                suggestion: near.map { "did you mean \($0)?" }))
    }
}
