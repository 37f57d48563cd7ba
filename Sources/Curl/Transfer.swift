import CCurl
import Lanes

// Sendable: touched only on the client's lane.

/// One request on the wire and the answer so far, without redirections.
final class Transfer: @unchecked Sendable {
    let easy: EasyHandle
    let answer = Waiter<HTTPResponse>()
    let request: HTTPRequest
    private let lane: Lane
    private let sink: (any DownloadSink)?
    private let source: UploadSource?
    private let meter: ProgressMeter?
    private let watch: PhaseWatch
    private var answerHead = AnswerHead()
    private var body: [UInt8] = []
    private var discarded = 0
    private var hasSinkBegun = false
    /// What ended it on our side; goes before what the library says of that.
    private var failure: (any Error)?

    init(
        _ request: HTTPRequest, options: HTTPClientOptions, sink: (any DownloadSink)?, meter: ProgressMeter?,
        on lane: Lane
    ) throws(HTTPError) {
        self.request = request
        self.lane = lane
        self.sink = sink
        self.meter = meter
        source = try UploadSource(request.body, for: request.operation)
        easy = try EasyHandle(for: request.operation)
        watch = PhaseWatch(request, on: lane)
        try easy.configure(request, options: options, bodySize: source?.count, isDownload: sink != nil)
        try connectCallbacks()
    }

    private func connectCallbacks() throws(HTTPError) {
        let context = Unmanaged.passUnretained(self).toOpaque()
        for option in [CURLOPT_WRITEDATA, CURLOPT_HEADERDATA, CURLOPT_READDATA, CURLOPT_SEEKDATA, CURLOPT_PREREQDATA] {
            try easy.set(option, lent: context)
        }
        try easy.check(
            drover_set_writer(easy.pointer, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
                let piece = UnsafeRawBufferPointer(start: bytes, count: size * count)
                return Transfer.lent(context)?.take(body: piece) == true ? size * count : 0
            })
        try easy.check(
            drover_set_writer(easy.pointer, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
                let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
                return Transfer.lent(context)?.take(headerLine: line) == true ? size * count : 0
            })
        try easy.check(
            drover_set_reader(easy.pointer) { bytes, size, count, context in
                let room = UnsafeMutableRawBufferPointer(start: bytes, count: size * count)
                return Transfer.lent(context)?.give(into: room) ?? Int(CURL_READFUNC_ABORT)
            })
        try easy.check(
            drover_set_seeker(easy.pointer) { context, offset, origin in
                let isThere = origin == 0 && Transfer.lent(context)?.source?.seek(to: Int64(offset)) == true
                return isThere ? CURL_SEEKFUNC_OK : CURL_SEEKFUNC_FAIL
            })
        try easy.check(
            drover_set_prerequest(easy.pointer) { context, _, _, _, _ in
                Transfer.lent(context)?.watch.isConnected()
                return CURL_PREREQFUNC_OK
            })
    }

    private static func lent(_ context: UnsafeMutableRawPointer?) -> Transfer? {
        context.map { Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Starts the limits; `giveUp` is called on the lane when one has passed.
    func startLimits(deadline: LaneInstant?, _ giveUp: @escaping @Sendable (HTTPError) -> Void) {
        watch.start(deadline: deadline, giveUp)
    }

    // MARK: What libcurl brings and takes

    private func take(headerLine line: UnsafeRawBufferPointer) -> Bool {
        watch.moved(isAnswer: true)
        guard answerHead.take(line, limit: request.limits.headerBytes) else {
            let bound = request.limits.headerBytes
            return stop(HTTPError(.overLimit, request.operation, "the answer's header is longer than \(bound) bytes"))
        }
        guard let sink, answerHead.isWhole, answerHead.isSuccess else { return true }
        do {
            try beginSink(sink)
            return true
        } catch {
            return stop(error)
        }
    }

    private func take(body piece: UnsafeRawBufferPointer) -> Bool {
        watch.moved(isAnswer: true)
        if let sink, answerHead.isSuccess {
            do {
                try sink.receive(piece)
                return true
            } catch {
                return stop(error)
            }
        }
        // Of an answer that the sink does not get, enough is kept to tell the reason, and the rest is passed over.
        let room = sink == nil ? request.limits.bodyBytes : min(Self.keptOfRefusals, request.limits.bodyBytes)
        let kept = min(piece.count, max(0, room - body.count))
        body.append(contentsOf: piece.prefix(kept))
        discarded += piece.count - kept
        guard discarded == 0 || sink != nil && discarded <= request.limits.bodyBytes else {
            let bound = request.limits.bodyBytes
            return stop(HTTPError(.overLimit, request.operation, "the answer is longer than \(bound) bytes"))
        }
        return true
    }

    private static let keptOfRefusals = 64 << 10

    private func beginSink(_ sink: any DownloadSink) throws {
        guard !hasSinkBegun else { return }
        hasSinkBegun = true
        try sink.begin(response)
    }

    private func give(into room: UnsafeMutableRawBufferPointer) -> Int {
        watch.moved(isAnswer: false)
        guard let source else { return 0 }
        guard let count = source.read(into: room) else {
            _ = stop(
                HTTPError(
                    .unreadableBody, request.operation, "the file that is sent cannot be read, or has become shorter"))
            return Int(CURL_READFUNC_ABORT)
        }
        meter?.move(count)
        return count
    }

    private func stop(_ error: any Error) -> Bool {
        failure = failure ?? error
        return false
    }

    // MARK: The end

    /// The library is done with it.
    func finish(_ status: CURLcode) {
        watch.stop()
        if let failure { return end(.failure(failure)) }
        guard status == CURLE_OK else {
            let error = HTTPError(status, request.operation, detail: easy.detail, limits: request.limits)
            return end(.failure(error))
        }
        // The library takes a connection that ends within the header for the end of an answer without a body.
        guard answerHead.isWhole else {
            return end(
                .failure(HTTPError(.cutShort, request.operation, "the connection ended within the answer's header")))
        }
        var whole = response
        whole.body = body
        end(.success(whole))
    }

    /// It was taken off the wire before its end.
    func abandon(_ error: any Error) {
        watch.stop()
        end(.failure(error))
    }

    private func end(_ result: Result<HTTPResponse, any Error>) { answer.resume(with: result) }

    /// Where the answer sends the client, as a whole address.
    var redirection: String? {
        guard [301, 302, 303, 307, 308].contains(answerHead.status) else { return nil }
        return easy.text(CURLINFO_REDIRECT_URL)
    }

    private var response: HTTPResponse {
        HTTPResponse(
            status: answerHead.status, headers: answerHead.headers, body: [], url: request.url,
            version: easy.number(CURLINFO_HTTP_VERSION) == CURL_HTTP_VERSION_2_0 ? "2" : "1.1")
    }
}
