/// An answer of the service that says no: for a whole call, for one of its phones, or for a job.
struct CloudRefusal: Error, Hashable {
    let status: Int
    let code: String
    let message: String

    init(_ status: Int, _ code: String, _ message: String) {
        self.status = status
        self.code = code
        self.message = message
    }

    /// A refusal of the service itself, by the number of its code (Cloud Phone API, CPS codes).
    static func cps(_ number: Int, _ message: String? = nil) -> CloudRefusal {
        let code = "CPS." + String(number).leftPadded(to: 4, with: "0")
        let status = statuses[number] ?? 400
        return CloudRefusal(status, code, message ?? texts[number] ?? "The request is rejected.")
    }

    /// A refusal by code, as faults name it.
    static func code(_ code: String) -> CloudRefusal {
        guard code.hasPrefix("CPS."), let number = Int(code.dropFirst(4)) else {
            return CloudRefusal(400, code, "The request is rejected.")
        }
        return .cps(number)
    }

    /// A value that the service does not take.
    static func parameter(_ number: Int, _ name: String) -> CloudRefusal {
        .cps(number, "Parameter: \(name) is invalid.")
    }

    private static let statuses = [1: 403, 3: 500, 5: 404, 6: 403, 7: 403, 8: 403, 11: 404, 15: 404, 17: 404]

    private static let texts = [
        1: "Access denied: the user has no permission, or the token is not scoped to a project.",
        2: "Parameter: offset or limit is invalid.",
        3: "Internal server error.",
        4: "Parameter: phone_id is invalid.",
        5: "The phone does not exist.",
        6: "The account is restricted.",
        7: "The account is suspended.",
        8: "The account has no real-name verification.",
        9: "Parameter: phone_id list is empty.",
        11: "The job does not exist.",
        42: "The service is busy, try again later.",
        50: "No jobs exist for the request_id.",
        53: "The phone is frozen.",
        54: "The job timed out.",
        65: "The server quota is used up.",
        66: "The server capacity is used up.",
        67: "The key pair does not exist.",
        81: "Both phone_ids and phones are empty.",
        95: "Parameter: server_ids is empty.",
        96: "The number of servers exceeds the limit.",
        97: "Parameter: server_id is invalid.",
        99: "The server is not ready.",
        104: "The object does not exist in OBS.",
        115: "The bandwidth does not exist.",
        118: "Parameter: content is invalid.",
        119: "The file name does not end with .apk.",
        123: "The encode server does not exist.",
        137: "The server does not support shared storage.",
        141: "The phone is not running.",
        156: "The server does not exist.",
        158: "The server cannot be restarted now.",
        160: "Only shared bandwidth can be resized.",
        161: "The number of request ids exceeds the limit.",
        165: "The phone must be stopped or running.",
        166: "The phone image does not exist.",
        172: "Parameter: object_path was not registered by an export.",
        190: "The number of phones exceeds the limit.",
        191: "Run command failed.",
        196: "The quota is insufficient.",
    ]
}
