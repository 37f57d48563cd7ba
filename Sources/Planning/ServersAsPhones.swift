import Farm
import PlaybookLanguage
import SourceText

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

extension Planner {
    /// The limit of the command line, joined with the servers of the farm.
    ///
    /// One that speaks of phones cannot narrow a play that acts on servers; leaving it out of account there would let the play act
    /// on all of them.
    ///
    /// - Parameter servers: As `servingAsPhones` gives them.
    func bound(limit text: String, toServers servers: Inventory) throws(PlaybookError) -> BoundSelector {
        do throws(FarmError) {
            let bound = try servers.bind(PhoneSelector(parsing: text))
            guard bound.neededProperties.allSatisfy({ $0 == PhoneProperty.model }) else {
                throw FarmError(.wrongKind, text, "servers have no properties")
            }
            return bound
        } catch {
            throw PlaybookError(
                .unknownName, "`\(text)` narrows no play that acts on servers: \(error.reason)",
                at: .whole(text, named: "--limit"),
                help: "name servers, such as --limit \(servers.phones.first?.name ?? "SERVER"), or skip the play")
        }
    }
}
