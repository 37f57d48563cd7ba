import JSON

/// One job as it is asked about; confined to the cloud's lane.
final class CloudJob {
    let id: String
    let requestID: String
    let target: JobTarget
    private(set) var began: Int64?
    private(set) var ended: Int64?
    private(set) var outcome: JobOutcome?

    init(id: String, requestID: String, target: JobTarget) {
        self.id = id
        self.requestID = requestID
        self.target = target
    }

    func begin(at seconds: Int64) { began = seconds }

    func end(_ outcome: JobOutcome, at seconds: Int64) {
        self.outcome = outcome
        ended = seconds
    }

    /// 1 running or waiting, 2 success, -1 failed: the service has no other words.
    var status: Int64 {
        switch outcome {
        case nil: 1
        case .success: 2
        case .failure: -1
        }
    }

    /// The fields of an answer about it (Cloud Phone API, jobs).
    var json: [String: JSONValue] {
        var fields: [String: JSONValue] = [
            "job_id": .text(id), "status": .integer(status), "error_code": .null, "error_msg": .null,
            "begin_time": began.map { .text(CloudTime.text($0)) } ?? .null,
            "end_time": ended.map { .text(CloudTime.text($0)) } ?? .null, "execute_msg": .null,
        ]
        // Of encode services and of whole calls jobs tell nothing (Cloud Phone API, asking for jobs).
        switch target {
        case .phone(let id): fields["phone_id"] = .text(id)
        case .server(let id): fields["server_id"] = .text(id)
        case .encoder, .whole: break
        }
        switch outcome {
        case nil: break
        case .success(let output): if !output.isEmpty { fields["execute_msg"] = .text(Self.cut(output)) }
        case .failure(let refusal, let output):
            fields["error_code"] = .text(refusal.code)
            fields["error_msg"] = .text(refusal.message)
            if !output.isEmpty { fields["execute_msg"] = .text(Self.cut(output)) }
        }
        return fields
    }

    /// At most 1,024 bytes, cut wherever that is; half a character becomes U+FFFD, as in the service's JSON.
    static func cut(_ output: [UInt8]) -> String { String(decoding: output.prefix(1024), as: UTF8.self) }
}

/// What a job is for.
enum JobTarget: Hashable, Sendable {
    case phone(String)
    case server(String)
    case encoder(String)
    /// Everything that the call names.
    case whole

    var id: String {
        switch self {
        case .phone(let id), .server(let id), .encoder(let id): id
        case .whole: ""
        }
    }

    /// The name of the id in answers; nil where there is none.
    var field: String? {
        switch self {
        case .whole: nil
        case .phone: "phone_id"
        case .server: "server_id"
        case .encoder: "encode_server_id"
        }
    }
}

/// How a job ended, with what its command wrote.
enum JobOutcome: Sendable {
    case success([UInt8] = [])
    case failure(CloudRefusal, [UInt8] = [])
}

/// The times of answers.
enum CloudTime {
    /// `2026-01-02T03:04:05Z`.
    static func text(_ seconds: Int64) -> String {
        let time = CivilTime(seconds: seconds)
        return "\(time.date)T\(time.clock)Z"
    }

    /// Seconds since 1970 of `2026-01-02T03:04:05Z`; nil for anything else.
    static func seconds(of text: String) -> Int64? {
        let digits = text.split { !("0"..."9").contains($0) }.compactMap { Int64($0) }
        guard text.utf8.count == 20, digits.count == 6, (1970...9999).contains(digits[0]) else { return nil }
        let wanted = text.dropLast()
        // Days since 1970 of the first of March of a year that begins with March (proleptic Gregorian calendar).
        let year = digits[1] > 2 ? digits[0] : digits[0] - 1
        let month = (digits[1] + 9) % 12
        let days = year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + digits[2] - 1 - 719_468
        let seconds = ((days * 24 + digits[3]) * 60 + digits[4]) * 60 + digits[5]
        return Self.text(seconds).dropLast() == wanted && text.hasSuffix("Z") ? seconds : nil
    }

    /// `2026-01-02T03:04:05.000000Z`, as IAM writes it.
    static func fine(_ seconds: Int64) -> String { text(seconds).dropLast() + ".000000Z" }
}
