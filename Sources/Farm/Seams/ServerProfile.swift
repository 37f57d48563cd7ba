/// What a server of a cloud is sold as.
public struct ServerProfile: Hashable, Sendable {
    /// Its specification; nil when the service does not tell.
    public let model: String?
    /// The specification of its phones; nil for a server without.
    public let phoneModel: String?
    /// How it is paid; nil when the service does not tell.
    public let contract: Contract?
    /// Its state in the service's words: `normal`, `frozen`.
    public let state: String

    /// How a server is paid.
    public enum Contract: String, Hashable, Sendable {
        /// By the month or the year; the service has no call that ends or renews such a contract.
        case period
        /// By use.
        case use
    }

    /// Describes a server.
    public init(model: String?, phoneModel: String?, contract: Contract?, state: String) {
        self.model = model
        self.phoneModel = phoneModel
        self.contract = contract
        self.state = state
    }
}

/// What a server is made anew as; what is nil stays as it is, or is the service's choice.
public struct ServerLayout: Hashable, Sendable {
    /// The specification of its phones.
    public var phoneModel: String
    /// The id of their image.
    public var image: String
    /// The account's network; nil for the one that it is in.
    public var network: String?
    /// The subnet; nil for the one that it is in.
    public var subnet: String?
    /// Its public address.
    public var address: Address
    /// Its bandwidth.
    public var bandwidth: Bandwidth
    /// The key pair of the tunnel to its phones; nil for the one that it has.
    public var keypair: String?
    /// Where it is to stand; nil for where it stands.
    public var zone: String?
    /// GiB of each phone's disk; nil for what the specification has.
    public var diskGigabytes: Int?
    /// GiB that the phones share; nil for the service's choice.
    public var sharedGigabytes: Int?
    /// Properties that all phones have.
    public var properties: [String: String] = [:]

    /// A public address.
    public enum Address: Hashable, Sendable {
        /// None.
        case none
        /// One that the account has, by its id.
        case existing(String)
        /// A new one of a type, such as `5_bgp`.
        case new(String)
    }

    /// A bandwidth.
    public enum Bandwidth: Hashable, Sendable {
        /// One of its own, of so many Mbit/s.
        case own(Int)
        /// A shared one, by its id.
        case shared(String)
    }

    /// Names what there is no choice about.
    public init(phoneModel: String, image: String, address: Address, bandwidth: Bandwidth) {
        self.phoneModel = phoneModel
        self.image = image
        self.address = address
        self.bandwidth = bandwidth
    }
}
