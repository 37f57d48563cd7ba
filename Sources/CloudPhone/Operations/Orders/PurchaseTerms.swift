import JSON

/// For how long servers are bought, and how they are paid (Cloud Phone API, nested objects).
public struct PurchaseTerms: Hashable, Sendable {
    /// How long a contract lasts.
    public enum Period: Hashable, Sendable {
        /// So many months, 1 to 9.
        case months(Int)
        /// So many years, 1 to 10.
        case years(Int)

        var type: Int { if case .months = self { 2 } else { 3 } }
        var count: Int {
            switch self {
            case .months(let count), .years(let count): count
            }
        }
    }

    /// The period; the service wants one for servers that are paid by use, too.
    public var period: Period
    /// Whether they are paid by use, which lets them be deleted by a call.
    public var isPaidByUse: Bool
    /// Whether the order is paid at once; otherwise it waits to be paid.
    public var paysAtOnce: Bool?
    /// Whether it is renewed by itself.
    public var renewsItself: Bool?
    /// The enterprise project; nil for the account's own.
    public var enterpriseProjectID: String?

    /// Names terms.
    public init(
        _ period: Period, isPaidByUse: Bool = false, paysAtOnce: Bool? = nil, renewsItself: Bool? = nil,
        enterpriseProjectID: String? = nil
    ) {
        self.period = period
        self.isPaidByUse = isPaidByUse
        self.paysAtOnce = paysAtOnce
        self.renewsItself = renewsItself
        self.enterpriseProjectID = enterpriseProjectID
    }

    static let fields: [OperationField] = [
        .integer("charging_mode").ruled(.numbers([0, 1]), "0 by month or year, 1 by use").required,
        .integer("period_type").ruled(.numbers([2, 3]), "2 months, 3 years").required,
        .integer("period_num").ruled(.range(1...10), "months only to 9").required,
        .integer("is_auto_pay").ruled(.numbers([0, 1]), "1 pays at once"),
        .integer("is_auto_renew").ruled(.numbers([0, 1]), "1 renews by itself"),
    ]
    static let project = OperationField.text("enterprise_project_id")

    var body: [String: JSONValue] {
        var members: [String: JSONValue] = [
            "charging_mode": isPaidByUse ? 1 : 0, "period_type": .integer(Int64(period.type)),
            "period_num": .integer(Int64(period.count)),
        ]
        members["is_auto_pay"] = paysAtOnce.map { $0 ? 1 : 0 }
        members["is_auto_renew"] = renewsItself.map { $0 ? 1 : 0 }
        return members
    }

    var bodyWithProject: [String: JSONValue] {
        var members = body
        members["enterprise_project_id"] = enterpriseProjectID.map(JSONValue.text)
        return members
    }

    static func check(_ terms: JSONValue?) throws(CheckFault) {
        guard terms?["period_type"]?.integer == 2, let count = terms?["period_num"]?.integer, count > 9 else { return }
        throw CheckFault("\(count) months are not on offer", advice: "take 1 to 9 months, or years")
    }
}
