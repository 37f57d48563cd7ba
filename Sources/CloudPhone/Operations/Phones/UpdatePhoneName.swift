public import JSON

/// Gives a phone another name.
public struct UpdatePhoneNameOperation: CloudOperation {
    /// What a success brings.
    public typealias Answer = DoneAnswer

    /// What it sends and gets (Cloud Phone API, UpdatePhoneName).
    public static let shape = OperationShape(
        "UpdatePhoneName", .put, "/v1/{project_id}/cloud-phone/phones/{phone_id}",
        body: [.text("phone_name").ruled(.name(of: "phone")).required],
        answer: Self.answer, hazard: .change)

    /// The phone.
    public var phoneID: String
    /// Its new name, at most 60 characters.
    public var phoneName: String

    /// Names what is wanted.
    public init(phoneID: String, phoneName: String) {
        self.phoneID = phoneID
        self.phoneName = phoneName
    }

    /// The gaps of the path.
    public var pathValues: [String: String] { ["phone_id": phoneID] }

    /// The members of the body.
    public var bodyValues: [String: JSONValue?] {
        ["phone_name": .text(phoneName)]
    }
}
