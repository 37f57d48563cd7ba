/// Stops sharing an image with a project.
public struct DeleteImageMemberOperation: CloudOperation {
    /// What a success brings.
    public typealias Answer = CheckedAnswer

    /// What it sends and gets (Cloud Phone API, DeleteImageMember).
    public static let shape = OperationShape(
        "DeleteImageMember", .delete, "/v1/{project_id}/cloud-phone/images/{image_id}/members/{member_id}",
        answer: Self.answer, hazard: .change, permission: .action("cph:images:deleteMembers"))

    /// The image.
    public var imageID: String
    /// The project.
    public var projectID: String

    /// Names what is wanted.
    public init(imageID: String, projectID: String) {
        self.imageID = imageID
        self.projectID = projectID
    }

    /// The gaps of the path.
    public var pathValues: [String: String] { ["image_id": imageID, "member_id": projectID] }
}
