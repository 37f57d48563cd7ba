public import Curl
import Lanes
import Signing

/// Puts, gets and lists the objects of one bucket, and asks again where that helps.
///
/// Everything happens on the lane of the HTTP client, but for hashing, which has threads of its own.
public actor ObjectStoreClient {
    /// The bucket and its store.
    public nonisolated let store: ObjectStore
    /// How uploads are cut, and how patient the client is.
    public nonisolated let policy: StorePolicy
    nonisolated let http: HTTPClient
    /// Before this moment nothing is sent, as the store asked everybody to slow down.
    private var rest: LaneInstant?

    /// The lane's.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { http.lane.asUnownedSerialExecutor() }

    /// Makes a client; connections are those of `http`.
    public init(_ store: ObjectStore, over http: HTTPClient, policy: StorePolicy = StorePolicy()) {
        self.store = store
        self.policy = policy
        self.http = http
    }

    /// Asks until there is an answer that is none of failure, or patience ends.
    ///
    /// - Parameters:
    ///   - meter: Counts the bytes that are sent.
    ///   - sink: Takes the body of an answer of success.
    /// - Throws: ``ObjectStorageError``, what the supply of keys or the sink throws, or `CancellationError`.
    func ask(
        _ call: StoreCall, counting meter: ProgressMeter? = nil, into sink: (any DownloadSink)? = nil
    ) async throws -> HTTPResponse {
        let attempts = call.attempts ?? policy.attempts
        var renews = false
        var hasRenewed = false
        var failures = 0
        while true {
            try await breathe(meter)
            let keys = try await store.keys(renews)
            renews = false
            let time = policy.time
            let request = try call.signed(for: store, with: keys, at: time)
            let failure: ObjectStorageError
            var asked: Duration?
            do {
                let response =
                    if let sink {
                        try await http.download(request, into: sink)
                    } else {
                        try await http.send(request, counting: meter)
                    }
                if response.isSuccess || call.accepted.contains(response.status) { return response }
                let answer = StoreAnswer(response)
                if answer.asksForOtherKeys, !hasRenewed {
                    renews = true
                    hasRenewed = true
                    continue
                }
                failure = ObjectStorageError(answer, call.operation, store: store, ours: time)
                asked = response.headers.retryAfter(now: policy.seconds())
                if answer.isBusy { slowDown(after: failures + 1, asked: asked) }
            } catch let error as HTTPError {
                failure = ObjectStorageError(error, call.operation)
            }
            failures += 1
            guard failure.isPassing, failures < attempts else { throw failure.afterAttempts(failures) }
            try await pause(policy.pause(after: failures, asked: asked), meter)
        }
    }

    /// Lets nobody send for a while; who is under way goes on.
    private func slowDown(after failures: Int, asked: Duration?) {
        let end = http.lane.now.advanced(by: policy.pause(after: failures, asked: asked))
        rest = max(rest ?? end, end)
    }

    private func breathe(_ meter: ProgressMeter?) async throws {
        try Task.checkCancellation()
        while let rest {
            let now = http.lane.now
            guard rest > now else {
                self.rest = nil
                return
            }
            try await pause(rest.since(now), meter)
        }
    }

    /// Waits, with the stall limit at rest.
    func pause(_ duration: Duration, _ meter: ProgressMeter? = nil) async throws {
        meter?.expectBytes(false)
        defer { meter?.expectBytes(true) }
        try await http.lane.sleep(for: duration)
    }

    /// Reads the body of an answer, whose outermost element must have one of these names.
    ///
    /// - Throws: ``ObjectStorageError`` when it is something else.
    func document(_ response: HTTPResponse, _ call: StoreCall, named names: String...) throws(ObjectStorageError)
        -> XMLElement
    {
        let root: XMLElement
        do {
            root = try XMLReader.read(response.body)
        } catch {
            throw badAnswer(response, call, "the answer cannot be read: \(error)")
        }
        // Also the form in which a long operation fails after its answer has begun with 200.
        if root.name == "Error" {
            throw ObjectStorageError(
                StoreAnswer(response, body: root), call.operation, store: store, ours: policy.time)
        }
        guard names.contains(root.name) else {
            throw badAnswer(response, call, "the answer is <\(root.name)>, and <\(names[0])> was expected")
        }
        return root
    }

    func badAnswer(_ response: HTTPResponse, _ call: StoreCall, _ reason: String) -> ObjectStorageError {
        ObjectStorageError(
            .badAnswer, call.operation, reason, advice: "check that \(store.endpoint.host) is an object store",
            status: response.status, requestID: StoreAnswer(response, body: nil).requestID)
    }
}

extension ObjectStorageError {
    fileprivate func afterAttempts(_ count: Int) -> Self {
        guard count > 1 else { return self }
        return Self(
            code, operation, "\(reason) (attempt \(count))", advice: advice, status: status, serviceCode: serviceCode,
            requestID: requestID, isPassing: isPassing)
    }
}
