import CCurl

extension HTTPError {
    /// Says in plain words why libcurl gave up.
    ///
    /// - Parameter detail: What the library noted beyond its code.
    init(_ status: CURLcode, _ operation: String, detail: String?, limits: HTTPLimits) {
        let words = detail ?? String(cString: curl_easy_strerror(status))
        switch status {
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL:
            self.init(.invalidRequest, operation, words)
        case CURLE_COULDNT_RESOLVE_HOST:
            self.init(.unreachable, operation, words, advice: "check the name and this machine's name service")
        case CURLE_COULDNT_RESOLVE_PROXY:
            self.init(.unreachable, operation, words, advice: "check http_proxy, https_proxy and no_proxy")
        case CURLE_COULDNT_CONNECT:
            self.init(
                .unreachable, operation, words, advice: "check that the server runs and that nothing blocks the way")
        case CURLE_OPERATION_TIMEDOUT:
            self.init(.timedOut, operation, "no connection within \(limits.connect)")
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ISSUER_ERROR:
            self.init(
                .insecure, operation, words,
                advice:
                    "when its certificate comes from a CA of your own, name that in SSL_CERT_FILE, or `ca-file` of an account"
            )
        case CURLE_SSL_CACERT_BADFILE:
            self.init(
                .insecure, operation, words, advice: "check CURL_CA_BUNDLE, SSL_CERT_FILE, and `ca-file` of the account"
            )
        case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CIPHER, CURLE_SSL_ENGINE_INITFAILED, CURLE_SSL_CERTPROBLEM:
            self.init(.insecure, operation, words, advice: "check that the server speaks TLS 1.2 or newer on that port")
        case CURLE_PARTIAL_FILE:
            self.init(.cutShort, operation, words)
        case CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_HTTP2_STREAM, CURLE_HTTP2:
            self.init(.connectionLost, operation, words)
        case CURLE_OUT_OF_MEMORY, CURLcode(rawValue: 100):
            // The library's own bound for one line; newer ones have a code (CURLE_TOO_LARGE) for it.
            self.init(.overLimit, operation, "a line of the answer's header is too long")
        case CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING:
            self.init(.badAnswer, operation, words)
        case CURLE_READ_ERROR, CURLE_ABORTED_BY_CALLBACK:
            self.init(.unreadableBody, operation, words)
        default:
            self.init(.unavailable, operation, words)
        }
    }
}
