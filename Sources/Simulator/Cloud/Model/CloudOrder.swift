/// An order of servers, or of another specification; confined to the cloud's lane.
final class CloudOrder {
    /// What is bought.
    enum Goods {
        case servers([NewServer])
        case model(server: String, model: String, phoneModel: String)
    }

    let id: String
    let goods: Goods
    var isPaid = false

    init(id: String, goods: Goods) {
        self.id = id
        self.goods = goods
    }
}

/// A server that is bought.
struct NewServer {
    let id: String
    var name: String
    let model: String
    /// Its phones; nil for a server without.
    var layout: NewPhones?
    let keypair: String
    let zone: String
    let chargingMode: Int
    let enterpriseProjectID: String
}

/// The phones that a server gets.
struct NewPhones {
    let model: String
    let imageID: String
    let count: Int
    let diskSize: Int64
    let sharedSize: Int64
    let properties: [String: String]
}
