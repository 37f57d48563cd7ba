public import JSON

/// Exports files of phones to the storage, one tar for each.
///
/// Only what is under `/data` and `/cache`; shared apps are not exported.
public struct BatchExportCloudPhoneDataOperation: StartingOperation {
    /// What it sends and gets (Cloud Phone API, BatchExportCloudPhoneData).
    public static let shape = OperationShape(
        "BatchExportCloudPhoneData", .post, "/v1/{project_id}/cloud-phone/phones/batch-storage",
        body: [.objects("storage_infos", PhoneExport.fields).ruled(.objects(of: "phone", by: "phone_id")).required],
        answer: Self.answer, hazard: .change,
        startsJobs: true, permission: .action("cph:phones:storage"))
    /// What its jobs are about.
    public static let subject = JobSubject.Kind.phone
    /// How soon and how long its jobs are looked at.
    public static let jobKind = JobKind.transfer

    /// What goes where.
    public var exports: [PhoneExport]

    /// Names what is wanted.
    public init(exports: [PhoneExport]) {
        self.exports = exports
    }

    /// The members of the body.
    public var bodyValues: [String: JSONValue?] {
        ["storage_infos": .array(exports.map(\.body))]
    }

    /// Looks at what goes as a whole.
    public static func checkWhole(_ given: [String: JSONValue]) throws(CheckFault) {
        for info in given["storage_infos"]?.elements ?? [] {
            try PathCheck.exported((info["include_files"]?.elements ?? []).compactMap(\.text))
        }
    }
}
