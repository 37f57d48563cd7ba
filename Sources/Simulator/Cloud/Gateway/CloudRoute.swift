import JSON

/// One operation of the service: how it is reached, and what answers it.
struct CloudRoute: Sendable {
    typealias Answer = @Sendable (SimulatedCloud, CloudCall) async throws -> CloudAnswer

    /// The name in the documentation, such as `ListCloudPhones`.
    let name: String
    let method: String
    /// The path with names in braces, such as `/v1/{project_id}/cloud-phone/phones/{phone_id}`.
    let path: String
    /// Tells operations apart that share method and path; nil for those that do not.
    let isMeant: (@Sendable ([String: JSONValue]) -> Bool)?
    /// Whether flow control counts it as a write.
    let isWrite: Bool
    let answer: Answer
    private let parts: [Substring]

    init(
        _ name: String, _ method: String, _ path: String, isWrite: Bool? = nil,
        when isMeant: (@Sendable ([String: JSONValue]) -> Bool)? = nil, _ answer: @escaping Answer
    ) {
        self.name = name
        self.method = method
        self.path = path
        self.isMeant = isMeant
        self.isWrite = isWrite ?? (method != "GET")
        self.answer = answer
        parts = path.split(separator: "/", omittingEmptySubsequences: false)
    }

    /// The values of the names in the path; nil when it is another one.
    func values(_ pieces: [Substring]) -> [String: String]? {
        guard pieces.count == parts.count else { return nil }
        var values: [String: String] = [:]
        for (part, piece) in zip(parts, pieces) {
            if part.hasPrefix("{") {
                guard !piece.isEmpty else { return nil }
                values[String(part.dropFirst().dropLast())] = HTTPRequestHead.decoded(piece)
            } else if part != piece {
                return nil
            }
        }
        return values
    }

    /// The operations of a method and path, and whether the path is known with any method.
    static func find(_ head: HTTPRequestHead) -> (routes: [CloudRoute], values: [String: String], isKnown: Bool) {
        let pieces = head.rawPath.split(separator: "/", omittingEmptySubsequences: false)
        var routes: [CloudRoute] = []
        var values: [String: String] = [:]
        var isKnown = false
        for route in OperationTable.all {
            // What is spelt out goes before a name: `/servers/share-files` is no server's id.
            guard let found = route.values(pieces) else { continue }
            isKnown = true
            guard route.method == head.method else { continue }
            guard routes.isEmpty || found.count <= values.count else { continue }
            if found.count < values.count { routes = [] }
            routes.append(route)
            values = found
        }
        return (routes, values, isKnown)
    }
}
