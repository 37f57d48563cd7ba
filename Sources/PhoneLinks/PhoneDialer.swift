public import ADB
public import Farm
public import Lanes
public import Tunnels

/// Makes links to phones by their ways in: straight to the phone's port, through a host over SSH, through the adb
/// server that carries it, or by what its cloud tells.
public final class PhoneDialer: PhoneDialing {
    private let keys: KeyRing
    private let limits: LinkLimits
    private let tunnels: TunnelPool
    private let addresses: AddressBook
    private let clouds: (any CloudDialing)?
    private let scripts = PushScripts()
    private let tally = TransferTally()

    /// Makes a dialer for a run.
    ///
    /// - Parameters:
    ///   - keys: What drover proves itself with; shared by all phones.
    ///   - limits: How long a phone may take for each phase.
    ///   - tunnels: The connections to hosts that phones are behind; nil where there are none.
    ///   - clouds: The services of clouds; nil where there are none.
    public init(
        keys: KeyRing = .none, limits: LinkLimits = LinkLimits(), tunnels: TunnelPool? = nil,
        clouds: (any CloudDialing)? = nil
    ) {
        self.clouds = clouds
        self.keys = keys
        self.limits = limits
        self.tunnels = tunnels ?? TunnelPool(NoTunnels())
        addresses = AddressBook()
    }

    /// Payload bytes that moved between all phones and this machine so far, those under way included.
    public var bytesMoved: UInt64 { tally.bytes }

    /// Connects to a phone by the first of its ways in that answers.
    ///
    /// - Throws: `PhoneError` of the last way that was tried, with a code other than `lost`; `CancellationError`.
    public func connect(to phone: Phone, on lane: Lane) async throws -> any ConnectedPhone {
        lane.preconditionOnLane()
        // One that nobody knows would spoil the calls of all phones that are asked with it.
        let cloud = try phone.cloud.flatMap { place in
            try place.isShown ? clouds?.phone(phone, at: place, on: lane) : nil
        }
        var failure: PhoneError?
        for way in phone.waysIn {
            if !way.isADB, let cloud {
                if let failure { clouds?.tellWithoutADB(phone, because: failure) }
                return cloud
            }
            do {
                let link = try await link(to: phone, by: way, on: lane)
                return ADBPhone(
                    phone, link: link, wayIn: way.description, scripts: scripts, tally: tally, cloud: cloud)
            } catch let error as ADBError {
                failure = PhoneError(dialling: error, keys: keys)
            } catch let error as NameNotFound {
                failure = PhoneError(notFound: error, way)
            } catch let error as PhoneError {
                failure = error
            }
        }
        throw failure
            ?? PhoneError(
                .unsupported, operation: "connect to \(phone.name)", reason: "the phone has no way in",
                advice: "give it an `adb:` in the farm file", mayHaveBeenSent: false)
    }

    private func link(to phone: Phone, by way: WayIn, on lane: Lane) async throws -> any ADBConnection {
        guard case .cloudADB(let place, let access) = way, let clouds else { return try await link(by: way, on: lane) }
        return try await CloudADB(phone: phone, place: place, access: access, clouds: clouds).link { way in
            try await link(by: way, on: lane)
        }
    }

    private func link(by way: WayIn, on lane: Lane) async throws -> any ADBConnection {
        // The host has limits of its own for this, and what goes wrong there is no phone's fault.
        if let route = way.route {
            do {
                try await tunnels.connected(through: route, on: lane)
            } catch let error as PhoneError {
                throw error.ofHost
            }
        }
        var limits = limits
        // The host takes phones in hand one after the other, and says itself when one does not answer.
        if way.route != nil { limits.connect += .seconds(60) }
        switch way {
        case .tcp(let address):
            return try await ADBLink.connect(
                to: try await addresses.find(address), name: address.description, on: lane, keys: keys, limits: limits)
        case .ssh(let route, let address):
            return try await ADBLink.connect(
                through: tunnels.opening(to: address, through: route), name: "\(address) through \(route.name)",
                on: lane, keys: keys, limits: limits)
        case .server(let address, let serial, let usbPath, let route):
            let server = try await addresses.server(at: address, through: route, of: tunnels)
            // A server without serials named has one phone, or the answer says that there are several.
            return try await ADBServerConnection.connect(
                to: serial ?? "", usbPath: usbPath, through: server, on: lane, limits: limits)
        case .cloud(let place) where !place.isShown:
            throw PhoneError(
                .unreachable, operation: "connect to \(way)", reason: "its server does not show it",
                advice: "`serial` in the farm file is its id or its name in the cloud", mayHaveBeenSent: false)
        case .cloud, .cloudADB:
            throw PhoneError(
                .unsupported, operation: "connect to \(way)", reason: "there is no account to ask here",
                mayHaveBeenSent: false)
        }
    }
}
