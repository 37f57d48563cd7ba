import DequeModule

/// A server of the simulated cloud; confined to the cloud's lane.
final class CloudServer {
    let id: String
    let number: Int
    var name: String
    var keypair: String
    /// 1 creating, 5 normal, 8 frozen, 11 shutting down, 13 starting (Cloud Phone API, enumerations).
    var status = 5
    let created: Int64
    var updated: Int64
    var phones: [CloudPhone] = []
    var encoders: [CloudEncoder] = []
    var tags: [String: String] = [:]
    let shelf: SharedShelf
    let bandwidthID: String
    var bandwidth = 300
    /// Its specification, and that of its phones; a server without phones has none.
    var model = CloudCatalog.serverModel
    var phoneModel: String? = CloudCatalog.phoneModel
    var zone = CloudCatalog.zone
    /// `v1` for the system-defined network, `v2` for an own VPC.
    var networkVersion = "v1"
    /// 0 by month or year, 1 by use.
    var chargingMode = 0
    var orderID = ""
    var enterpriseProjectID = "0"
    /// GiB that its phones share.
    var sharedSize: Int64 = 0
    /// File systems of the account's own that are mounted, with the folder of each.
    var fileSystems: [String: String] = [:]
    /// Work that waits for its turn: a server does one thing after the other.
    var queue: Deque<ServerWork> = []
    var isWorking = false

    init(id: String, number: Int, name: String, keypair: String, created: Int64, bandwidthID: String) {
        self.id = id
        self.number = number
        self.name = name
        self.keypair = keypair
        self.created = created
        self.bandwidthID = bandwidthID
        updated = created
        shelf = SharedShelf()
    }
}

/// A phone of the simulated cloud, as the service knows it; confined to the cloud's lane.
final class CloudPhone {
    let id: String
    let phone: SimulatedPhone
    unowned let server: CloudServer
    var name: String
    var status = Status.running
    let created: Int64
    var updated: Int64
    let address: String
    var imageID: String
    /// GiB of its own disk.
    var diskSize: Int64 = 46
    /// `direct`, or `routing` through the encode service.
    var traffic = "direct"
    /// What was set by properties, as it was sent.
    var properties: [String: String] = [:]
    var ownProperties: [String: String] = [:]
    var fault: CloudPhoneFault?

    /// The numbers that the service tells (Cloud Phone API, enumerations).
    enum Status: Int {
        case creating = 1
        case running = 2
        case resetting = 3
        case restarting = 4
        case frozen = 6
        case stopping = 7
        case stopped = 8
        case resetFailed = -5
        case restartFailed = -6
        case abnormal = -7

        /// Whether a restart, stop or reset may begin.
        var isSettled: Bool {
            switch self {
            case .running, .stopped, .resetFailed, .restartFailed, .abnormal: true
            case .creating, .resetting, .restarting, .frozen, .stopping: false
            }
        }
    }

    init(
        id: String, phone: SimulatedPhone, server: CloudServer, name: String, created: Int64, address: String,
        imageID: String
    ) {
        self.id = id
        self.phone = phone
        self.server = server
        self.name = name
        self.created = created
        self.address = address
        self.imageID = imageID
        updated = created
    }

    /// What is set on the phone at every start.
    var allProperties: [String: String] { properties.merging(ownProperties) { $1 } }

    /// What is told about it; a frozen phone is frozen whatever it did before.
    var shownStatus: Status { fault == .frozen ? .frozen : status }
}

/// An encode service of a server; confined to the cloud's lane.
final class CloudEncoder {
    let id: String
    let name: String
    unowned let server: CloudServer
    let address: String
    /// 1 running, 3 restarting.
    var status = 1

    init(id: String, name: String, server: CloudServer, address: String) {
        self.id = id
        self.name = name
        self.server = server
        self.address = address
    }
}
