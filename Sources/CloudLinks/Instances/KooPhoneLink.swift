import CloudPhone
import Farm
import KooPhone
import Lanes

/// A phone that is rented by itself, behind the REST interface of KooPhone.
struct KooPhoneLink: BatchedPhone {
    let id: TargetID
    let place: CloudPlace
    let session: AccountSession
    let lane: Lane
    var attempt = BatchedAttempt()

    var facts: [String: String] { ["way-in": WayIn.cloud(place).description] }
    var cloud: (any BatchedPhone)? { self }
    var takesAnyLine: Bool { false }

    func during(_ attempt: BatchedAttempt) -> any BatchedPhone {
        var link = self
        link.attempt = attempt
        return link
    }

    // MARK: Calls

    /// Asks for something; what the service itself would not do is thrown, what the phone says is returned.
    ///
    /// - Parameter isQuestion: Whether it changes nothing: then nothing is written down, and it is asked anew each time.
    func answer(to call: InstanceCall, _ operation: String, isQuestion: Bool = false) async throws -> BatchAnswer {
        let call = BatchCall.instances(call)
        if let fault = call.fault { throw Self.refused(operation, fault) }
        return try await inWords(operation) {
            try await session.calls.answer(
                to: call, for: CallSubject(place), during: isQuestion ? BatchedAttempt(limit: attempt.limit) : attempt)
        }
    }

    private static func refused(_ operation: String, _ fault: CheckFault) -> ServiceError {
        ServiceError("content", operation: operation, reason: fault.reason, advice: fault.advice)
    }

    private func inWords(_ operation: String, _ body: () async throws -> BatchAnswer) async throws -> BatchAnswer {
        let answer = try await inFarmWords(operation, body)
        guard case .failed(let fault, let output) = answer, output == nil || output?.text.isEmpty == true else {
            return answer
        }
        // With which code a line fails is not documented; these two are about the call, and not about the line.
        guard let code = fault.code, ["KOOPHONE.API.1000", "KOOPHONE.API.1001"].contains(code) else { return answer }
        throw ServiceError(fault, operation)
    }

    // MARK: Lines

    func ask(_ line: String) async throws -> CommandResult {
        let operation = "ask `\(line)`"
        try check(line, operation)
        let quick = try await inWords(operation) {
            try await session.questions.answer(to: line, of: place) ?? .failed(.undecided, nil)
        }
        guard case .failed(.undecided, nil) = quick else { return Self.result(of: quick) }
        return Self.result(of: try await answer(to: .shell(line: line), operation, isQuestion: true))
    }

    func run(_ line: String, input: [UInt8], outputLimit: Int) async throws -> CommandResult {
        let operation = BatchCall.shell(line: line).words
        guard input.isEmpty else {
            throw unsupported(operation, "leave `input` out: nothing can be sent to a line here")
        }
        try check(line, operation)
        return Self.result(of: try await answer(to: .shell(line: line), operation))
    }

    private func check(_ line: String, _ operation: String) throws(ServiceError) {
        do throws(CheckFault) {
            try InstanceRules.checkLine(line)
        } catch { throw Self.refused(operation, error) }
    }

    /// The service tells whether a line went well, and not with which code.
    private static func result(of answer: BatchAnswer) -> CommandResult {
        let (output, exit, error) =
            switch answer {
            case .done(let output): (output, 0, "")
            case .failed(let fault, let output): (output, 1, output == nil ? fault.message : "")
            }
        return CommandResult(
            exit: exit, exitSource: .service, output: Array((output?.text ?? "").utf8), error: Array(error.utf8),
            isTruncated: output?.isCut ?? false)
    }

    // MARK: Power

    func state() async throws -> BatchedPhoneState {
        let status = try await inFarmWords("ask for the state") { try await session.instances.state(of: place.phone) }
        guard let status else {
            throw PhoneError(
                .unreachable, operation: "ask for the state", reason: "the account does not have the phone any more",
                mayHaveBeenSent: false)
        }
        return switch status {
        // Nobody needs to own a phone for lines and apps.
        case .ready, .toBeAssigned: .running
        case .offline: .stopped
        case .toBeRestored, .backingUp, .resetting, .restarting, .exchanging, .restoring:
            .changing(status.description)
        case .restoreFailed, .maintenance, .unknown: .broken(status.description)
        }
    }

    func change(_ power: PowerChange) async throws {
        let operation = "power \(power.rawValue)"
        let call: InstanceCall
        switch power {
        case .restart: call = .restart
        case .reset: call = .reset
        case .on, .off:
            throw unsupported(operation, "do it in the console of KooPhone, or use `power: restart`")
        }
        if case .failed(let fault, _) = try await answer(to: call, operation) { throw ServiceError(fault, operation) }
        try await inFarmWords(operation) {
            let book = session.instances
            try await book.comeBack(place.phone, until: book.end(within: attempt.limit, .power), operation)
        }
    }
}
