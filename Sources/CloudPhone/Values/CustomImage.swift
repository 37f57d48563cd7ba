/// An image of the project's own, or one that another project shares (Cloud Phone API, ListImages).
public struct CustomImage: PageElement {
    /// Its id.
    public let id: String
    /// Its name.
    public let name: String?
    /// The version of Android.
    public let version: String?
    /// `private` or `share`.
    public let type: String?
    /// How far it is.
    public let status: Status
    /// Its size in bytes.
    public let size: Int?
    /// The account that it belongs to.
    public let domainID: String?
    /// The project that it belongs to; nil for a shared one.
    public let projectID: String?
    /// The project that shares it; nil for one of the project's own.
    public let sourceProjectID: String?
    /// When it was made.
    public let createTime: String?
    /// When it last changed.
    public let updateTime: String?

    /// How far an image is.
    public enum Status: Hashable, Sendable {
        /// It is being made.
        case creating
        /// It can be used.
        case ready
        /// It could not be made.
        case failed
        /// A number that the documents do not have; nil when the answer had none.
        case unknown(Int?)

        init(_ number: Int?) {
            self =
                switch number {
                case 0: .creating
                case 1: .ready
                case 2: .failed
                default: .unknown(number)
                }
        }
    }

    /// The list's name.
    public static var listName: String { "image_infos" }
    /// The number of all images.
    public static var totalName: String? { "total" }
    /// Its id.
    public var identity: String { id }

    /// Reads it.
    public init(reading fields: AnswerFields) throws(AnswerFault) {
        id = try fields.name("image_id")
        name = try fields.text("image_name")
        version = try fields.text("image_version")
        type = try fields.text("image_type")
        status = Status(try fields.integer("status"))
        size = try fields.integer("image_size")
        domainID = try fields.text("domain_id")
        projectID = try fields.text("project_id")
        sourceProjectID = try fields.text("src_project_id")
        createTime = try fields.text("create_time")
        updateTime = try fields.text("update_time")
    }
}

/// A project with which an image is shared (Cloud Phone API, ListImageMembers).
public struct ImageMember: PageElement {
    /// The image.
    public let imageID: String
    /// The project.
    public let projectID: String
    /// When it was shared, a time stamp.
    public let createTime: Int?
    /// When that last changed, a time stamp.
    public let updateTime: Int?

    /// The list's name.
    public static var listName: String { "members" }
    /// Pages have marks.
    public static var hasMarker: Bool { true }
    /// There is no id of the call.
    public static var hasRequestID: Bool { false }
    /// The project.
    public var identity: String { projectID }

    /// Reads it.
    public init(reading fields: AnswerFields) throws(AnswerFault) {
        imageID = try fields.name("image_id")
        projectID = try fields.name("member_id")
        createTime = try fields.integer("create_time")
        updateTime = try fields.integer("update_time")
    }
}
