public import Curl
import JSON
public import Lanes
public import Signing

/// Calls the cloud phone service for one account, within its limits.
public actor CloudClient {
    /// The lane on which everything happens.
    public nonisolated let lane: Lane
    /// The account.
    public nonisolated let account: CloudAccount
    /// What holds calls to the account's limits.
    public nonisolated let limiter: CallLimiter
    /// What lets one writing call at a time work on a server; callers take it around a call and its jobs.
    public nonisolated let gate: ServerGate
    private let credentials: CloudCredentials
    private let wire: CloudWire
    private let options: CloudClientOptions

    /// The lane's.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { lane.asUnownedSerialExecutor() }

    /// Makes a client; nothing is asked yet.
    ///
    /// - Throws: `HTTPError` when libcurl cannot be started.
    public init(
        _ account: CloudAccount, on lane: Lane, http: HTTPClientOptions = .fromEnvironment(),
        options: CloudClientOptions = CloudClientOptions()
    ) throws(HTTPError) {
        self.account = account
        self.lane = lane
        self.options = options
        wire = CloudWire(client: try HTTPClient(on: lane, options: http), options: http)
        credentials = CloudCredentials(account, wire: wire, options: options)
        limiter = CallLimiter(account.limits, on: lane)
        gate = ServerGate(on: lane)
    }

    /// The id of the project, looked up once when the account has none.
    ///
    /// - Throws: ``CloudError``.
    public func projectID() async throws -> String { try await credentials.projectID() }

    /// Keys for the storage: the account's own, or temporary ones that a token gets, renewed well before their end.
    ///
    /// - Throws: ``CloudError``.
    public func storageKeys() async throws -> AccessKeys { try await credentials.storageKeys() }

    /// Checks a call, sends it when the limits allow, and reads the answer.
    ///
    /// A call that only looks, or sets what it sets again, is repeated when it failed in passing. One that starts work is
    /// repeated only when nothing was sent or the service counted one call too many; else its outcome is unknown
    /// (``CloudError/mayHaveRun``). Such a call is not cut short by a cancelled task once it was sent.
    ///
    /// - Throws: ``CloudError``, what a hook throws, or `CancellationError`.
    public func send<Operation: CloudOperation>(
        _ operation: Operation, hooks: CallHooks = .none
    ) async throws -> Operation.Answer {
        let shape = Operation.shape
        do {
            try operation.check()
        } catch {
            throw CloudError(.badRequest, shape.name, error.reason, advice: error.advice)
        }
        let project = shape.service.hasProjects ? try await credentials.projectID() : nil
        let query = operation.queryValues.compactMap { name, value in value.map { (name, $0) } }
        let call = try CloudCall(
            shape.name, shape.method.rawValue, base: try account.endpoints.base(of: shape.service, for: shape.name),
            path: operation.path(projectID: project ?? ""),
            query: query, body: operation.bodyBytes, isRepeatable: shape.isRepeatable)
        var attempt = Attempt()
        while true {
            attempt.count += 1
            try await limiter.admit(shape.load)
            do {
                return try await self.attempt(operation, call, project, &attempt, hooks)
            } catch let error as CloudError {
                guard attempt.mayRepeat || repeats(error, shape) && attempt.count < options.retry.attempts else {
                    throw error
                }
                // After a flow limit the limiter waits, and with a new token there is nothing to wait for.
                if !attempt.mayRepeat, error.kind != .throttled {
                    try await lane.sleep(for: options.retry.pause(after: attempt.count))
                }
            }
        }
    }

    /// What is known of the attempts so far.
    private struct Attempt {
        var count = 0
        var isAnnounced = false
        var hasNewToken = false
        /// Whether a token was refused for which there will be another.
        var mayRepeat = false
    }

    private func attempt<Operation: CloudOperation>(
        _ operation: Operation, _ call: CloudCall, _ project: String?, _ attempt: inout Attempt, _ hooks: CallHooks
    ) async throws -> Operation.Answer {
        var call = call
        attempt.mayRepeat = false
        let shape = Operation.shape
        let ownID = call.identify(for: shape.service)
        let (fields, token) = try await credentials.authorise(&call, projectID: project)
        if !shape.isRepeatable, !attempt.isAnnounced {
            try Task.checkCancellation()
            try await hooks.willSend()
            attempt.isAnnounced = true
        }
        var reply: CloudReply
        if shape.isRepeatable {
            reply = try await wire.send(call, fields: fields)
        } else {
            // What the service did with a call that was cut short nobody knows, so it is waited for.
            reply = try await Task(executorPreference: lane) { [wire, call] in
                try await wire.send(call, fields: fields)
            }.value
        }
        reply.ownID = ownID
        guard reply.isSuccess, !isHiddenFailure(reply, Operation.self), !shape.service.refuses(reply) else {
            let error = CloudError(reply, of: shape.name, shape: shape, isRepeatable: shape.isRepeatable)
            if error.kind == .throttled {
                let pause = FlowPeriod.pause(
                    error, asked: reply.headers.retryAfter(now: options.now()), load: shape.load)
                await limiter.hold(shape.load, for: pause)
            }
            if reply.status == 401, let token, !attempt.hasNewToken, FaultTable.tokenRefusals.contains(error.code ?? "")
            {
                attempt.hasNewToken = true
                attempt.mayRepeat = await credentials.drop(token)
            }
            throw error.consideringLogin(account.login, reply, now: options.now())
        }
        let answer = try read(shape.service.content(of: reply), Operation.self)
        if !shape.isRepeatable {
            try await hooks.didAnswer(
                answer as? StartedCall ?? (answer as? CalledAnswer)?.started
                    ?? StartedCall(requestID: reply.value?["request_id"]?.text ?? reply.callID ?? "", elements: []))
        }
        return answer
    }

    private func read<Operation: CloudOperation>(
        _ reply: CloudReply, _ operation: Operation.Type
    ) throws(CloudError) -> Operation.Answer {
        let shape = Operation.shape
        guard let value = reply.value ?? (reply.text.isEmpty && shape.answer.isEmpty ? .object([:]) : nil) else {
            throw CloudError(
                unreadable: reply, of: shape.name, reply.text.isEmpty ? "it is empty" : "it is no JSON",
                isRepeatable: shape.isRepeatable)
        }
        do {
            return try Operation.answer(reading: try AnswerFields(value, callID: reply.callID))
        } catch {
            throw CloudError(
                unreadable: reply, of: shape.name, error.description, isRepeatable: shape.isRepeatable)
        }
    }

    /// Whether a status of success comes with an error for the whole call; in an answer about a job it is the job's.
    private func isHiddenFailure<Operation: CloudOperation>(_ reply: CloudReply, _ operation: Operation.Type) -> Bool {
        guard Operation.shape.service == .cph, Operation.mayHideFailure, let code = reply.value?["error_code"]?.text
        else { return false }
        return !code.isEmpty && reply.value?["jobs"]?.elements == nil
    }

    private func repeats(_ error: CloudError, _ shape: OperationShape) -> Bool {
        guard !shape.isRepeatable else { return error.retry == .later || error.retry == .throttled }
        return error.kind == .throttled || error.kind == .unreachable && error.retry == .later && !error.mayHaveRun
    }
}

extension OperationShape {
    /// What its calls count against.
    public var load: CallLoad {
        if name == RunSyncCommandOperation.shape.name || name == "SyncInvokeInstance" { return .sync }
        return hazard == .read ? .read : .write
    }
}
