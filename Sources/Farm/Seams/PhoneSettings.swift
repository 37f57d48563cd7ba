/// The way that a cloud phone's traffic takes.
public enum TrafficRoute: String, Hashable, Sendable, CaseIterable {
    /// From the phone itself.
    case direct
    /// Through the encode service of its server.
    case routing
}

/// A client of a cloud that shows a phone's screen, by the service's own word.
public enum ScreenClient: String, Hashable, Sendable, CaseIterable {
    /// An app for Android.
    case android = "ANDROID"
    /// A program for Windows.
    case windows = "WINDOWS"
    /// A page for the browsers of phones.
    case mobilePage = "H5_MOBILE"
    /// A page for the browsers of computers.
    case page = "H5_PC"
    /// An app for iOS.
    case ios = "IOS"
}

/// Where a client that shows a phone's screen reaches it; what lets the client in is not told.
public struct ScreenConnection: Hashable, Sendable {
    /// The public address; nil when there is none.
    public let publicAddress: String?
    /// The address inside the cloud's network; nil when there is none.
    public let serverAddress: String?
    /// The address of IPv6; nil when there is none.
    public let ipv6Address: String?
    /// The port on all of them; nil when the service tells none.
    public let port: Int?

    /// Names a place.
    public init(publicAddress: String?, serverAddress: String?, ipv6Address: String?, port: Int?) {
        self.publicAddress = publicAddress
        self.serverAddress = serverAddress
        self.ipv6Address = ipv6Address
        self.port = port
    }
}

/// What not every service of phones can do.
extension BatchedPhone {
    /// Not told.
    public func trafficRoute() async throws -> TrafficRoute? { nil }

    /// Refused as `unsupported`.
    public func route(traffic: TrafficRoute) async throws {
        throw ServiceError(unsupported: "send the traffic \(traffic == .direct ? "directly" : "by routing")")
    }

    /// Not told.
    public func diskGigabytes(before size: Int) async throws -> Int? { nil }

    /// Refused as `unsupported`.
    public func expandDisk(to size: Int) async throws { throw ServiceError(unsupported: "expand the disk") }

    /// Refused as `unsupported`.
    public func connection(for client: ScreenClient) async throws -> ScreenConnection {
        throw ServiceError(unsupported: "tell where \(client.rawValue) reaches the phone")
    }
}

extension ServiceError {
    /// What a service has no way to do.
    init(unsupported operation: String) {
        self.init("unsupported", operation: operation, reason: "the cloud's service has no way to do it")
    }
}
