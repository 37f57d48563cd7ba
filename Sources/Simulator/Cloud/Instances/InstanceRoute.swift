import JSON
import Lanes

/// One operation of KooPhone: how it is reached, and what answers it.
struct InstanceRoute: Sendable {
    typealias Answer = @Sendable (SimulatedCloud, CloudCall) async throws -> JSONValue

    /// The name in the documentation, such as `ListInstances`.
    let name: String
    let method: String
    /// What stands behind `/v1/instances`.
    let path: String
    let isWrite: Bool
    let answer: Answer

    private static let base = "/v1/instances"

    /// What stands behind the base of all paths; nil for the path of another service.
    static func path(of head: HTTPRequestHead, below prefix: String) -> Substring? {
        guard head.rawPath.hasPrefix("\(prefix)\(base)/") else { return nil }
        return head.rawPath.dropFirst(prefix.count + base.count)
    }

    /// The operation of a path; what is spelt out goes before a name.
    static func find(_ method: String, _ path: Substring) -> (route: InstanceRoute, values: [String: String])? {
        let pieces = path.split(separator: "/", omittingEmptySubsequences: false)
        let found = all.filter { $0.method == method }.compactMap { route -> (InstanceRoute, [String: String])? in
            let parts = route.path.split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count == pieces.count else { return nil }
            var values: [String: String] = [:]
            for (part, piece) in zip(parts, pieces) {
                if part.hasPrefix("{"), !piece.isEmpty {
                    values[String(part.dropFirst().dropLast())] = HTTPRequestHead.decoded(piece)
                } else if part != piece {
                    return nil
                }
            }
            return (route, values)
        }
        return found.min { $0.1.count < $1.1.count }
    }

    private init(_ name: String, _ method: String, _ path: String, isWrite: Bool, _ answer: @escaping Answer) {
        self.name = name
        self.method = method
        self.path = path
        self.isWrite = isWrite
        self.answer = answer
    }

    private static func looks(_ name: String, _ method: String, _ path: String, _ answer: @escaping Answer) -> Self {
        Self(name, method, path, isWrite: false, answer)
    }

    private static func does(
        _ name: String, _ path: String, method: String = "POST", _ answer: @escaping Answer
    ) -> Self {
        Self(name, method, path, isWrite: true, answer)
    }

    /// The table of the service (Cloud Phone API, KooPhone).
    static let all: [InstanceRoute] = [
        looks("ListInstances", "GET", "/batch-query") { try await $0.listInstances($1) },
        looks("BatchShowInstance", "POST", "/batch-query-status") { try await $0.showInstances($1) },
        looks("BatchShowSku", "GET", "/sku") { cloud, _ in await cloud.showSkus() },
        does("CreateInstance", "/create") { try await $0.orderInstances($1) },
        does("DeleteInstance", "/delete") { try await $0.deleteInstances($1) },
        does("ProvisionInstance", "/assign") { try await $0.assignInstances($1) },
        does("CancelInstance", "/unassign") { try await $0.unassignInstances($1) },
        does("BatchRebootInstance", "/reboot") { try await $0.rebootInstances($1) },
        does("BatchResetInstance", "/batch-reset") { try await $0.resetInstances($1) },
        does("SyncInvokeInstance", "/sync-command") { try await $0.runSyncLine($1) },
        does("AsyncInvokeInstance", "/async-command") { try await $0.runAsyncLine($1) },
        looks("ExecuteJob", "GET", "/tasks/{task_id}") { try await $0.showTask($1) },
        does("InstallApp", "/app/install") { try await $0.installApp($1) },
        looks("ListInstanceApp", "GET", "/{instance_id}/app-list") { try await $0.listApps($1) },
        does("SetVideo", "/video-setting", method: "PUT") { try await $0.setVideo($1) },
        does("BatchBackupInstances", "/backup") { try await $0.backUpInstances($1) },
        does("BatchPrepareInstances", "/prepare") { try await $0.prepareInstances($1) },
        looks("ShowProgress", "POST", "/prepare-progress") { try await $0.showProgress($1) },
        does("ExecuteInstanceAuthToken", "/{instance_id}/auth") { try await $0.openInstance($1) },
        does("StopInstancesSession", "/session/release") { try await $0.touchInstance($1) },
        does("StopInstancesStreaming", "/streaming/stop") { try await $0.touchInstance($1) },
    ]
}

extension CloudRefusal {
    /// A value that KooPhone does not take.
    static func badParameter(_ name: String) -> CloudRefusal {
        CloudRefusal(400, "KOOPHONE.API.1000", "The parameter \(name) is invalid.")
    }

    /// An instance that is not the caller's, or is not there.
    static let noRight = CloudRefusal(400, "KOOPHONE.API.1001", "No permission on the instance.")
}

extension SimulatedCloud {
    /// Answers a call of KooPhone, in its envelope.
    func answerInstances(
        _ asked: Asked, _ path: Substring, _ head: HTTPRequestHead, _ bytes: [UInt8]
    ) async -> HTTPReply {
        guard let (route, values) = InstanceRoute.find(head.method, path) else {
            log.note { $0.unknown += 1 }
            return CloudGateway.reply(
                CloudRefusal(404, "APIGW.0101", "The API does not exist or has not been published."),
                requestID: asked.requestID)
        }
        return await answer(asked.named(route.name)) {
            let caller = try self.authenticateForInstances(head)
            try self.admit(route)
            try self.take(
                route.name == "ListInstances" ? head.parameter("x-request-id") : head.value(of: "x-request-id"))
            guard let body = bytes.isEmpty ? [:] : JSONValue(parsing: bytes)?.members else {
                throw CloudRefusal.badParameter("body")
            }
            let call = CloudCall(requestID: asked.requestID, caller: caller, path: values, head: head, body: body)
            let data = try await route.answer(self, call)
            return CloudGateway.reply(
                200, ["error_code": "0", "error_msg": "success", "data": data], requestID: asked.requestID)
        } refused: { refusal in
            // The service's own failures have its own code.
            let code = refusal.code.hasPrefix("CPS.") ? "KOOPHONE.API.9999" : refusal.code
            let body: [String: JSONValue] = ["error_code": .text(code), "error_msg": .text(refusal.message)]
            return CloudGateway.reply(refusal.status, body, requestID: asked.requestID)
        }
    }

    private func admit(_ route: InstanceRoute) throws(CloudRefusal) {
        if let restriction {
            throw CloudRefusal(403, "APIGW.0802", "The account is restricted (\(restriction.rawValue)).")
        }
        guard !options.deniedOperations.contains(route.name) else {
            throw CloudRefusal(403, "APIGW.0302", "The user is not allowed to call this.")
        }
        try limiter.pass(route.isWrite ? .instanceWrites : .reads(operation: route.name), at: lane.now)
    }

    /// Takes the id that the caller made, which must be there and new.
    private func take(_ id: String?) throws(CloudRefusal) {
        guard let id, (1...64).contains(id.utf8.count), callerIDs.insert(id).inserted else {
            throw .badParameter("x-request-id")
        }
    }
}
