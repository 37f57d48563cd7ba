import JSON

/// A call as the service reads it: who calls, and the values of path, query and body.
struct CloudCall: Sendable {
    let requestID: String
    /// Who calls, as flow control counts.
    let caller: String
    /// The values in the path, by their names.
    let path: [String: String]
    let head: HTTPRequestHead
    /// The members of the body; empty for none.
    let body: [String: JSONValue]

    // MARK: Query

    /// A whole number of the query.
    ///
    /// - Throws: CPS.0002 when it is none, or not in the range.
    func integer(_ name: String, in range: ClosedRange<Int>, default usual: Int) throws(CloudRefusal) -> Int {
        guard let text = head.parameter(name) else { return usual }
        guard let number = Int(text), range.contains(number) else { throw .parameter(2, name) }
        return number
    }

    /// A filter of the query that is a whole number.
    func filter(_ name: String, orElse code: Int) throws(CloudRefusal) -> Int? {
        guard let text = head.parameter(name) else { return nil }
        guard let number = Int(text) else { throw .parameter(code, name) }
        return number
    }

    /// A part of a list by `offset` and `limit`.
    func page<Element>(_ all: [Element], most: Int, usual: Int? = nil) throws(CloudRefusal) -> [Element] {
        let offset = try integer("offset", in: 0...Int(Int32.max), default: 0)
        let limit = try integer("limit", in: 1...most, default: usual ?? most)
        return Array(all.dropFirst(offset).prefix(limit))
    }

    /// A part of a list by `marker` and `limit`; the marker is the name of the last one told.
    ///
    /// - Returns: The part, and the next marker where there is more.
    func page<Element>(
        _ all: [Element], most: Int, usual: Int, name: (Element) -> String
    ) throws(CloudRefusal) -> (part: [Element], next: String?) {
        let limit = try integer("limit", in: 1...most, default: usual)
        var rest = all[...]
        if let marker = head.parameter("marker"), !marker.isEmpty {
            guard let place = all.firstIndex(where: { name($0) == marker }) else { throw .parameter(2, "marker") }
            rest = all[(place + 1)...]
        }
        let part = Array(rest.prefix(limit))
        return (part, rest.count > limit ? part.last.map(name) : nil)
    }

    // MARK: Body

    /// A text of the body.
    func text(_ name: String, orElse code: Int) throws(CloudRefusal) -> String {
        guard let text = body[name]?.text else { throw .parameter(code, name) }
        return text
    }

    /// A list of texts of the body; nil where there is none.
    func texts(_ name: String, orElse code: Int) throws(CloudRefusal) -> [String]? {
        guard let value = body[name], value != .null else { return nil }
        guard let elements = value.elements else { throw .parameter(code, name) }
        let texts = elements.compactMap(\.text)
        guard texts.count == elements.count else { throw .parameter(code, name) }
        return texts
    }

    /// A list of mappings of the body that must not be empty.
    func objects(_ name: String, orElse code: Int) throws(CloudRefusal) -> [[String: JSONValue]] {
        guard let elements = body[name]?.elements, !elements.isEmpty else { throw .parameter(code, name) }
        let objects = elements.compactMap(\.members)
        guard objects.count == elements.count else { throw .parameter(code, name) }
        return objects
    }
}

/// What an operation answers; the id of the request is added to the body.
struct CloudAnswer: Sendable {
    var status = 200
    /// Nil for an empty body.
    var body: [String: JSONValue]? = [:]
    /// Whether the body tells the id of the request; answers about tags do not.
    var tellsRequest = true

    init(_ body: [String: JSONValue] = [:], tellsRequest: Bool = true) {
        self.body = body
        self.tellsRequest = tellsRequest
    }

    /// 204 without a body.
    static var nothing: CloudAnswer {
        var answer = CloudAnswer()
        answer.status = 204
        answer.body = nil
        return answer
    }
}
