/// One phone of the farm: what it is called and how it is reached.
public struct Phone: Hashable, Sendable {
    /// Its name, unique in the farm; discovered phones are called `SERVER/SERIAL`.
    public let name: String
    /// The ways in, best first; a phone without any cannot be in an inventory.
    public let waysIn: [WayIn]
    /// The labels it carries, sorted.
    public let labels: [String]
    /// The name of the server that carries it, if one does.
    public let server: String?
    /// The serial by which it is known to its server or its roster.
    public let serial: String?
    /// The variables set on the phone itself.
    public let variables: [String: FarmValue]
    /// The properties known so far, such as `model` or `sdk`, from discovery or from asking.
    public let properties: [String: String]

    /// Makes a phone; the inventory checks what names it.
    public init(
        name: String, waysIn: [WayIn], labels: some Sequence<String> = [], server: String? = nil, serial: String? = nil,
        variables: [String: FarmValue] = [:], properties: [String: String] = [:]
    ) {
        self.name = name
        self.waysIn = waysIn
        self.labels = Set(labels).sorted()
        self.server = server
        self.serial = serial
        self.variables = variables
        self.properties = properties
    }

    /// Where it is in its cloud; nil for a phone that belongs to none.
    public var cloud: CloudPlace? {
        for case .cloud(let place) in waysIn { return place }
        return nil
    }

    /// What the account rents that shows it; nil for a phone of one's own, and for one that no account shows.
    public var accountKind: CloudAccount.Kind? {
        CloudAccount.Kind.allCases.first { properties[$0.idProperty] != nil }
    }

    /// Whether nothing but its cloud's service reaches it.
    public var isBatched: Bool { !waysIn.isEmpty && waysIn.allSatisfy { !$0.isADB } }

    /// The same phone with other ways in.
    public func reached(by ways: [WayIn]) -> Phone {
        Phone(
            name: name, waysIn: ways, labels: labels, server: server, serial: serial, variables: variables,
            properties: properties)
    }

    /// A phone of a roster: known by its serial, looked for at a server, and a target even when it is not there.
    public init(
        name: String, serial: String, at server: Server, labels: some Sequence<String> = [],
        variables: [String: FarmValue] = [:]
    ) {
        self.init(
            name: name, waysIn: server.wayIn(serial: serial).map { [$0] } ?? [], labels: labels,
            server: server.name, serial: serial, variables: variables)
    }
}

/// One way to reach a phone.
public enum WayIn: Hashable, Sendable, CustomStringConvertible {
    /// Native ADB straight to the phone's port.
    case tcp(Address)
    /// Native ADB to the phone's port as a host sees it, inside the SSH connection to that host.
    case ssh(SSHRoute, Address)
    /// Through an adb server, which knows the phone by its serial, or by its USB path where serials repeat.
    ///
    /// Where there is a route, the address is what its host sees, and the conversation goes inside SSH.
    case server(Address, serial: String?, usbPath: String?, through: SSHRoute? = nil)
    /// Native ADB to a phone whose address its cloud tells when it is dialled.
    case cloudADB(CloudPlace, CloudServer.ADBAccess)
    /// Through the service of the cloud that the phone belongs to, without ADB.
    case cloud(CloudPlace)

    /// Whether it is spoken with over ADB.
    public var isADB: Bool { if case .cloud = self { false } else { true } }

    /// The route over SSH, where it goes inside one; nil also for one that a cloud has yet to tell.
    public var route: SSHRoute? {
        switch self {
        case .tcp, .cloudADB, .cloud: nil
        case .ssh(let route, _): route
        case .server(_, _, _, let route): route
        }
    }

    /// The way as it is written in reports.
    public var description: String {
        switch self {
        case .tcp(let address): "tcp:\(address)"
        case .ssh(let route, let address): "ssh \(route.name), \(address)"
        case .server(let address, let serial, let usbPath, nil):
            "server \(address), \(usbPath ?? serial ?? "any phone")"
        case .server(let address, let serial, let usbPath, let route?):
            "ssh \(route.name), server \(address), \(usbPath ?? serial ?? "any phone")"
        case .cloudADB(let place, .direct): "cloud \(place.account), \(place.phone), adb direct"
        case .cloudADB(let place, .ssh): "cloud \(place.account), \(place.phone), adb through ssh"
        case .cloud(let place): "cloud \(place.account), \(place.phone)"
        }
    }
}

/// A variable's value in the farm file.
public enum FarmValue: Hashable, Sendable {
    /// Text.
    case text(String)
    /// A whole number.
    case integer(Int)
    /// A number with a fraction.
    case number(Double)
    /// Yes or no.
    case boolean(Bool)
    /// Several values.
    case list([FarmValue])
}
