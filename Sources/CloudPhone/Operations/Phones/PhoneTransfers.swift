import JSON

/// Files of one phone that go to the storage.
public struct PhoneExport: Hashable, Sendable {
    /// The phone.
    public var phoneID: String
    /// What goes, as absolute paths under `/data` and `/cache`; a `*` may stand at the end.
    public var includes: [String]
    /// What stays, although it is in what goes.
    public var excludes: [String]
    /// The bucket.
    public var bucketName: String
    /// The key of the tar that is made.
    public var objectPath: String

    /// Names files.
    public init(phoneID: String, includes: [String], excludes: [String] = [], bucketName: String, objectPath: String) {
        self.phoneID = phoneID
        self.includes = includes
        self.excludes = excludes
        self.bucketName = bucketName
        self.objectPath = objectPath
    }

    static let fields: [OperationField] = [
        .text("phone_id").required, .texts("include_files").ruled(.each(.path(.exported))).required,
        .texts("exclude_files").ruled(.each(.path(.exported))), .text("bucket_name").ruled(.bucket).required,
        .text("object_path").ruled(.tar).required,
    ]

    var body: JSONValue {
        var members: [String: JSONValue] = [
            "phone_id": .text(phoneID), "include_files": .array(includes.map(JSONValue.text)),
            "bucket_name": .text(bucketName), "object_path": .text(objectPath),
        ]
        if !excludes.isEmpty { members["exclude_files"] = .array(excludes.map(JSONValue.text)) }
        return .object(members)
    }
}

/// Files that come back to one phone.
public struct PhoneImport: Hashable, Sendable {
    /// The phone.
    public var phoneID: String
    /// The bucket.
    public var bucketName: String
    /// The key of a tar that an export made.
    public var objectPath: String

    /// Names files.
    public init(phoneID: String, bucketName: String, objectPath: String) {
        self.phoneID = phoneID
        self.bucketName = bucketName
        self.objectPath = objectPath
    }

    static let fields: [OperationField] = [
        .text("phone_id").required, .text("bucket_name").ruled(.bucket).required,
        .text("object_path").ruled(.tar).required,
    ]

    var body: JSONValue {
        ["phone_id": .text(phoneID), "bucket_name": .text(bucketName), "object_path": .text(objectPath)]
    }
}
