/// An app in a server's shared storage (Cloud Phone API, ListShareAppsSnapshot).
public struct SharedApp: PageElement {
    /// The name of its package.
    public let packageName: String
    /// The versions that are there.
    public let versions: [String]

    /// The list's name.
    public static var listName: String { "share_apps" }
    /// Pages have marks.
    public static var hasMarker: Bool { true }
    /// The snapshot is taken every two hours.
    public static var timeName: String? { "collect_time" }
    /// Its package.
    public var identity: String { packageName }

    /// Reads it.
    public init(reading fields: AnswerFields) throws(AnswerFault) {
        packageName = try fields.name("package_name")
        versions = try fields.texts("versions")
    }
}
