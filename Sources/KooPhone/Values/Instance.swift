public import CloudPhone

/// An instance as lists have it.
public struct Instance: PageElement {
    /// The service's own id of it.
    public let id: String
    /// What its owner calls it.
    public let name: String
    /// What it is, in words, such as its cores and memory; nil when the answer does not say.
    public let model: String?
    /// The region.
    public let region: String?
    /// The user to whom it is assigned; nil when it is to none.
    public let user: String?
    /// How far the last backup is: 0 preparing, 1 running, 2 success, 3 failed, 4 other.
    public let backup: Int?
    /// How far the last restoring is, by the same numbers.
    public let restore: Int?

    /// The list's name.
    public static var listName: String { "result" }
    /// The name of the number of all there are.
    public static var totalName: String? { "total_count" }
    /// Its id.
    public var identity: String { id }

    /// Reads it.
    public init(reading fields: AnswerFields) throws(AnswerFault) {
        id = try fields.name("instance_id")
        name = try fields.name("instance_name")
        model = try fields.text("instance_sku")
        region = try fields.text("region")
        user = try fields.text("assign_user")
        backup = try fields.integer("backup_status")
        restore = try fields.integer("restore_status")
    }
}
