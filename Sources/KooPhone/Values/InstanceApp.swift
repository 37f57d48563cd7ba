public import CloudPhone

/// An app of an instance.
public struct InstanceApp: PageElement {
    /// What people call it.
    public let name: String
    /// Its version, as it calls it.
    public let version: String?
    /// Its package.
    public let package: String
    /// Where its picture is.
    public let icon: String?

    /// The list's name.
    public static var listName: String { "result" }
    /// The name of the number of all there are.
    public static var totalName: String? { "total_count" }
    /// Its package.
    public var identity: String { package }

    /// Reads it.
    public init(reading fields: AnswerFields) throws(AnswerFault) {
        name = try fields.name("app_name")
        version = try fields.text("app_version")
        package = try fields.name("app_pkg")
        icon = try fields.text("icon_url")
    }
}
