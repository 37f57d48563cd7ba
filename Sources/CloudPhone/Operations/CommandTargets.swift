import JSON

/// For whom an ADB command is: phones, or all phones of servers.
///
/// With both, the service would look at the phones only.
public enum CommandTargets: Hashable, Sendable {
    /// These phones.
    case phones([String])
    /// Every phone of these servers, which must run.
    case servers([String])

    /// The ids that one call should name at most; the service's own bound is not documented (Cloud Phone API, commands).
    public static let advisedMost = 100

    var phoneIDs: JSONValue? { if case .phones(let ids) = self { .array(ids.map(JSONValue.text)) } else { nil } }
    var serverIDs: JSONValue? { if case .servers(let ids) = self { .array(ids.map(JSONValue.text)) } else { nil } }

    func check(most: Int? = nil) throws(CheckFault) {
        switch self {
        case .phones(let ids): try NameCheck.ids(ids, of: "phone", most: most)
        case .servers(let ids): try NameCheck.ids(ids, of: "server")
        }
    }

    static let fields: [OperationField] = [
        .text("command").required, .text("content").required, .texts("phone_ids"), .texts("server_ids"),
    ]
}
