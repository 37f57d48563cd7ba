public import Lanes

/// Asks HTTP servers, many at a time, over connections that are kept: HTTP/2 where it is offered, TLS always verified.
///
/// Everything happens on one lane, also the calls of sinks.
public actor HTTPClient {
    /// The lane on which everything happens.
    public nonisolated let lane: Lane
    private let options: HTTPClientOptions
    private let multi: MultiHandle

    /// The lane's.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { lane.asUnownedSerialExecutor() }

    /// Makes a client; connections are made when they are needed and end with it.
    ///
    /// - Throws: ``HTTPError`` when libcurl cannot be started.
    public init(on lane: Lane, options: HTTPClientOptions = .fromEnvironment()) throws(HTTPError) {
        self.lane = lane
        self.options = options
        multi = try MultiHandle(lane: lane, options: options)
    }

    deinit { lane.run { [multi] in multi.close() } }

    /// Asks and waits for the whole answer, which is kept in memory.
    ///
    /// A cancelled task closes the transfer before this returns.
    ///
    /// - Parameter meter: Counts the bytes of the request's body as they leave.
    /// - Throws: ``HTTPError``, or `CancellationError`. A status such as 404 is an answer.
    public func send(_ request: HTTPRequest, counting meter: ProgressMeter? = nil) async throws -> HTTPResponse {
        try await follow(request, into: nil, counting: meter)
    }

    /// Asks and hands the body of an answer with a status of success to `sink` as it comes.
    ///
    /// Of any other answer up to 64 KiB of the body are in the answer.
    ///
    /// - Throws: ``HTTPError``, what the sink throws, or `CancellationError`.
    public func download(_ request: HTTPRequest, into sink: any DownloadSink) async throws -> HTTPResponse {
        try await follow(request, into: sink)
    }

    private func follow(
        _ original: HTTPRequest, into sink: (any DownloadSink)?, counting meter: ProgressMeter? = nil
    ) async throws -> HTTPResponse {
        let deadline = original.limits.total.map { lane.now.advanced(by: $0) }
        var request = original
        var followed = 0
        while true {
            try Task.checkCancellation()
            let transfer = try Transfer(request, options: options, sink: sink, meter: meter, on: lane)
            multi.start(transfer, deadline: deadline)
            let response = try await withTaskCancellationHandler {
                try await transfer.answer.value(cancellable: false)
            } onCancel: {
                lane.run { [multi] in multi.abandon(transfer, CancellationError()) }
            }
            guard original.redirections > 0, let place = transfer.redirection else { return response }
            followed += 1
            guard followed <= original.redirections else {
                throw HTTPError(
                    .badRedirection, original.operation, "redirected more than \(original.redirections) times")
            }
            request = try request.redirected(to: place, status: response.status)
        }
    }
}
