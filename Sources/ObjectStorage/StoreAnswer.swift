import Curl

/// What a store says when it says no (Cloud Phone API, OBS errors): XML in the body, or a status alone after HEAD.
struct StoreAnswer {
    let status: Int
    /// `NoSuchKey`; a word made from the status where the answer has no body.
    let code: String
    let message: String
    let requestID: String?
    /// The region that the bucket is in, where the answer says so.
    let region: String?
    /// The host that the bucket is to be asked at, where the answer says so.
    let endpoint: String?
    /// The store's time.
    let date: String?

    init(_ response: HTTPResponse) {
        self.init(response, body: try? XMLReader.read(response.body))  // without a body the status says what is known
    }

    /// - Parameter body: The outermost element of the body, `Error`.
    init(_ response: HTTPResponse, body: XMLElement?) {
        status = response.status
        let error = body?.name == "Error" ? body : nil
        let headers = response.headers
        code = error?.text(of: "Code") ?? headers["x-obs-error-code"] ?? Self.codes[response.status] ?? ""
        message = error?.text(of: "Message") ?? headers["x-obs-error-message"] ?? ""
        requestID =
            headers["x-obs-request-id"] ?? headers["x-amz-request-id"] ?? error?.text(of: "RequestId")
            ?? error?.text(of: "RequestID")
        region = headers["x-obs-bucket-location"] ?? headers["x-amz-bucket-region"] ?? error?.text(of: "Region")
        endpoint = error?.text(of: "Endpoint")
        date = headers["date"]
    }

    /// What a status stands for where no body tells more.
    private static let codes = [
        301: "PermanentRedirect", 307: "TemporaryRedirect", 403: "AccessDenied", 404: "NotFound",
        405: "MethodNotAllowed", 408: "RequestTimeout", 411: "MissingContentLength", 412: "PreconditionFailed",
        416: "InvalidRange", 500: "InternalError", 503: "ServiceUnavailable",
    ]

    /// Whether the keys were refused in a way that new ones may cure.
    var asksForOtherKeys: Bool {
        status == 403
            && ["InvalidAccessKeyId", "ExpiredToken", "RequestExpired", "InvalidToken", "TokenRefreshRequired"]
                .contains(code)
            || status == 400 && ["ExpiredToken", "InvalidToken"].contains(code)
    }

    /// Whether the same request may do a little later (Cloud Phone API, OBS errors, column "Retry").
    var isPassing: Bool {
        switch status {
        // A long operation that failed after its answer had begun.
        case 200: ["InternalError", "ServiceUnavailable", "SlowDown"].contains(code)
        case 400: ["BadDigest", "IncompleteBody", "RequestTimeout"].contains(code)
        case 408, 425, 429: true
        case 409: code == "OperationAborted"
        case 500...: status != 501 && status != 505
        default: false
        }
    }

    /// Whether the store is short of breath, so that everybody must slow down.
    var isBusy: Bool { status == 429 || status == 503 }
}
