import ADBWire
import CloudPhone
import Farm
import Lanes
import ObjectStorage

/// A cloud phone behind its service's REST interface.
struct CloudPhoneLink: BatchedPhone {
    let id: TargetID
    let place: CloudPlace
    let session: AccountSession
    let lane: Lane
    var attempt = BatchedAttempt()

    var facts: [String: String] { ["way-in": WayIn.cloud(place).description] }
    var cloud: (any BatchedPhone)? { self }

    func during(_ attempt: BatchedAttempt) -> any BatchedPhone {
        var link = self
        link.attempt = attempt
        return link
    }

    // MARK: Calls

    /// Asks for something; what the service itself would not do is thrown, what the phone says is returned.
    ///
    /// - Parameter isQuestion: Whether it changes nothing: then nothing is written down, and it is asked anew each time.
    func answer(
        to call: BatchCall, _ operation: String, isQuestion: Bool = false
    ) async throws -> BatchAnswer {
        if let fault = call.fault {
            throw ServiceError("content", operation: operation, reason: fault.reason, advice: fault.advice)
        }
        return try await inWords(operation) {
            try await session.calls.answer(
                to: call, for: CallSubject(place), during: isQuestion ? BatchedAttempt(limit: attempt.limit) : attempt)
        }
    }

    /// Turns failures of the service into the farm's words.
    private func inWords(_ operation: String, _ body: () async throws -> BatchAnswer) async throws -> BatchAnswer {
        let answer = try await inFarmWords(operation, body)
        guard case .failed(let fault, let output) = answer else { return answer }
        if fault.code == "CPS.0141" { throw PhoneError.notRunning(fault, operation) }
        // What the phone said itself is its answer; a code alone is the service's.
        guard output == nil || output?.text.isEmpty == true else { return answer }
        if fault.code == nil || fault.code == Self.lineFailed { return answer }
        throw ServiceError(fault, operation)
    }

    /// The code of a shell line that failed; elsewhere it means something about networks (Cloud Phone API, synchronous shell).
    private static let lineFailed = "CPS.0191"

    // MARK: Lines

    func ask(_ line: String) async throws -> CommandResult {
        guard ContentCheck.allows(line) else { return try await run(line, input: [], outputLimit: CommandOutput.limit) }
        let quick = try await inWords("ask `\(line)`") {
            try await session.questions.answer(to: line, of: place) ?? .failed(.undecided, nil)
        }
        if case .failed(.undecided, nil) = quick {
            return Self.result(of: try await answer(to: .shell(line: line), "ask `\(line)`", isQuestion: true))
        }
        return Self.result(of: quick)
    }

    func run(_ line: String, input: [UInt8], outputLimit: Int) async throws -> CommandResult {
        if input.isEmpty, ContentCheck.allows(line) {
            return Self.result(of: try await answer(to: .shell(line: line), BatchCall.shell(line: line).words))
        }
        let rich = try session.scripts.line(line, input: input)
        try await deliver(rich.delivery)
        switch try await answer(to: .shell(line: rich.line), BatchCall.shell(line: line).words) {
        case .done(let output), .failed(_, let output): return RichLine.result(output)
        }
    }

    /// The service tells whether a line went well, and not with which code.
    private static func result(of answer: BatchAnswer) -> CommandResult {
        switch answer {
        case .done(let output): result(output, exit: 0, error: "")
        case .failed(let fault, let output): result(output, exit: 1, error: output == nil ? fault.message : "")
        }
    }

    private static func result(_ output: CommandOutput?, exit: Int, error: String) -> CommandResult {
        CommandResult(
            exit: exit, exitSource: .service, output: Array((output?.text ?? "").utf8), error: Array(error.utf8),
            isTruncated: output?.isCut ?? false)
    }

    // MARK: Power

    func state() async throws -> BatchedPhoneState {
        guard let status = try await inFarmWords("ask for the state", { try await session.states.state(of: place) })
        else {
            throw PhoneError(
                .unreachable, operation: "ask for the state", reason: "its server does not have the phone any more",
                mayHaveBeenSent: false)
        }
        switch status.use {
        case .running: return .running
        case .shutDown: return .stopped
        case .wait: return .changing(status.description)
        case .broken, .lost: return .broken(status.description)
        case .frozen: return .frozen
        }
    }

    func change(_ power: PowerChange) async throws {
        let call: BatchCall =
            switch power {
            case .on, .restart: .restart
            case .off: .stop
            case .reset: .reset
            }
        if case .failed(let fault, _) = try await answer(to: call, "power \(power.rawValue)") {
            throw ServiceError(fault, "power \(power.rawValue)")
        }
    }

    // MARK: What the service has no way to do

    private func unsupported(_ operation: String, _ advice: String) -> ServiceError {
        ServiceError(
            "unsupported", operation: operation, reason: "the cloud's service has no way to do it", advice: advice)
    }

    func feed(
        _ line: String, input: [SharedSlice], outputLimit: Int, progress: ProgressMeter
    ) async throws -> CommandResult {
        throw unsupported("feed a command", "reach the phone over ADB")
    }

    func follow(_ line: String, take: @escaping @Sendable (UnsafeRawBufferPointer) -> Bool) async throws -> Int? {
        throw unsupported("follow `\(line)`", "ask for a result with `shell`, or reach the phone over ADB")
    }

    func status(of paths: [RemotePath]) async throws -> [RemoteFile?] {
        throw unsupported("look at files", "`pull` brings them, or use `shell: ls -l PATH`")
    }

    func list(_ folder: RemotePath) async throws -> [RemoteEntry] {
        throw unsupported("list \(folder)", "`pull` brings it, or use `shell: ls \(folder)`")
    }

    func push(_ files: [FileToPush], progress: ProgressMeter) async throws -> [PushRefusal] {
        try await deliver(BatchedDelivery(files))
        return []
    }

    func reboot(into mode: String?) async throws {
        throw unsupported("reboot", "use `power: restart`")
    }

    func close() async {}
}

extension ServiceFault {
    /// Nobody could say it quickly.
    static let undecided = ServiceFault(code: nil, message: "drover: undecided", requestID: nil)
}

extension ContentCheck {
    /// Whether the service takes a shell line as it is.
    static func allows(_ line: String) -> Bool {
        do {
            try check(line, for: .shell)
            return true
        } catch { return false }
    }
}
