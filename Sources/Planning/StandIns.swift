import Farm

/// A farm as its file alone shows it, with somebody in the place of the phones that its clouds' servers will show.
struct StandIns {
    /// The farm with them.
    let inventory: Inventory
    /// What each of them is told as, by its name: `koo/*`.
    private let words: [String: String]

    /// - Parameter selector: What is to be evaluated; phones that it names are taken to be there.
    init(for selector: PhoneSelector, in farm: Inventory) throws(FarmError) {
        let named = Self.names(in: selector, of: farm).sorted()
        var found: [DiscoveredPhone] = []
        var words: [String: String] = [:]
        for server in farm.servers where server.cloud != nil {
            let own = named.filter { $0.hasPrefix("\(server.name)/") && farm.phone($0) == nil }
            for word in own + ["\(server.name)/\(Self.anybody)"] {
                // A glob stands for the shortest name that it fits.
                let name = word.replacing("*", with: "").replacing("?", with: "0")
                guard words.updateValue(word, forKey: name) == nil, name.last != "/" else { continue }
                found.append(
                    DiscoveredPhone(
                        server: server.name, serial: String(name.dropFirst(server.name.count + 1)),
                        waysIn: server.cloud.map {
                            [.cloud(CloudPlace(account: $0.account, server: server.name, phone: server.name))]
                        }))
            }
            words["\(server.name)/\(Self.anybody)"] = "\(server.name)/*"
        }
        inventory = try farm.adding(discovered: found)
        self.words = words
    }

    /// Everything that a selector names, itself or by the groups in it.
    private static func names(in selector: PhoneSelector, of farm: Inventory) -> Set<String> {
        var names = Set(selector.names)
        var open = names
        while !open.isEmpty {
            let groups = farm.groups.filter { open.contains($0.name) }
            // A group that cannot be read is a mistake of the farm file, which is told there.
            let inner = Set(groups.flatMap { (try? PhoneSelector(parsing: $0.selector))?.names ?? [] })
            open = inner.subtracting(names)
            names.formUnion(open)
        }
        return names
    }

    /// Stands for all phones of a server that nobody names.
    private static let anybody = "anybody"

    /// The names of phones as people are told them; whoever stands for all of a server covers those that are named.
    func told(_ phones: [Phone]) -> [(name: String, phone: Phone)] {
        let all = phones.map { (words[$0.name] ?? $0.name, $0) }
        let whole = Set(all.filter { $0.0.hasSuffix("/*") }.compactMap { $0.1.server })
        return all.filter { name, phone in
            words[phone.name] == nil || name.hasSuffix("/*") || phone.server.map { !whole.contains($0) } ?? true
        }
    }
}
