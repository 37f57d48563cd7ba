public import JSON

/// Shares an image with another project of the region; one image goes to at most 10.
public struct AddImageMemberOperation: CloudOperation {
    /// What a success brings.
    public typealias Answer = CheckedAnswer

    /// What it sends and gets (Cloud Phone API, AddImageMember).
    public static let shape = OperationShape(
        "AddImageMember", .post, "/v1/{project_id}/cloud-phone/images/{image_id}/members",
        body: [.text("member").ruled(.token(of: "project"), "the project that gets it")], answer: Self.answer,
        hazard: .change, permission: .action("cph:images:addMembers"))

    /// The image.
    public var imageID: String
    /// The project that gets it.
    public var projectID: String

    /// Names what is wanted.
    public init(imageID: String, projectID: String) {
        self.imageID = imageID
        self.projectID = projectID
    }

    /// The gaps of the path.
    public var pathValues: [String: String] { ["image_id": imageID] }

    /// The members of the body.
    public var bodyValues: [String: JSONValue?] { ["member": .text(projectID)] }
}
