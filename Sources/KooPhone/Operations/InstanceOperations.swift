public import CloudPhone
public import JSON

/// An operation that is told which instances, and nothing else.
public protocol InstancesOperation: CloudOperation {
    /// The instances, at most 100.
    var instanceIDs: [String] { get }
}

extension InstancesOperation {
    /// The members of the body.
    public var bodyValues: [String: JSONValue?] { ["instance_ids": .array(instanceIDs.map(JSONValue.text))] }

    /// Looks at what no field shows alone.
    public static func checkWhole(_ given: [String: JSONValue]) throws(CheckFault) {
        try InstanceRules.check(given)
    }
}

/// Such an operation that the service accepts and does by and by; the states of the instances tell when it is done.
public protocol AcceptedInstancesOperation: InstancesOperation, StartingOperation {}

extension AcceptedInstancesOperation {
    /// What its jobs are about.
    public static var subject: JobSubject.Kind { .instance }
    /// How soon and how long its jobs are looked at.
    public static var jobKind: JobKind { .power }

    /// Reads an answer.
    public static func answer(reading fields: AnswerFields) throws(AnswerFault) -> StartedCall {
        try StartedCall(readingAcceptance: fields)
    }
}

/// An operation that is told which instances of which users, and nothing else.
public protocol UserInstancesOperation: CloudOperation {
    /// The pairs, at most 100.
    var pairs: [UserInstance] { get }
}

extension UserInstancesOperation {
    /// The members of the body.
    public var bodyValues: [String: JSONValue?] { ["user_instances": UserInstance.value(pairs)] }

    /// Looks at what no field shows alone.
    public static func checkWhole(_ given: [String: JSONValue]) throws(CheckFault) {
        try UserInstance.check(given)
    }
}
