public import JSON

/// Buys servers without phones, 1 to 10; there is no job, so the list of servers is to be watched.
public struct CreateCloudPhoneSingleServerOperation: CloudOperation {
    /// What a success brings.
    public typealias Answer = ServerOrder

    /// What it sends and gets (Cloud Phone API, CreateCloudPhoneSingleServer).
    public static let shape = OperationShape(
        "CreateCloudPhoneSingleServer", .post, "/v2.1/{project_id}/cloud-phone/servers",
        body: [
            .text("server_name").ruled(.name(of: "server"), "with -0001 and so on behind it for several").required,
            .text("server_model_name").ruled(.bytes(1...64, of: "the name of a specification")).required,
            .integer("count").ruled(.range(1...CreateNet2CloudPhoneServerOperation.mostServers)).required,
            .object("order_param", PurchaseTerms.fields).required,
            .objects("nics", ServerNIC.bareFields).ruled(.some(of: "network card")).required,
            .object("public_ip", PublicAddressWish.bareFields).required, .text("availability_zone"),
            .object("data_volume", VolumeWish.fields(least: 1) + [.integer("count").ruled(.range(1...100))]),
            .text("keypair_name").ruled(NameCheck.keypair).required, PurchaseTerms.project,
            .text("image_id").ruled(.bytes(1...36, of: "the id of an image")),
        ], answer: Self.answer, hazard: .money, permission: .action("cph:servers:create"))

    /// Their name, at most 60 characters; several get `-0001` and so on behind it.
    public var serverName: String
    /// Their specification.
    public var serverModelName: String
    /// How many, 1 to 10.
    public var count: Int
    /// For how long, and how they are paid.
    public var terms: PurchaseTerms
    /// Their network cards.
    public var nics: [ServerNIC]
    /// Their public addresses.
    public var publicAddress: PublicAddressWish
    /// Their bandwidth.
    public var bandwidth: BandwidthWish
    /// The key pair to log in with.
    public var keypairName: String
    /// Where they stand; nil for where there is room.
    public var availabilityZone: String?
    /// A disk for data.
    public var dataVolume: VolumeWish?
    /// How many such disks; nil for one.
    public var dataVolumeCount: Int?
    /// Their image; nil for the usual one.
    public var imageID: String?

    /// Names what is wanted.
    public init(
        serverName: String, serverModelName: String, count: Int = 1, terms: PurchaseTerms, nics: [ServerNIC],
        publicAddress: PublicAddressWish = .none, bandwidth: BandwidthWish, keypairName: String
    ) {
        self.serverName = serverName
        self.serverModelName = serverModelName
        self.count = count
        self.terms = terms
        self.nics = nics
        self.publicAddress = publicAddress
        self.bandwidth = bandwidth
        self.keypairName = keypairName
    }

    /// The members of the body.
    public var bodyValues: [String: JSONValue?] {
        var volume = dataVolume?.members
        volume?["count"] = dataVolumeCount.map { .integer(Int64($0)) }
        return [
            "server_name": .text(serverName), "server_model_name": .text(serverModelName),
            "count": .integer(Int64(count)), "order_param": .object(terms.body),
            "nics": .array(nics.map(\.bareBody)), "public_ip": publicAddress.bareBody(bandwidth),
            "availability_zone": availabilityZone.map(JSONValue.text), "data_volume": volume.map(JSONValue.object),
            "keypair_name": .text(keypairName), "image_id": imageID.map(JSONValue.text),
            "enterprise_project_id": terms.enterpriseProjectID.map(JSONValue.text),
        ]
    }

    /// Looks at period and bandwidth.
    public static func checkWhole(_ given: [String: JSONValue]) throws(CheckFault) {
        try PurchaseTerms.check(given["order_param"])
        try BandwidthWish.check(given["public_ip"]?["band_width"])
    }
}
