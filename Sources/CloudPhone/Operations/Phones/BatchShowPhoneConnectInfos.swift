public import JSON

/// Shows how the service's streaming clients reach phones, 1 to 10; ADB has other ways.
public struct BatchShowPhoneConnectInfosOperation: CloudOperation {
    /// What a success brings.
    public typealias Answer = PhoneConnections

    /// What it sends and gets (Cloud Phone API, BatchShowPhoneConnectInfos).
    public static let shape = OperationShape(
        "BatchShowPhoneConnectInfos", .post, "/v1/{project_id}/cloud-phone/phones/batch-connection",
        body: [
            .texts("phone_ids").ruled(.ids(of: "phone", most: 10)).required,
            .text("client_type").ruled(.oneOf(ClientType.allCases.map(\.rawValue))).required,
        ], answer: Self.answer, hazard: .read, permission: .action("cph:phones:getConnections"))

    /// The service's streaming clients.
    public enum ClientType: String, Hashable, Sendable, CaseIterable {
        /// An app for Android.
        case android = "ANDROID"
        /// A program for Windows.
        case windows = "WINDOWS"
        /// A page for phones.
        case mobilePage = "H5_MOBILE"
        /// A page for computers.
        case page = "H5_PC"
        /// An app for iOS.
        case ios = "IOS"
    }

    /// The phones, 1 to 10.
    public var phoneIDs: [String]
    /// The client.
    public var clientType: ClientType

    /// Names what is wanted.
    public init(phoneIDs: [String], clientType: ClientType) {
        self.phoneIDs = phoneIDs
        self.clientType = clientType
    }

    /// The members of the body.
    public var bodyValues: [String: JSONValue?] {
        ["phone_ids": .array(phoneIDs.map(JSONValue.text)), "client_type": .text(clientType.rawValue)]
    }
}
