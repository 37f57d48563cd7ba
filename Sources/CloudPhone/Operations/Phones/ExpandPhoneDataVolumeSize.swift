public import JSON

/// Makes the disks of phones larger, which costs money; they never get smaller again.
public struct ExpandPhoneDataVolumeSizeOperation: StartingOperation {
    /// What it sends and gets (Cloud Phone API, ExpandPhoneDataVolumeSize).
    public static let shape = OperationShape(
        "ExpandPhoneDataVolumeSize", .post, "/v1/{project_id}/cloud-phone/phones/expand-volume",
        body: [
            .objects(
                "phones",
                [
                    .text("phone_id").required,
                    .integer("new_size").ruled(.range(1...32_767), "GiB, not below what it has").required,
                ]
            ).ruled(.objects(of: "phone", by: "phone_id")).required
        ], answer: Self.answer, hazard: .money, startsJobs: true, permission: .action("cph:phones:expandVolume"))
    /// What its jobs are about.
    public static let subject = JobSubject.Kind.phone
    /// How soon and how long its jobs are looked at.
    public static let jobKind = JobKind.setting

    /// The phones.
    public var phoneIDs: [String]
    /// The new size in GiB, not below the present one and below 32,768.
    public var newSize: Int

    /// Names what is wanted.
    public init(phoneIDs: [String], newSize: Int) {
        self.phoneIDs = phoneIDs
        self.newSize = newSize
    }

    /// The members of the body.
    public var bodyValues: [String: JSONValue?] {
        ["phones": .array(phoneIDs.map { ["phone_id": .text($0), "new_size": .integer(Int64(newSize))] })]
    }
}
