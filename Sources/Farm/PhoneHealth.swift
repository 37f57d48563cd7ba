/// What selectors can ask of a phone's state: `healthy`, `quarantined`, `missing`.
public enum PhoneState: String, Hashable, Sendable, CaseIterable {
    /// Neither quarantined nor missing.
    case healthy
    /// Left out because it failed again and again, or because somebody said so.
    case quarantined
    /// In the farm file, and its server does not show it.
    case missing
}

/// Which phones of a farm are not well, as far as that is known.
public struct PhoneHealth: Hashable, Sendable {
    /// The names of those that are quarantined.
    public var quarantined: Set<String>
    /// The names of those that the farm file has and no server shows.
    public var missing: Set<String>

    /// Everybody is well, unless told otherwise.
    public init(quarantined: Set<String> = [], missing: Set<String> = []) {
        self.quarantined = quarantined
        self.missing = missing
    }

    /// Whether a phone is in a state.
    func holds(_ state: PhoneState, for name: String) -> Bool {
        switch state {
        case .healthy: !quarantined.contains(name) && !missing.contains(name)
        case .quarantined: quarantined.contains(name)
        case .missing: missing.contains(name)
        }
    }
}

extension Inventory {
    /// This farm, knowing which of its phones are not well.
    public func adding(health: PhoneHealth) -> Inventory {
        var inventory = self
        inventory.health = health
        return inventory
    }

    /// The phones that can only be reached through servers, and that none of these shows.
    ///
    /// - Parameter shown: What the servers show; a server that did not answer shows nothing.
    public func missingPhones(among shown: [DiscoveredPhone]) -> Set<String> {
        struct Key: Hashable {
            let address: Address
            let route: SSHRoute?
            let word: String
        }
        var words: Set<Key> = []
        var inClouds: Set<String> = []
        for phone in shown {
            for case .cloud(let place) in phone.waysIn ?? [] {
                inClouds.formUnion([place.phone, phone.serial].map { "\(place.account) \($0)" })
            }
            guard let server = server(phone.server), let address = server.adbServer else { continue }
            for word in [phone.serial, phone.usbPath].compactMap(\.self) {
                words.insert(Key(address: address, route: server.route, word: word))
            }
        }
        let isThere: (WayIn) -> Bool = { way in
            switch way {
            case .cloud(let place), .cloudADB(let place, _):
                return inClouds.contains("\(place.account) \(place.phone)")
            case .tcp, .ssh, .server: break
            }
            // Whether a phone answers at its own port is seen when it is dialled.
            guard case .server(let address, let serial, let path, let route) = way, let word = path ?? serial else {
                return true
            }
            return words.contains(Key(address: address, route: route, word: word))
        }
        return Set(phones.filter { !$0.waysIn.isEmpty && !$0.waysIn.contains(where: isThere) }.map(\.name))
    }
}
