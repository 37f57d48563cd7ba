public import Lanes

/// Deals lanes to phones: in turn, but those behind one host together, so that they share a connection to it.
public struct LaneDeal {
    /// Phones behind one host that share a lane; more of them go to the next one as well, since one connection is
    /// ciphered by one thread.
    public static let phonesTogether = 64

    private let count: Int
    private var places: [Host: (first: Int, dealt: Int)] = [:]
    private var next = 0

    /// Prepares to deal.
    ///
    /// - Parameter count: How many lanes there are, at least one.
    public init(count: Int) { self.count = count }

    /// The place of the lane for one more phone, 0 and up; nil is for what is no phone.
    public mutating func deal(_ phone: Phone?) -> Int {
        guard let host = phone?.waysIn.first.flatMap(Host.init) else { return turn() }
        let known = places[host] ?? (first: turn(), dealt: 0)
        places[host] = (known.first, known.dealt + 1)
        return (known.first + known.dealt / Self.phonesTogether) % count
    }

    /// What phones share a connection to.
    private enum Host: Hashable {
        case route(SSHRoute)
        /// A server of a cloud that is reached over SSH, by its id; its address is told later.
        case cloudServer(String)

        init?(_ way: WayIn) {
            if let route = way.route {
                self = .route(route)
            } else if case .cloudADB(let place, .ssh) = way {
                self = .cloudServer(place.server)
            } else {
                return nil
            }
        }
    }

    private mutating func turn() -> Int {
        defer { next = (next + 1) % count }
        return next
    }

    /// A lane for each phone, in their order.
    public static func lanes(for phones: some Sequence<Phone?>, among lanes: [Lane]) -> [Lane] {
        var deal = LaneDeal(count: lanes.count)
        return phones.map { lanes[deal.deal($0)] }
    }
}
