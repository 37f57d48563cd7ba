extension HTTPRequest {
    /// The request that a redirection leads to.
    ///
    /// - Throws: ``HTTPError`` when it leads where nothing may be sent: from TLS to plain text, away from HTTP, or with a
    ///   body to another host.
    func redirected(to place: String, status: Int) throws(HTTPError) -> HTTPRequest {
        let target: HTTPURL
        do {
            target = try HTTPURL(place)
        } catch {
            throw HTTPError(.badRedirection, operation, "redirected to something that is no http or https address")
        }
        guard target.isSecure || !url.isSecure else {
            throw HTTPError(
                .badRedirection, operation, "redirected from https to \(target.readable)",
                advice: "an answer without TLS could come from anybody")
        }
        var next = self
        next.url = target
        // 303 asks for another page; for 301 and 302 every browser does the same with POST.
        if status == 303 && method != "HEAD" || status != 307 && status != 308 && method == "POST" {
            next.method = "GET"
            next.body = .none
            next.fields.removeAll { $0.name.lowercased().hasPrefix("content-") }
        }
        guard !url.isSameOrigin(as: target) else { return next }
        guard next.body == .none else {
            throw HTTPError(.badRedirection, operation, "redirected with its body to \(target.readable)")
        }
        next.fields.removeAll { !$0.mayLeaveOrigin }
        return next
    }
}
