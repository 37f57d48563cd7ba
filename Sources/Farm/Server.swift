/// A machine that carries phones: a USB host with an adb server, or a server whose phones are reached through SSH, or one of a cloud.
public struct Server: Hashable, Sendable {
    /// Its name, which in a selector means its phones.
    public let name: String
    /// Where its adb server listens, as the end of ``route`` sees it where there is one; nil for a server without.
    public let adbServer: Address?
    /// How it is reached over SSH; nil for an adb server that is dialled straight.
    public let route: SSHRoute?
    /// What it is called in its cloud, which shows its phones; nil for a machine that belongs to none.
    public let cloud: CloudServer?

    /// The port on which an adb server listens unless told otherwise.
    public static let defaultPort: UInt16 = 5037

    /// Makes a server.
    public init(name: String, adbServer: Address?, route: SSHRoute? = nil, cloud: CloudServer? = nil) {
        self.name = name
        self.adbServer = adbServer
        self.route = route
        self.cloud = cloud
    }

    /// The way to a phone that its adb server lists; nil where it has no adb server.
    ///
    /// - Parameter serial: The phone's serial; nil for whichever phone is the only one.
    public func wayIn(serial: String?, usbPath: String? = nil) -> WayIn? {
        adbServer.map { .server($0, serial: serial, usbPath: usbPath, through: route) }
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
