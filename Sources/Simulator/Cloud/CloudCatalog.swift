import JSON

/// What can be bought: models of servers and phones, and images; the same for every simulated cloud.
enum CloudCatalog {
    static let serverModel = "physical.rx1.xlarge"
    static let phoneModel = "rx1.cp.c60.d46SSD.e1v1"
    /// Of the same generation, with larger phones.
    static let largeServerModel = "physical.rx1.2xlarge"
    static let largePhoneModel = "rx1.cp.c60.d92SSD.e1v1"
    static let imageID = "05e1aef0a1b2c3d4e5f6071829300001"
    static let imageVersion = "CPH.13.0.1"
    static let zone = "cn-north-4a"
    static let vpc = "172.31.0.0/16"
    static let subnet = "172.31.248.0/24"

    /// Models of servers, by names.
    static let serverModels: [(name: String, json: JSONValue)] = [
        ("physical.kg1.4xlarge.cp", serverModel("physical.kg1.4xlarge.cp", memory: 256, product: 1)),
        (largeServerModel, serverModel(largeServerModel, memory: 1024, product: 0)),
        (serverModel, serverModel(serverModel, memory: 512, product: 0)),
    ]

    private static func serverModel(_ name: String, memory: Int64, product: Int64) -> JSONValue {
        [
            "server_model_name": .text(name), "server_type": "physical", "cpu": 128, "memory": .integer(memory),
            "disk_max_num": 4, "product_type": .integer(product), "free_size": 100,
            "extend_spec": [
                "cpu": "128", "memory": .text("\(memory)"), "disk": "2*480GB SSD", "network_interface": "2*25GE",
                "gpu": "none", "bms_flavor": .text(name), "gpu_count": 0, "numa_count": 4,
                "os_volume": ["size": 240, "volume_type": "SSD"],
            ],
        ]
    }

    /// Models of phones.
    static func phoneModels(_ options: CloudOptions) -> [JSONValue] {
        let gigabytes = max(1, options.sharedBytes >> 30)
        let sharing = options.hasSharedStorage ? "{\"max_share_disk_size_g\":\(gigabytes)}" : "{}"
        let sold = [(serverModel, phoneModel, 46), (largeServerModel, largePhoneModel, 92)]
        return sold.map { server, phone, disk in
            [
                "server_model_name": .text(server), "phone_model_name": .text(phone), "status": 1, "cpu": 4,
                "memory": 4096, "disk": .integer(Int64(disk)), "resolution": "1280x720",
                "extend_spec": .text(sharing), "spec_code": .text(phone),
                "phone_capacity": .integer(Int64(options.phonesPerServer)), "image_label": "cloud_phone",
                "product_type": 0, "phone_model_version": 2, "dpi": 320, "fps": "30", "volume_mode": 0,
                "render_fps": 30, "stream_fps": 30,
            ]
        } + [
            [
                "server_model_name": "physical.kg1.4xlarge.cp", "phone_model_name": "kg1.cg.c4.d46", "status": 0,
                "cpu": 4, "memory": 4096, "disk": 46, "resolution": "1920x1080", "extend_spec": "{}",
                "spec_code": "kg1.cg.c4.d46", "phone_capacity": 4, "image_label": "cloud_game", "product_type": 1,
                "phone_model_version": 1, "dpi": 480, "fps": "60", "volume_mode": 0, "render_fps": 60,
                "stream_fps": 60,
            ]
        ]
    }

    /// The image that everybody has.
    static let publicImage = image(imageID, "android-13-phone", isPublic: 1)

    /// The project's own image of the beginning.
    static func ownImages(in project: String, at created: Int64) -> [CloudImage] {
        [
            CloudImage(
                id: "05e1aef0a1b2c3d4e5f6071829300002", name: "own-phone", type: .own, project: project,
                status: .ready, created: created)
        ]
    }

    static func image(_ id: String, _ name: String, isPublic: Int64, received: Int64 = 1) -> JSONValue {
        [
            "image_name": .text(name), "os_type": "Android", "is_public": .integer(isPublic), "os_name": "Android 13",
            "image_label": "cloud_phone", "image_id": .text(id), "is_support_encrypt": false,
            "receive_status": .integer(received),
        ]
    }
}
