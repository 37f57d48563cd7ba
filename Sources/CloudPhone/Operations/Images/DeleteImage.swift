/// Deletes an image of the project's own.
public struct DeleteImageOperation: CloudOperation {
    /// What a success brings.
    public typealias Answer = CheckedAnswer

    /// What it sends and gets (Cloud Phone API, DeleteImage).
    public static let shape = OperationShape(
        "DeleteImage", .delete, "/v1/{project_id}/cloud-phone/images/{image_id}", answer: Self.answer,
        hazard: .dataLoss, permission: .action("cph:images:delete"))

    /// The image.
    public var imageID: String

    /// Names what is wanted.
    public init(imageID: String) {
        self.imageID = imageID
    }

    /// The gaps of the path.
    public var pathValues: [String: String] { ["image_id": imageID] }
}
