import CCurl

/// Owns one `CURL *` and what it borrows: its header lines and the buffer of its last words.
final class EasyHandle {
    let pointer: UnsafeMutableRawPointer
    private let operation: String
    private var lines: UnsafeMutablePointer<curl_slist>?
    private let lastWords = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))

    init(for operation: String) throws(HTTPError) {
        guard Library.isReady, let pointer = curl_easy_init() else {
            lastWords.deallocate()
            throw HTTPError(.unavailable, operation, "libcurl cannot be started")
        }
        self.pointer = pointer
        self.operation = operation
        lastWords.pointee = 0
        try check(drover_set_pointer(pointer, CURLOPT_ERRORBUFFER, lastWords))
    }

    deinit {
        curl_easy_cleanup(pointer)
        curl_slist_free_all(lines)
        lastWords.deallocate()
    }

    /// What the library noted about a failure, beyond its code.
    var detail: String? {
        lastWords.pointee == 0 ? nil : String(cString: lastWords)
    }

    // MARK: Options

    func set(_ option: CURLoption, _ value: Int) throws(HTTPError) {
        try check(drover_set_long(pointer, option, value))
    }

    func set(_ option: CURLoption, size: Int64) throws(HTTPError) {
        try check(drover_set_size(pointer, option, curl_off_t(size)))
    }

    /// The library copies the text.
    func set(_ option: CURLoption, _ text: String) throws(HTTPError) {
        try check(drover_set_text(pointer, option, text))
    }

    func set(_ option: CURLoption, lent context: UnsafeMutableRawPointer) throws(HTTPError) {
        try check(drover_set_pointer(pointer, option, context))
    }

    func set(fields: [String]) throws(HTTPError) {
        for field in fields {
            guard let longer = curl_slist_append(lines, field) else {
                throw HTTPError(.unavailable, operation, "out of memory")
            }
            lines = longer
        }
        try check(drover_set_headers(pointer, lines))
    }

    func check(_ status: CURLcode) throws(HTTPError) {
        guard status == CURLE_OK else {
            throw HTTPError(.unavailable, operation, "libcurl: " + String(cString: curl_easy_strerror(status)))
        }
    }

    // MARK: Answers

    func number(_ info: CURLINFO) -> Int {
        var value = 0
        return drover_get_long(pointer, info, &value) == CURLE_OK ? value : 0
    }

    func text(_ info: CURLINFO) -> String? {
        var value: UnsafeMutablePointer<CChar>?
        guard drover_get_text(pointer, info, &value) == CURLE_OK, let value else { return nil }
        return String(cString: value)
    }
}

/// The library's state for the whole process.
enum Library {
    /// Whether it could be started; safe from any thread since 7.84, and Debian's is built that way.
    static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
}
