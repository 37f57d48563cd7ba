import JSON

/// What phones a server is to carry, and how they are reached: what a new server and a changed one are told alike.
public struct PhoneLayout: Hashable, Sendable {
    /// The specification of the phones, at most 64 bytes.
    public var phoneModelName: String
    /// Their image.
    public var imageID: String
    /// The key pair of the tunnel to them.
    public var keypairName: String?
    /// Ports that are forwarded beside the one of ADB.
    public var ports: [PhonePort]
    /// The user's own network.
    public var vpcID: String
    /// The server's network cards.
    public var nics: [ServerNIC]
    /// The server's public addresses.
    public var publicAddress: PublicAddressWish
    /// Its bandwidth.
    public var bandwidth: BandwidthWish
    /// How many phones share an address inside the server; nil for all.
    public var phonesPerAddress: Int?
    /// The disk of each phone.
    public var phoneVolume: VolumeWish?
    /// The disk that the phones share, 10 GiB at least.
    public var sharedVolume: VolumeWish?
    /// Where it stands; nil for where there is room, or where it stands now.
    public var availabilityZone: String?
    /// Properties of all phones, a JSON object in a text.
    public var property: String?

    /// Names a layout.
    public init(
        phoneModelName: String, imageID: String, vpcID: String, nics: [ServerNIC],
        publicAddress: PublicAddressWish = .none, bandwidth: BandwidthWish, keypairName: String? = nil,
        ports: [PhonePort] = []
    ) {
        self.phoneModelName = phoneModelName
        self.imageID = imageID
        self.vpcID = vpcID
        self.nics = nics
        self.publicAddress = publicAddress
        self.bandwidth = bandwidth
        self.keypairName = keypairName
        self.ports = ports
    }

    static let fields: [OperationField] = [
        .text("phone_model_name").ruled(.bytes(1...64, of: "the name of a specification")).required,
        .text("image_id").ruled(.bytes(1...32, of: "the id of an image")).required,
        .text("keypair_name").ruled(NameCheck.keypair, "for the tunnel to the phones"),
        .objects("ports", PhonePort.fields),
        .text("tenant_vpc_id").ruled(.token(of: "network")).required,
        .objects("nics", ServerNIC.fields).ruled(.some(of: "network card")).required,
        .object("public_ip", PublicAddressWish.fields).required,
        .integer("phone_count_per_ip").ruled(.range(1...1000), "phones that share an address"),
        .object("phone_data_volume", VolumeWish.fields(least: 1)),
        .object("server_share_data_volume", VolumeWish.fields(least: 10)),
        .object("band_width", BandwidthWish.fields).required, .text("availability_zone"),
        .text("property").ruled(.json(most: 8192)),
    ]

    var body: [String: JSONValue?] {
        [
            "phone_model_name": .text(phoneModelName), "image_id": .text(imageID),
            "keypair_name": keypairName.map(JSONValue.text),
            "ports": ports.isEmpty ? nil : .array(ports.map(\.body)), "tenant_vpc_id": .text(vpcID),
            "nics": .array(nics.map(\.body)), "public_ip": publicAddress.body,
            "phone_count_per_ip": phonesPerAddress.map { .integer(Int64($0)) },
            "phone_data_volume": phoneVolume.map { .object($0.members) },
            "server_share_data_volume": sharedVolume.map { .object($0.members) }, "band_width": bandwidth.body,
            "availability_zone": availabilityZone.map(JSONValue.text), "property": property.map(JSONValue.text),
        ]
    }

    static func check(_ given: [String: JSONValue]) throws(CheckFault) {
        try PhonePort.check(given["ports"])
        try BandwidthWish.check(given["band_width"])
    }
}
