import JSON

/// An image that is not everybody's: the project's own, or one that another project shares; confined to the cloud's lane.
final class CloudImage {
    /// Whose it is.
    enum Kind: String {
        case own = "private"
        case shared = "share"
    }

    /// How far it is (Cloud Phone API, enumerations).
    enum Status: Int64 {
        case creating = 0
        case ready = 1
        case failed = 2
    }

    /// What the project said to an image that it was offered.
    enum Reception: Int64 {
        case waiting = 0
        case accepted = 1
        case rejected = 2
    }

    let id: String
    let name: String
    let type: Kind
    /// Whose it is.
    let project: String
    var status: Status
    var reception: Reception
    let created: Int64
    var updated: Int64
    /// The projects with which an own one is shared, and since when.
    var members: [(project: String, since: Int64)] = []

    init(id: String, name: String, type: Kind, project: String, status: Status, created: Int64) {
        self.id = id
        self.name = name
        self.type = type
        self.project = project
        self.status = status
        self.created = created
        updated = created
        reception = type == .own ? .accepted : .waiting
    }

    /// Whether phones can be made from it.
    var isUsable: Bool { status == .ready && reception == .accepted }

    /// What the list of images of phones tells.
    var listed: JSONValue { CloudCatalog.image(id, name, isPublic: 2, received: reception.rawValue) }

    /// What the list of custom images tells; whose it is stands in one of two fields.
    var json: JSONValue {
        [
            "domain_id": .text(SimulatedCloud.id(0, "domain-\(project)", 0)), "image_name": .text(name),
            "update_time": .text(CloudTime.text(updated)), "create_time": .text(CloudTime.text(created)),
            "image_size": 5_368_709_120, "project_id": type == .own ? .text(project) : .null,
            "image_id": .text(id), "image_version": .text(CloudCatalog.imageVersion),
            "image_type": .text(type.rawValue), "status": .integer(status.rawValue),
            "src_project_id": type == .shared ? .text(project) : .null,
        ]
    }
}
