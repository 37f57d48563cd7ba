/// A specification of phones (Cloud Phone API, ListCloudPhoneModels).
public struct PhoneModel: PageElement {
    /// The specification of its server.
    public let serverModelName: String?
    /// Its name.
    public let name: String
    /// 1 in use, 0 offline.
    public let status: Int?
    /// Processors.
    public let cpu: Int?
    /// Memory, in the unit of the service's own.
    public let memory: Int?
    /// Disk, in the unit of the service's own.
    public let disk: Int?
    /// The screen, such as `720x1280`.
    public let resolution: String?
    /// More, in a text of the service's own form.
    public let extendSpec: String?
    /// The product's code.
    public let specCode: String?
    /// Phones per server.
    public let phoneCapacity: Int?
    /// The family of images that it runs.
    public let imageLabel: String?
    /// 0 for phones, 1 for games.
    public let productType: Int?
    /// Its version.
    public let version: Int?
    /// Dots per inch of the screen.
    public let dpi: Int?
    /// Pictures per second.
    public let fps: String?
    /// 0 for a disk that is shared, 1 for one of its own.
    public let volumeMode: Int?
    /// Pictures per second that are drawn.
    public let renderFPS: Int?
    /// Pictures per second that are sent.
    public let streamFPS: Int?

    /// The most storage that its phones can share, in GB; nil where they share none (Cloud Phone API, shared storage).
    public var sharedGigabytes: Int? {
        guard let text = extendSpec, let key = text.firstRange(of: "\"max_share_disk_size_g\"") else { return nil }
        let digits = text[key.upperBound...].drop { !$0.isNumber && $0 != "," && $0 != "}" }.prefix(while: \.isNumber)
        return Int(digits).flatMap { $0 > 0 ? $0 : nil }
    }

    /// The list's name.
    public static var listName: String { "phone_models" }
    /// Both specifications.
    public var identity: String { "\(serverModelName ?? "")/\(name)" }

    /// Reads it.
    public init(reading fields: AnswerFields) throws(AnswerFault) {
        serverModelName = try fields.text("server_model_name")
        name = try fields.name("phone_model_name")
        status = try fields.integer("status")
        cpu = try fields.integer("cpu")
        memory = try fields.integer("memory")
        disk = try fields.integer("disk")
        resolution = try fields.text("resolution")
        extendSpec = try fields.text("extend_spec")
        specCode = try fields.text("spec_code")
        phoneCapacity = try fields.integer("phone_capacity")
        imageLabel = try fields.text("image_label")
        productType = try fields.integer("product_type")
        version = try fields.integer("phone_model_version")
        dpi = try fields.integer("dpi")
        fps = try fields.text("fps")
        volumeMode = try fields.integer("volume_mode")
        renderFPS = try fields.integer("render_fps")
        streamFPS = try fields.integer("stream_fps")
    }
}

/// A specification of servers (Cloud Phone API, ListCloudPhoneServerModels).
public struct ServerModel: PageElement {
    /// Its name.
    public let name: String
    /// Its kind.
    public let type: String?
    /// Processors.
    public let cpu: Int?
    /// Memory, in the unit of the service's own.
    public let memory: Int?
    /// What it is made of, in the service's own words.
    public let parts: [String: String]
    /// The most disks.
    public let mostDisks: Int?
    /// 0 for phones, 1 for games.
    public let productType: Int?
    /// Space that is free of charge.
    public let freeSize: Int?

    /// The list's name.
    public static var listName: String { "server_models" }
    /// Pages have marks.
    public static var hasMarker: Bool { true }
    /// Its name.
    public var identity: String { name }

    /// Reads it.
    public init(reading fields: AnswerFields) throws(AnswerFault) {
        name = try fields.name("server_model_name")
        type = try fields.text("server_type")
        cpu = try fields.integer("cpu")
        memory = try fields.integer("memory")
        let parts = try fields.object("extend_spec") { spec throws(AnswerFault) in
            var parts: [String: String] = [:]
            for name in ["cpu", "memory", "disk", "network_interface", "gpu", "bms_flavor"] {
                parts[name] = try spec.text(name)
            }
            for name in ["gpu_count", "numa_count"] { parts[name] = try spec.integer(name).map { String($0) } }
            parts["os_volume"] = try spec.object("os_volume") { volume throws(AnswerFault) in
                let size = try volume.integer("size")
                return [size.map { "\($0)" }, try volume.text("volume_type")].compactMap { $0 }.joined(separator: " ")
            }
            return parts
        }
        self.parts = parts ?? [:]
        mostDisks = try fields.integer("disk_max_num")
        productType = try fields.integer("product_type")
        freeSize = try fields.integer("free_size")
    }
}

/// An image of phones (Cloud Phone API, ListCloudPhoneImages).
public struct PhoneImage: PageElement {
    /// Its name.
    public let name: String?
    /// The kind of system.
    public let osType: String?
    /// 1 public, 2 private.
    public let isPublic: Int?
    /// The system's name.
    public let osName: String?
    /// The family of specifications that run it.
    public let label: String?
    /// Its id.
    public let id: String
    /// Whether phones with encrypted disks can run it.
    public let supportsEncryption: Bool?
    /// 0 waiting, 1 accepted, 2 rejected, for one that another project shares.
    public let receiveStatus: Int?

    /// The list's name.
    public static var listName: String { "phone_images" }
    /// Pages have marks.
    public static var hasMarker: Bool { true }
    /// Its id.
    public var identity: String { id }

    /// Reads it.
    public init(reading fields: AnswerFields) throws(AnswerFault) {
        name = try fields.text("image_name")
        osType = try fields.text("os_type")
        isPublic = try fields.integer("is_public")
        osName = try fields.text("os_name")
        label = try fields.text("image_label")
        id = try fields.name("image_id")
        supportsEncryption = try fields.flag("is_support_encrypt")
        receiveStatus = try fields.integer("receive_status")
    }
}
