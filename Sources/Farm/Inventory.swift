/// The whole farm as one checked value: who there is, what they are called, how much may be done at once.
///
/// Phones, servers, encoders, groups and labels share one namespace, so that a name in a selector can mean only one thing.
public struct Inventory: Sendable {
    /// The phones, in the order of the farm file; discovered ones follow.
    public let phones: [Phone]
    /// The servers, in the order of the farm file.
    public let servers: [Server]
    /// The encoders, in the order of the farm file.
    public let encoders: [Encoder]
    /// The groups, in the order of the farm file.
    public let groups: [Group]
    /// The accounts at clouds that rent phones, in the order of the farm file.
    public let accounts: [CloudAccount]
    /// How much may happen at the same time.
    public let limits: Limits
    /// The variables of the whole farm, the weakest of all.
    public let variables: [String: FarmValue]
    /// How long a lease on each phone itself holds, for farms with several controllers; nil for none.
    public let phoneLeaseLife: Duration?

    /// Which phones are not well; everybody is until ``adding(health:)`` says otherwise.
    public internal(set) var health = PhoneHealth()

    /// Where each name leads, for selectors.
    let names: FarmNames

    /// Makes a farm and checks it.
    ///
    /// - Throws: The first of ``mistakes(phones:servers:encoders:groups:)``.
    public init(
        phones: [Phone] = [], servers: [Server] = [], encoders: [Encoder] = [], groups: [Group] = [],
        accounts: [CloudAccount] = [], limits: Limits = .default, variables: [String: FarmValue] = [:],
        phoneLeaseLife: Duration? = nil
    ) throws(FarmError) {
        let names = FarmNames(phones: phones, servers: servers, encoders: encoders, groups: groups)
        if let first = names.mistakes.first { throw first }
        self.phones = phones
        self.servers = servers
        self.encoders = encoders
        self.groups = groups
        self.accounts = accounts
        self.limits = limits
        self.variables = variables
        self.phoneLeaseLife = phoneLeaseLife
        self.names = names
    }

    /// Everything that is wrong with such a farm, for reporting it all at once.
    ///
    /// Names that selectors cannot spell, two things with one name, a phone or an encoder at an unknown server, a phone
    /// without a way in, groups that cannot be read, name the unknown, or go round in a circle. ``FarmError/text`` is the name of the
    /// phone, encoder, server or label, and for a group's selector the selector.
    public static func mistakes(
        phones: [Phone], servers: [Server], encoders: [Encoder] = [], groups: [Group]
    ) -> [FarmError] {
        FarmNames(phones: phones, servers: servers, encoders: encoders, groups: groups).mistakes
    }

    /// The phone of that name.
    public func phone(_ name: String) -> Phone? {
        names.phones[name].map { phones[$0] }
    }

    /// The server of that name.
    public func server(_ name: String) -> Server? { servers.first { $0.name == name } }

    /// The account of that name.
    public func account(_ name: String) -> CloudAccount? { accounts.first { $0.name == name } }

    /// The encoder of that name.
    public func encoder(_ name: String) -> Encoder? { names.encoders[name].flatMap { encoder(at: $0) } }

    /// The encoder at a member's place; nil where a phone is.
    func encoder(at place: Int) -> Encoder? { place < phones.count ? nil : encoders[place - phones.count] }

    /// The name of the phone or encoder at a member's place.
    func name(at place: Int) -> String { encoder(at: place)?.name ?? phones[place].name }

    /// All labels in use, sorted.
    public var labels: [String] { names.labels.keys.sorted() }
}
