import Curl

extension CloudError {
    /// The same refusal with a word about what can be wrong with the credentials, this machine's clock among them.
    ///
    /// A service refuses signatures of a time that is 15 minutes off (Cloud Phone API, signature).
    func consideringLogin(_ login: CloudLogin, _ reply: CloudReply, now: Int) -> CloudError {
        guard kind == .login || kind == .notAllowed && code.map(FaultTable.signatureRefusals.contains) == true else {
            return self
        }
        if let theirs = reply.headers.date, abs(now - theirs) > 300 {
            let minutes = abs(now - theirs) / 60
            let words =
                "this machine's clock is \(minutes) minutes \(now < theirs ? "behind" : "ahead of") the service's"
            return with(reason: "\(reason); \(words)", advice: "set the clock")
        }
        return switch login {
        case .keys: with(reason: reason, advice: "check the access key and its secret")
        case .token: with(reason: reason, advice: "give a new token of this project, as a given one cannot be renewed")
        case .password: self
        }
    }

    private func with(reason: String, advice: String) -> CloudError {
        CloudError(
            kind, operation, reason, status: status, fault: fault, advice: advice, mayHaveRun: mayHaveRun, retry: .never
        )
    }
}
