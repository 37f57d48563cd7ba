import Curl
import JSON
import Signing

extension ServiceFault {
    /// Reads what an answer says of its failure, in any of the shapes in use (Cloud Phone API, shapes of errors).
    ///
    /// - Returns: nil when the answer says nothing.
    init?(_ reply: CloudReply) {
        guard let found = reply.value.flatMap({ Self.find(in: $0, depth: 0) }) else { return nil }
        let id = reply.value?["request_id"]?.text ?? reply.callID
        self.init(code: found.code, message: found.message, requestID: id)
    }

    private static let pairs = [("error_code", "error_msg"), ("errorCode", "errorMsg"), ("code", "message")]

    private static func find(in value: JSONValue, depth: Int) -> (code: String?, message: String)? {
        guard depth < 6 else { return nil }
        if let members = value.members {
            for (codeName, messageName) in pairs {
                guard let message = members[messageName]?.text else { continue }
                let code = members[codeName]
                let words = code?.text ?? code?.integer.map { String($0) }
                // An envelope of success says nothing of what is wrong inside.
                guard words != "0" else { continue }
                if words != nil || !message.isEmpty { return (words, message) }
            }
            for name in members.keys.sorted() {
                if let inner = members[name], let found = find(in: inner, depth: depth + 1) { return found }
            }
        }
        for element in value.elements ?? [] {
            if let found = find(in: element, depth: depth + 1) { return found }
        }
        return nil
    }
}

extension CloudError {
    /// Says what an answer with a status of failure means.
    ///
    /// - Parameters:
    ///   - shape: The operation; nil for those of the identity service.
    init(_ reply: CloudReply, of operation: String, shape: OperationShape?, isRepeatable: Bool) {
        let fault = ServiceFault(reply) ?? ServiceFault(code: nil, message: reply.text, requestID: reply.callID)
        let rule = fault.rule
        let status = reply.status
        let kind: Kind =
            if fault.isFrozen {
                .frozen
            } else if status == 429 || rule.retry == .throttled {
                .throttled
            } else if status == 401 {
                .login
            } else if status == 403 {
                .notAllowed
            } else if status >= 500 {
                .serviceFailure
            } else {
                .refused
            }
        var words = fault.message.isEmpty ? rule.meaning ?? Self.words(for: status) : fault.message
        while words.hasSuffix(".") { words.removeLast() }
        if fault.isFrozen { words = "frozen: renew (\(words))" }
        var advice = rule.advice
        if fault.code == "CPS.0001" || kind == .notAllowed && advice == nil { advice = shape?.permissionAdvice }
        self.init(
            kind, operation, words, status: status, fault: fault, advice: advice,
            // A gateway that lost the service behind it cannot know what that did.
            mayHaveRun: !isRepeatable && (status >= 500 || (200..<300).contains(status) && rule.retry == .later),
            retry: Self.retry(status: status, rule: rule))
    }

    /// A code decides when it is known, else the status.
    private static func retry(status: Int, rule: FaultRule) -> FaultRule.Retry {
        if status == 429 { return .throttled }
        guard rule.meaning == nil || rule.retry == .never && status >= 500 else {
            // APIGW.0201 stands for bad requests, too.
            return rule.meaning == FaultRule.rule(for: "APIGW.0201").meaning && status < 500 ? .never : rule.retry
        }
        return status >= 500 ? .later : .never
    }

    private static func words(for status: Int) -> String {
        switch status {
        case 400: "the service calls the request bad"
        case 401: "the service does not take the credentials"
        case 403: "the service does not allow it"
        case 404: "the service knows no such thing"
        case 429: "too many calls"
        default: status >= 500 ? "the service failed" : "the service refused without a reason"
        }
    }

    /// Says that the service sent the client elsewhere, where nothing signed may go.
    init(redirection response: HTTPResponse, of call: CloudCall) {
        let place = response.headers["Location"].flatMap { try? HTTPURL($0) }
        self.init(
            .redirected, call.operation,
            "\(call.request.host) sends the client on to \(place?.host ?? "another place")",
            status: response.status, advice: "check the service's address and the region")
    }

    /// Says that an answer of success is not what the documents say.
    init(unreadable reply: CloudReply, of operation: String, _ reason: String, isRepeatable: Bool) {
        let fault = reply.callID.map { ServiceFault(code: nil, message: "", requestID: $0) }
        self.init(
            .badAnswer, operation, "the answer cannot be read: \(reason)", status: reply.status, fault: fault,
            mayHaveRun: !isRepeatable)
    }
}
