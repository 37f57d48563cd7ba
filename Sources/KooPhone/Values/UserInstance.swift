import CloudPhone
import JSON

/// A user and an instance of theirs.
public struct UserInstance: Hashable, Sendable {
    /// The user.
    public var userID: String
    /// The instance.
    public var instanceID: String

    /// Joins a user and an instance.
    public init(userID: String, instanceID: String) {
        self.userID = userID
        self.instanceID = instanceID
    }

    /// The field of bodies that holds pairs.
    static let field = OperationField.objects(
        "user_instances",
        [
            .text("user_id").ruled(.characters(1...128, of: "the id of a user")).required,
            .text("instance_id").ruled(.token(of: "instance")).required,
        ]
    ).ruled(.count(1...InstanceRules.most, of: "pairs of user and instance")).required

    /// Pairs as bodies have them.
    static func value(_ pairs: [UserInstance]) -> JSONValue {
        .array(pairs.map { ["user_id": .text($0.userID), "instance_id": .text($0.instanceID)] })
    }

    static func check(_ given: [String: JSONValue]) throws(CheckFault) {
        try InstanceRules.check((given["user_instances"]?.elements ?? []).compactMap { $0["instance_id"]?.text })
    }
}
