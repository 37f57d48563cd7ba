/// A phone that a server shows.
public struct DiscoveredPhone: Hashable, Sendable {
    /// The name of the server, as the farm calls it.
    public let server: String
    /// The serial that the phone tells; different phones may tell the same.
    public let serial: String
    /// Where it hangs on the server's USB, if the server says so; tells phones with one serial apart.
    public let usbPath: String?
    /// What the server knows about it, by key of `getprop`.
    public let properties: [String: String]
    /// The ways in that the server knows, best first; nil for the server's own way to a serial.
    public let waysIn: [WayIn]?
    /// Another word by which a roster may know it, such as its id in a cloud.
    public let id: String?
    /// The labels that it carries at its server.
    public let labels: [String]

    /// Describes one phone of a server's list.
    public init(
        server: String, serial: String, usbPath: String? = nil, properties: [String: String] = [:],
        waysIn: [WayIn]? = nil, id: String? = nil, labels: [String] = []
    ) {
        self.server = server
        self.serial = serial
        self.usbPath = usbPath
        self.properties = properties
        self.waysIn = waysIn
        self.id = id
        self.labels = labels
    }
}

extension Inventory {
    /// This farm with the phones that its servers show.
    ///
    /// A phone of the roster is recognised by its server and serial (or USB path) and keeps its name; the others are
    /// called `SERVER/SERIAL`, or `SERVER/SERIAL@USBPATH` where a serial repeats. A phone of the roster that no server
    /// shows stays in the farm. Labels that are names of other things are left out (``clashingLabels(of:)``).
    ///
    /// - Throws: ``FarmError/Code/unknownName`` for a server that the farm does not have.
    public func adding(discovered: [DiscoveredPhone]) throws(FarmError) -> Inventory {
        var phones = self.phones
        let clashing = clashingLabels(of: discovered)
        let discovered = clashing.isEmpty ? discovered : discovered.map { $0.without(labels: clashing) }
        var taken = Set(names.all)
        let roster = Roster(phones: phones, discovered: discovered)
        for found in discovered {
            guard let server = server(found.server) else {
                throw FarmError(.unknownName, found.server, "the farm has no server \"\(found.server)\"")
            }
            if let place = roster.place(of: found) {
                phones[place] = phones[place].knowing(found)
                continue
            }
            let isRepeated = roster.isRepeated(found)
            let way = server.wayIn(serial: found.serial, usbPath: isRepeated ? found.usbPath : nil)
            phones.append(
                Phone(
                    name: Self.freeName(for: found, isRepeated: isRepeated, &taken),
                    waysIn: found.waysIn ?? way.map { [$0] } ?? [], labels: found.labels, server: server.name,
                    serial: found.serial, properties: found.properties))
        }
        return try Inventory(
            phones: phones, servers: servers, encoders: encoders, groups: groups, accounts: accounts, limits: limits,
            variables: variables, phoneLeaseLife: phoneLeaseLife
        ).adding(health: health)
    }

    /// A name that nothing else has, since serials are the phones' own words.
    private static func freeName(
        for found: DiscoveredPhone, isRepeated: Bool, _ taken: inout Set<String>
    ) -> String {
        var name = "\(found.server)/\(FarmName.sanitized(found.serial))"
        if isRepeated, let path = found.usbPath ?? found.id { name += "@\(FarmName.sanitized(path))" }
        var free = name
        var number = 2
        while !taken.insert(free).inserted {
            free = "\(name)#\(number)"
            number += 1
        }
        return free
    }

    /// The variables of every phone: the farm's, then its groups' in the order of the farm file, then its own.
    ///
    /// - Parameter known: What phones have answered, for groups that ask for properties.
    /// - Returns: The variables by the phone's name; a phone that a group is undecided about does not get the group's.
    public func phoneVariables(
        known: [String: [String: String]] = [:], seed: UInt64 = 0
    ) -> [String: [String: FarmValue]] {
        var result: [String: [String: FarmValue]] = [:]
        result.reserveCapacity(phones.count)
        for phone in phones { result[phone.name] = variables }
        for (place, group) in groups.enumerated() where !group.variables.isEmpty {
            let members = BoundSelector(inventory: self, root: .group(place)).evaluate(known: known, seed: seed)
            for phone in members.phones where !members.undecided.contains(phone.name) {
                result[phone.name, default: [:]].merge(group.variables) { $1 }
            }
        }
        for phone in phones { result[phone.name, default: [:]].merge(phone.variables) { $1 } }
        return result
    }
}

/// Recognises the phones of the roster among those that servers show.
private struct Roster {
    private struct Key: Hashable {
        let server: String
        let word: String
    }

    private var bySerial: [Key: Int] = [:]
    private var byPath: [Key: Int] = [:]
    private var shown: [Key: Int] = [:]

    init(phones: [Phone], discovered: [DiscoveredPhone]) {
        for found in discovered { shown[Key(server: found.server, word: found.serial), default: 0] += 1 }
        for (place, phone) in phones.enumerated() {
            guard let server = phone.server else { continue }
            for way in phone.waysIn {
                switch way {
                case .server(_, _, let path?, _): byPath[Key(server: server, word: path)] = place
                case .server(_, let serial?, nil, _): bySerial[Key(server: server, word: serial)] = place
                case .server, .cloud, .cloudADB:
                    guard let serial = phone.serial else { continue }
                    bySerial[Key(server: server, word: serial)] = place
                case .tcp, .ssh: continue
                }
            }
        }
    }

    /// The phone of the roster that this is; a repeated serial says nothing, only the USB path does.
    func place(of found: DiscoveredPhone) -> Int? {
        if let path = found.usbPath, let place = byPath[Key(server: found.server, word: path)] { return place }
        if let id = found.id, let place = bySerial[Key(server: found.server, word: id)] { return place }
        return isRepeated(found) ? nil : bySerial[Key(server: found.server, word: found.serial)]
    }

    /// Whether the same server shows several phones with this serial.
    func isRepeated(_ found: DiscoveredPhone) -> Bool {
        (shown[Key(server: found.server, word: found.serial)] ?? 0) > 1
    }
}

extension Phone {
    /// The phone of a roster as its server shows it.
    ///
    /// Ways that the server knows better take the place of those through it; the phone's own stay first.
    fileprivate func knowing(_ found: DiscoveredPhone) -> Phone {
        let shown = found.waysIn ?? []
        let isShown: (WayIn) -> Bool = { way in
            switch way {
            case .cloud, .cloudADB: !shown.isEmpty
            case .tcp, .ssh, .server: false
            }
        }
        return Phone(
            name: name, waysIn: waysIn.filter { !isShown($0) } + shown, labels: labels + found.labels, server: server,
            serial: serial, variables: variables, properties: properties.merging(found.properties) { $1 })
    }

    /// The phone with more known about it; what is new is stronger.
    public func knowing(_ more: [String: String]) -> Phone {
        Phone(
            name: name, waysIn: waysIn, labels: labels, server: server, serial: serial, variables: variables,
            properties: properties.merging(more) { $1 })
    }
}
