import CloudPhone
import Farm
import JSON

/// A server that is made anew, in the service's words.
struct ServerRebuild: Hashable, Sendable {
    let layout: PhoneLayout
    /// By what a journal knows the call again: what was wished for, and not what was filled in, as that may have changed.
    let mark: String

    /// Fills in what stays as it is.
    ///
    /// - Throws: ``ServiceError`` when the network has to be named.
    init(_ wish: ServerLayout, of server: ListedServer) throws(ServiceError) {
        // The network that the system made for a server is none that it can be put into.
        let isOwn = server.networkVersion == "v2"
        guard let network = wish.network ?? (isOwn ? server.vpcID : nil),
            let subnet = wish.subnet ?? (isOwn ? server.subnetID : nil)
        else {
            throw ServiceError(
                "content", operation: "change the server",
                reason: "the server is in the system's network, and is to be in one of the account's own",
                advice: "name `network` and `subnet`")
        }
        var layout = PhoneLayout(
            phoneModelName: wish.phoneModel, imageID: wish.image, vpcID: network,
            nics: [ServerNIC(subnetID: subnet)], publicAddress: PublicAddressWish(wish.address),
            bandwidth: BandwidthWish(wish.bandwidth), keypairName: wish.keypair ?? server.keypairName)
        layout.availabilityZone = wish.zone
        layout.phoneVolume = wish.diskGigabytes.map { VolumeWish(size: $0) }
        layout.sharedVolume = wish.sharedGigabytes.map { VolumeWish(size: $0) }
        if !wish.properties.isEmpty {
            let text = JSONValue.object(wish.properties.mapValues(JSONValue.text))
            layout.property = String(decoding: text.bytes, as: UTF8.self)
        }
        self.layout = layout
        mark = Self.mark(of: wish)
    }

    /// The same for the same wish of another process.
    static func mark(of wish: ServerLayout) -> String {
        let texts: [String?] = [
            wish.phoneModel, wish.image, wish.network, wish.subnet, "\(wish.address)", "\(wish.bandwidth)",
            wish.keypair,
            wish.zone, wish.diskGigabytes.map { "\($0)" }, wish.sharedGigabytes.map { "\($0)" },
        ]
        let properties = wish.properties.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] }
        return BatchCall.mark("change-server", texts.map { $0 ?? "" } + properties)
    }
}

extension PublicAddressWish {
    fileprivate init(_ address: ServerLayout.Address) {
        self =
            switch address {
            case .none: .none
            case .existing(let id): .existing(id: id)
            case .new(let type): .new(type: type)
            }
    }
}

extension BandwidthWish {
    fileprivate init(_ bandwidth: ServerLayout.Bandwidth) {
        self =
            switch bandwidth {
            case .own(let size): .own(size: size)
            case .shared(let id): .shared(id: id)
            }
    }
}
