import Farm

extension Inventory {
    /// A farm in which this one's servers stand in the place of phones, for selectors of plays with `servers:`.
    ///
    /// Of the groups it has those that name nothing but servers and groups of servers.
    ///
    /// - Throws: ``FarmError`` for a server that nothing reaches.
    func servingAsPhones() throws(FarmError) -> Inventory {
        let phones = servers.map { server in
            let cloud = server.cloud.map { cloud in
                WayIn.cloud(CloudPlace(account: cloud.account, server: cloud.id ?? server.name, phone: ""))
            }
            let way = cloud ?? server.wayIn(serial: nil) ?? server.route.map { .ssh($0, $0.host.address) }
            return Phone(name: server.name, waysIn: way.map { [$0] } ?? [])
        }
        var left = groups
        var known: [Group] = []
        while let next = left.firstIndex(where: { group in
            Inventory.mistakes(phones: phones, servers: [], groups: known + [group]).isEmpty
        }) {
            known.append(left.remove(at: next))
        }
        return try Inventory(phones: phones, groups: known)
    }
}
