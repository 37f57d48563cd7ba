/// All about one server (Cloud Phone API, ShowCloudPhoneServerDetail).
public struct ServerDetail: AnswerValue {
    /// What lists have of it, too.
    public let server: ListedServer
    /// The service's id of the call; empty when it gave none.
    public let requestID: String
    /// Its bandwidths.
    public let bandwidths: [ServerBandwidth]
    /// Its disks.
    public let volumes: [ServerVolume]
    /// The storage that its phones share; nil when there is none.
    public let sharedVolume: SharedVolume?
    /// Its security groups.
    public let securityGroups: [String]

    /// Reads it.
    public init(reading fields: AnswerFields) throws(AnswerFault) {
        server = try ListedServer(reading: fields)
        requestID = try fields.requestID()
        bandwidths = try fields.list("band_widths", ServerBandwidth.init(reading:))
        volumes = try fields.list("volumes", ServerVolume.init(reading:))
        sharedVolume = try fields.object("share_volume_info", SharedVolume.init(reading:))
        securityGroups = try fields.texts("security_groups")
    }
}

/// A disk of a server.
public struct ServerVolume: AnswerValue {
    /// Its name.
    public let name: String?
    /// Its id.
    public let id: String
    /// Its size in GiB.
    public let size: Int?
    /// `SSD` or `GPSSD`.
    public let type: String?
    /// When it was made.
    public let createTime: String?
    /// When it last changed.
    public let updateTime: String?

    /// Reads it.
    public init(reading fields: AnswerFields) throws(AnswerFault) {
        name = try fields.text("volume_name")
        id = try fields.name("volume_id")
        size = try fields.integer("volume_size")
        type = try fields.text("volume_type")
        createTime = try fields.text("create_time")
        updateTime = try fields.text("update_time")
    }
}

/// The storage that the phones of a server share.
public struct SharedVolume: AnswerValue {
    /// `SSD` or `GPSSD`.
    public let type: String?
    /// Its size in GiB.
    public let size: Int?
    /// 0 for shared storage 1.0, 1 for 2.0; shared apps need 2.0.
    public let version: Int?

    /// Reads it.
    public init(reading fields: AnswerFields) throws(AnswerFault) {
        type = try fields.text("volume_type")
        size = try fields.integer("size")
        version = try fields.integer("version")
    }
}

/// A bandwidth (Cloud Phone API, bandwidth).
public struct ServerBandwidth: PageElement {
    /// Its name.
    public let name: String?
    /// Its id.
    public let id: String
    /// Mbit/s.
    public let size: Int?
    /// 0 by bandwidth, 1 by traffic.
    public let chargeMode: Int?
    /// 0 for one of its own, 1 for a shared one.
    public let shareType: Int?
    /// When it was made.
    public let createTime: String?
    /// When it last changed.
    public let updateTime: String?

    /// The list's name.
    public static var listName: String { "band_widths" }
    /// Its id.
    public var identity: String { id }

    /// Reads it.
    public init(reading fields: AnswerFields) throws(AnswerFault) {
        name = try fields.text("band_width_name")
        id = try fields.name("band_width_id")
        size = try fields.integer("band_width_size")
        chargeMode = try fields.integer("band_width_charge_mode")
        shareType = try fields.integer("band_width_share_type")
        createTime = try fields.text("create_time")
        updateTime = try fields.text("update_time")
    }
}
