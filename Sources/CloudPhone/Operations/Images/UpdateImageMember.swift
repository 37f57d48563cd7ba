public import JSON

/// Accepts or rejects an image that another project shares.
public struct UpdateImageMemberOperation: CloudOperation {
    /// What a success brings.
    public typealias Answer = DoneAnswer

    /// What it sends and gets (Cloud Phone API, UpdateImageMember).
    public static let shape = OperationShape(
        "UpdateImageMember", .put, "/v1/{project_id}/cloud-phone/images/{image_id}/members",
        body: [.text("status").ruled(.oneOf(["accepted", "rejected"])).required], answer: Self.answer, hazard: .change,
        permission: .action("cph:images:updateMembers"))

    /// The image.
    public var imageID: String
    /// Whether it is accepted.
    public var isAccepted: Bool

    /// Names what is wanted.
    public init(imageID: String, isAccepted: Bool) {
        self.imageID = imageID
        self.isAccepted = isAccepted
    }

    /// The gaps of the path.
    public var pathValues: [String: String] { ["image_id": imageID] }

    /// The members of the body.
    public var bodyValues: [String: JSONValue?] { ["status": .text(isAccepted ? "accepted" : "rejected")] }
}
