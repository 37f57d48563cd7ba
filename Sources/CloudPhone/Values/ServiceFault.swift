import SourceText

/// What the service says went wrong, with a call as a whole or with one phone of it.
public struct ServiceFault: Hashable, Sendable {
    /// The service's own code with its dot, such as `CPS.0141`; nil when it gave none.
    public let code: String?
    /// The service's own words, safe for terminals, 300 characters at most; empty when it gave none.
    public let message: String
    /// The call that it belongs to; nil when the answer did not say.
    public let requestID: String?

    /// Notes a fault as the service spelled it.
    public init(code: String?, message: String, requestID: String?) {
        self.code = code.flatMap(Self.normalised)
        self.message = terminalSafe(String(message.prefix(300)))
        self.requestID = requestID.flatMap { $0.isEmpty ? nil : terminalSafe(String($0.prefix(64))) }
    }

    /// What the tables know of the code.
    public var rule: FaultRule { FaultRule.rule(for: code) }

    /// Whether the account, the phone or the encode service is frozen or overdue, which is no phone's own fault.
    public var isFrozen: Bool { rule.isFrozen }

    /// One spelling for each code: some answers leave the dot out, and gateways made by users have a prefix of their own
    /// (Cloud Phone API, asking for jobs; gateway codes).
    private static func normalised(_ code: String) -> String? {
        var text = code.uppercased().filter { $0.isASCII && ($0.isLetter || $0.isNumber) }
        guard !text.isEmpty, text.count <= 40 else { return nil }
        let letters = text.prefix { $0.isLetter }
        let digits = text.dropFirst(letters.count)
        guard !letters.isEmpty, !digits.isEmpty, digits.allSatisfy(\.isNumber) else {
            return terminalSafe(String(code.prefix(40)))
        }
        if letters == "KOOPHONEAPI" { return FaultTable.koophonePrefix + digits }
        if letters == "APIG" { text = "APIGW" + digits }
        return "\(letters == "APIG" ? "APIGW" : String(letters)).\(digits)"
    }
}

extension ServiceFault: CustomStringConvertible {
    /// One line: what is wrong, then code and request, then what to do.
    public var description: String {
        let known = rule
        var words = message.isEmpty ? known.meaning ?? "refused without a reason" : message
        while words.hasSuffix(".") { words.removeLast() }
        if known.isFrozen { words = "frozen: renew (\(words))" }
        let marks = [code, requestID.map { "request \($0)" }].compactMap { $0 }
        return words + (marks.isEmpty ? "" : " (\(marks.joined(separator: ", ")))")
            + (known.advice.map { "; \($0)" } ?? "")
    }
}
