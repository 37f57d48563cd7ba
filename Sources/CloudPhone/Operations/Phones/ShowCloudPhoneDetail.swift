/// Shows all about one phone.
public struct ShowCloudPhoneDetailOperation: CloudOperation {
    /// What a success brings.
    public typealias Answer = PhoneDetail

    /// What it sends and gets (Cloud Phone API, ShowCloudPhoneDetail).
    public static let shape = OperationShape(
        "ShowCloudPhoneDetail", .get, "/v1/{project_id}/cloud-phone/phones/{phone_id}", answer: Self.answer,
        hazard: .read, permission: .action("cph:phones:get"))

    /// The phone.
    public var phoneID: String

    /// Names what is wanted.
    public init(phoneID: String) {
        self.phoneID = phoneID
    }

    /// The gaps of the path.
    public var pathValues: [String: String] { ["phone_id": phoneID] }
}
