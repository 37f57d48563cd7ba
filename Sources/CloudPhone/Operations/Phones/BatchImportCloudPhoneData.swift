public import JSON

/// Brings exported files back to phones, over what is there.
///
/// A phone must not be older than the one that was exported, and is to be restarted afterwards.
public struct BatchImportCloudPhoneDataOperation: StartingOperation {
    /// What it sends and gets (Cloud Phone API, BatchImportCloudPhoneData).
    public static let shape = OperationShape(
        "BatchImportCloudPhoneData", .post, "/v1/{project_id}/cloud-phone/phones/batch-restore",
        body: [.objects("restore_infos", PhoneImport.fields).ruled(.objects(of: "phone", by: "phone_id")).required],
        answer: Self.answer, hazard: .dataLoss,
        startsJobs: true, permission: .action("cph:phones:restore"))
    /// What its jobs are about.
    public static let subject = JobSubject.Kind.phone
    /// How soon and how long its jobs are looked at.
    public static let jobKind = JobKind.transfer

    /// What comes from where.
    public var imports: [PhoneImport]

    /// Names what is wanted.
    public init(imports: [PhoneImport]) {
        self.imports = imports
    }

    /// The members of the body.
    public var bodyValues: [String: JSONValue?] {
        ["restore_infos": .array(imports.map(\.body))]
    }
}
