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
    private func answer(
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
        do {
            let answer = try await body()
            guard case .failed(let fault, let output) = answer else { return answer }
            if fault.code == "CPS.0141" { throw PhoneError.notRunning(fault, operation) }
            // What the phone said itself is its answer; a code alone is the service's.
            guard output == nil || output?.text.isEmpty == true else { return answer }
            if fault.code == nil || fault.code == Self.lineFailed { return answer }
            throw ServiceError(fault, operation)
        } catch let error as CloudError {
            throw ServiceError(error, operation)
        } catch let error as ObjectStorageError {
            throw ServiceError(error, operation)
        }
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

    // MARK: Apps

    /// The largest APK that the service takes (Cloud Phone API, InstallApk).
    private static let mostBytes = 2 << 30

    func install(_ app: AppPayload, options: InstallOptions, progress: ProgressMeter) async throws -> PackageReply {
        let operation = "install \(app.package)"
        if let large = app.parts.first(where: { $0.bytes.count > Self.mostBytes }) {
            throw ServiceError(
                "too-large", operation: operation,
                reason: "\(large.name) is larger than the 2 GB that the service takes",
                advice: "move its assets into files that a `push` step brings, or reach the phone over ADB")
        }
        var objects: [String] = []
        for part in app.parts {
            objects.append(try await staged(part.sha256, ".apk", operation) { .memory(part.bytes) })
        }
        var flags = ["-r"]
        if options.allowsTestOnly { flags.insert("-t", at: 0) }
        if options.allowsDowngrade { flags.append("-d") }
        if options.grantsAll { flags.append("-g") }
        // The service takes options and objects, and an option's value would stand where an object is due.
        if let user = options.user, user != "all" {
            throw ServiceError(
                "unsupported", operation: operation, reason: "the service installs for all users, and not for \(user)",
                advice: "leave `user` out, or reach the phone over ADB")
        }
        return Self.reply(try await answer(to: .install(objects: objects, options: flags), operation))
    }

    func uninstall(_ package: PackageName, keepData: Bool, user: String?) async throws -> PackageReply {
        guard !keepData, user == nil else {
            var words = ["pm", "uninstall"] + (keepData ? ["-k"] : [])
            if let user { words += ["--user", user] }
            let line = (words + [package.description]).joined(separator: " ")
            return Self.reply(try await answer(to: .shell(line: line), "uninstall \(package)"))
        }
        return Self.reply(try await answer(to: .uninstall(package: package.description), "uninstall \(package)"))
    }

    /// What the package manager said, where the service hands that on.
    private static func reply(_ answer: BatchAnswer) -> PackageReply {
        switch answer {
        case .done(let output):
            if let text = output?.text, case .failure(let failure) = InstallReply(parsing: text) {
                return .refused(code: failure.code, text: text)
            }
            return .success(warnings: nil)
        case .failed(let fault, let output):
            let text = output?.text ?? ""
            if case .failure(let failure) = InstallReply(parsing: text) {
                return .refused(code: failure.code, text: text)
            }
            return .refused(code: fault.code, text: text.isEmpty ? fault.description : text)
        }
    }

    // MARK: Files

    func has(_ delivery: BatchedDelivery) async throws -> Bool? {
        guard let sums = try await session.packing.sums(of: delivery) else { return nil }
        let line = "sha256sum -c -s \(DeliveryTar.listPath(sums))"
        let answer = try await answer(to: .shell(line: line), "compare files", isQuestion: true)
        if case .done = answer { return true }
        return false
    }

    func deliver(_ delivery: BatchedDelivery) async throws {
        let operation =
            "push \(delivery.files.count == 1 ? delivery.files[0].path.path : "\(delivery.files.count) files")"
        guard let staging = session.staging else { throw noBucket(operation) }
        let tar = try await session.packing.tar(of: delivery)
        for part in tar.parts {
            let object = try await staged(part.sha256, ".tar", operation, in: staging) {
                .file(path: part.file.path, owner: tar)
            }
            guard case .failed(let fault, let output) = try await answer(to: .push(object: object), operation) else {
                continue
            }
            throw ServiceError(
                fault.code ?? "refused", operation: operation,
                reason: output.map { $0.text.isEmpty ? fault.description : $0.text } ?? fault.description)
        }
    }

    private func staged(
        _ sha256: String, _ ending: String, _ operation: String, in staging: Staging? = nil,
        _ make: @escaping @Sendable () -> StagedContent
    ) async throws -> String {
        guard let staging = staging ?? session.staging else { throw noBucket(operation) }
        do {
            return try await staging.address(of: sha256.lowercased(), ending: ending, make)
        } catch let error as ObjectStorageError {
            throw ServiceError(error, operation)
        } catch let error as CloudError {
            throw ServiceError(error, operation)
        }
    }

    private func noBucket(_ operation: String) -> ServiceError {
        ServiceError(
            "no-bucket", operation: operation,
            reason: "files reach cloud phones through a bucket, and the account has none",
            advice: "add `bucket: NAME` to the account `\(place.account)` of the farm file")
    }

    // MARK: Power

    func state() async throws -> BatchedPhoneState {
        let status: PhoneStatus?
        do {
            status = try await session.states.state(of: place)
        } catch let error as CloudError {
            throw ServiceError(error, "ask for the state")
        }
        guard let status else {
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

    func follow(_ line: String, take: @escaping @Sendable (UnsafeRawBufferPointer) -> Bool) async throws {
        throw unsupported("follow `\(line)`", "ask for a result with `shell`, or reach the phone over ADB")
    }

    func status(of paths: [RemotePath]) async throws -> [RemoteFile?] {
        throw unsupported("look at files", "use `shell: ls -l PATH`, or reach the phone over ADB")
    }

    func list(_ folder: RemotePath) async throws -> [RemoteEntry] {
        throw unsupported("list \(folder)", "use `shell: ls \(folder)`, or reach the phone over ADB")
    }

    func push(_ files: [FileToPush], progress: ProgressMeter) async throws -> [PushRefusal] {
        try await deliver(BatchedDelivery(files))
        return []
    }

    func pull(_ path: RemotePath, into sink: any PullSink, progress: ProgressMeter) async throws -> PullOutcome {
        throw unsupported("pull \(path)", "reach the phone over ADB")
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
