import CCurl

extension EasyHandle {
    /// Sets everything that a request needs but the callbacks.
    func configure(
        _ request: HTTPRequest, options: HTTPClientOptions, bodySize: Int64?, isDownload: Bool
    ) throws(HTTPError) {
        try set(CURLOPT_URL, request.url.text)
        try set(CURLOPT_PROTOCOLS_STR, "http,https")
        // What was signed is what is sent.
        try set(CURLOPT_PATH_AS_IS, 1)
        // Signals belong to the program, and the library's resolver would use one.
        try set(CURLOPT_NOSIGNAL, 1)
        // Redirections are followed by the client, which decides what may go along.
        try set(CURLOPT_FOLLOWLOCATION, 0)
        try set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        try set(CURLOPT_USERAGENT, options.userAgent)
        try set(CURLOPT_CONNECTTIMEOUT_MS, Self.milliseconds(request.limits.connect))
        try set(CURLOPT_TCP_KEEPALIVE, 1)
        // Rather one more stream of an HTTP/2 connection that is being made than another connection.
        try set(CURLOPT_PIPEWAIT, 1)
        // The library's buffer, per transfer: large for files, small where there may be hundreds.
        try set(CURLOPT_BUFFERSIZE, isDownload ? 128 << 10 : 16 << 10)
        try setTrust(options)
        try setMethod(request, bodySize: bodySize)
        var lines: [String] = []
        for field in request.fields { lines.append(try field.line(for: request.operation)) }
        try set(fields: lines)
    }

    private func setTrust(_ options: HTTPClientOptions) throws(HTTPError) {
        try set(CURLOPT_SSL_VERIFYPEER, 1)
        try set(CURLOPT_SSL_VERIFYHOST, 2)
        try set(CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
        if let file = options.certificateFile { try set(CURLOPT_CAINFO, file) }
        if let folder = options.certificateFolder { try set(CURLOPT_CAPATH, folder) }
        switch options.proxy {
        case .environment: break
        case .none: try set(CURLOPT_PROXY, "")
        case .address(let address):
            try set(CURLOPT_PROXY, address)
            try set(CURLOPT_NOPROXY, "")
        }
    }

    private func setMethod(_ request: HTTPRequest, bodySize: Int64?) throws(HTTPError) {
        guard !request.method.isEmpty, request.method.utf8.allSatisfy({ $0 >= 0x41 && $0 <= 0x5A }) else {
            throw HTTPError(.invalidRequest, request.operation, "a method is a word in capitals")
        }
        if let bodySize {
            try set(CURLOPT_UPLOAD, 1)
            try set(CURLOPT_INFILESIZE_LARGE, size: bodySize)
            try set(CURLOPT_UPLOAD_BUFFERSIZE, bodySize > 1 << 20 ? 256 << 10 : 64 << 10)
        } else if request.method == "HEAD" {
            try set(CURLOPT_NOBODY, 1)
        }
        if request.method != "GET" || bodySize != nil, request.method != "HEAD" {
            try set(CURLOPT_CUSTOMREQUEST, request.method)
        }
    }

    /// Whole milliseconds, at least one, as 0 would stand for the library's default.
    private static func milliseconds(_ duration: Duration) -> Int {
        let (seconds, attoseconds) = duration.components
        return Int(clamping: max(1, min(seconds, 1 << 31) * 1000 + attoseconds / 1_000_000_000_000_000))
    }
}
