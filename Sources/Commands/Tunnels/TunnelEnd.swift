import Farm

/// The far end of a local port: one phone, or the adb server of a rack.
struct TunnelEnd {
    let route: SSHRoute
    /// Where it is, as the route's host sees it.
    let address: Address
    /// The phone, or what the adb server belongs to.
    let name: String
    let isServer: Bool
    /// The first phone that wants it, whose lane it lives on.
    let phone: Phone

    /// One end for every phone that is reached through SSH, and one for every adb server that is.
    static func ends(of phones: [Phone]) -> [TunnelEnd] {
        var seen: Set<[String]> = []
        return phones.compactMap { phone in
            guard let way = phone.waysIn.first(where: { $0.route != nil }), let route = way.route else { return nil }
            switch way {
            case .tcp, .cloudADB, .cloud: return nil
            case .ssh(_, let address):
                return TunnelEnd(route: route, address: address, name: phone.name, isServer: false, phone: phone)
            case .server(let address, _, _, _):
                guard seen.insert(["\(route)", "\(address)"]).inserted else { return nil }
                return TunnelEnd(
                    route: route, address: address, name: phone.server ?? "\(address) of \(route.name)", isServer: true,
                    phone: phone)
            }
        }
    }

    /// Phones that need no tunnel, each with how it is reached.
    static func withoutTunnel(_ phones: [Phone]) -> [String] {
        let plain = phones.filter { $0.waysIn.allSatisfy { $0.route == nil } }
        guard !plain.isEmpty else { return [] }
        let (be, need) = plain.count == 1 ? ("is", "needs") : ("are", "need")
        return ["\(NameFolding.brief(plain.map(\.name))) \(be) reached without SSH and \(need) no tunnel"]
    }

    /// What a person types to use a port: a command, and whose port it is.
    func line(at port: String) -> (command: String, name: String) {
        isServer
            ? ("ADB_SERVER_SOCKET=tcp:\(port) adb devices", name)
            : ("adb connect \(port)", name)
    }
}
