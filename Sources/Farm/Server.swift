/// A machine that carries phones: here, a USB host with an adb server.
public struct Server: Hashable, Sendable {
    /// Its name, which in a selector means its phones.
    public let name: String
    /// Where its adb server listens.
    public let adbServer: Address

    /// The port on which an adb server listens unless told otherwise.
    public static let defaultPort: UInt16 = 5037

    /// Makes a server.
    public init(name: String, adbServer: Address) {
        self.name = name
        self.adbServer = adbServer
    }
}

/// A name for a selection of phones.
public struct Group: Hashable, Sendable {
    /// Its name.
    public let name: String
    /// The selector that says who belongs to it.
    public let selector: String
    /// The variables of its phones; a phone's own are stronger.
    public let variables: [String: FarmValue]

    /// Makes a group; the inventory checks the selector.
    public init(name: String, selector: String, variables: [String: FarmValue] = [:]) {
        self.name = name
        self.selector = selector
        self.variables = variables
    }
}
