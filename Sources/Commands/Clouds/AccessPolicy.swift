import ArgumentParser
import CloudPhone
import CloudSteps
import Farm
import JSON
import KooPhone
import Steps

/// The least that somebody has to be allowed, as a custom policy of IAM (version 1.1) that can be pasted into its console.
///
/// Services that are there once for all regions and those of a project cannot share a policy, so each has its own.
struct AccessPolicy {
    /// Whose policy it is.
    enum Subject: String, ExpressibleByArgument, CaseIterable {
        /// The user that drover logs in as, at the service of cloud phones.
        case service
        /// The same, at KooPhone.
        case koophone
        /// The same, at the buckets through which files go.
        case bucket
        /// The service itself, which reads and writes these buckets.
        case agency
    }

    /// The policy.
    let json: JSONValue
    /// Operations whose action stands in no document, by their names.
    let undocumented: [String]

    /// - Parameters:
    ///   - allowed: Classes of operations beyond read, change and disrupt.
    ///   - buckets: The accounts' buckets.
    init(for subject: Subject, allowing allowed: [String], buckets: [String]) {
        switch subject {
        case .service, .koophone:
            let kind: Farm.CloudAccount.Kind = subject == .service ? .cph : .koophone
            let shapes = ServiceCatalog.operations(of: kind).map(\.shape).filter { shape in
                shape.stepClass <= .disrupt || allowed.contains(shape.stepClass.rawValue)
                    || Self.ownWork.contains(shape.name)
            }
            let actions = shapes.compactMap { if case .action(let action) = $0.permission { action } else { nil } }
            undocumented = shapes.filter { $0.permission == .undocumented }.map(\.name).sorted()
            json = Self.policy([Self.statement(Set(actions).sorted())])
        case .bucket:
            undocumented = []
            json = Self.policy([
                Self.statement(Self.bucketActions, on: buckets.map { "obs:*:*:bucket:\($0)" }),
                Self.statement(Self.objectActions, on: buckets.map { "obs:*:*:object:\($0)/*" }),
            ])
        case .agency:
            undocumented = []
            json = Self.policy([
                Self.statement(Self.agencyBucketActions, on: buckets.map { "obs:*:*:bucket:\($0)" }),
                Self.statement(Self.agencyObjectActions, on: buckets.map { "obs:*:*:object:\($0)/*" }),
            ])
        }
    }

    /// Dangerous when somebody else calls it: files that went once to a server are taken off it again.
    private static let ownWork = ["DeleteShareFiles"]

    /// What drover asks of a bucket (Cloud Phone API, OBS): where it is, what lies there, uploads that were cut.
    private static let bucketActions = [
        "obs:bucket:GetBucketLocation", "obs:bucket:HeadBucket", "obs:bucket:ListBucket",
        "obs:bucket:ListBucketMultipartUploads",
    ]
    /// What it does with objects; the parts of an upload are put, too.
    private static let objectActions = [
        "obs:object:AbortMultipartUpload", "obs:object:DeleteObject", "obs:object:GetObject",
        "obs:object:ListMultipartUploadParts", "obs:object:PutObject",
    ]
    /// What the service does there: it reads what it installs and unpacks, and writes what it exports.
    private static let agencyBucketActions = [
        "obs:bucket:GetBucketLocation", "obs:bucket:HeadBucket", "obs:bucket:ListBucket",
    ]
    private static let agencyObjectActions = [
        "obs:object:AbortMultipartUpload", "obs:object:GetObject", "obs:object:ListMultipartUploadParts",
        "obs:object:PutObject",
    ]

    private static func policy(_ statements: [JSONValue]) -> JSONValue {
        .object(["Version": .text("1.1"), "Statement": .array(statements)])
    }

    private static func statement(_ actions: [String], on resources: [String] = []) -> JSONValue {
        var members: [String: JSONValue] = [
            "Effect": .text("Allow"), "Action": .array(actions.map { .text($0) }),
        ]
        if !resources.isEmpty { members["Resource"] = .array(resources.map { .text($0) }) }
        return .object(members)
    }
}
