import JSON
import Lanes
import Signing

/// The gateway in front of the services: finds the operation, lets the caller in, holds the limits, and spells answers.
struct CloudGateway: HTTPHandler {
    let cloud: SimulatedCloud
    /// The most that a body may hold (Cloud Phone API, endpoints).
    static let largestBody = 12 << 20

    func answer(_ request: HTTPRequestHead, _ body: HTTPRequestBody) async throws -> HTTPReply {
        let bytes = try await body.bytes(atMost: Self.largestBody)
        var reply = await cloud.answer(request, bytes)
        let time = SigningTime(secondsSince1970: Int(await cloud.seconds))
        reply.fields.append((name: "Date", value: time.header))
        return reply
    }

    func refusal(_ problem: HTTPProblem, of request: HTTPRequestHead?) -> HTTPReply {
        let status = problem.status == 431 ? 494 : problem.status
        let refusal = CloudRefusal(status, "APIGW.0201", "Backend or request error: \(problem)")
        var reply = Self.reply(refusal, requestID: SimulatedCloud.id(0, "refusal", UInt64(status)))
        reply.ending = .close
        return reply
    }

    static func reply(_ refusal: CloudRefusal, requestID: String) -> HTTPReply {
        reply(
            refusal.status,
            [
                "error_code": .text(refusal.code), "error_msg": .text(refusal.message),
                "request_id": .text(requestID),
            ], requestID: requestID)
    }

    static func reply(_ status: Int, _ body: [String: JSONValue]?, requestID: String) -> HTTPReply {
        let fields = [(name: "X-Request-Id", value: requestID), (name: "Server", value: "api-gateway")]
        guard let body else { return HTTPReply(status, fields) }
        return HTTPReply(
            status, fields + [(name: "Content-Type", value: "application/json")],
            .bytes(JSONValue.object(body).bytes))
    }
}

extension SimulatedCloud {
    /// Answers a request to IAM or to the service, with the faults that are due.
    func answer(_ head: HTTPRequestHead, _ bytes: [UInt8]) async -> HTTPReply {
        let requestID = makeID()
        let asked = Asked(
            name: nil, requestID: requestID, body: bytes, nanoseconds: lane.now.nanoseconds)
        if let operation = IdentityOperation(head) {
            return await answer(asked.named(operation.rawValue)) {
                let reply = try self.answer(operation, head, bytes)
                if let keys = self.identities.takeFreshKeys() { await self.objects.letIn(keys) }
                return reply
            } refused: { refusal in
                Self.identityReply(refusal, requestID)
            }
        }
        if let path = InstanceRoute.path(of: head, below: options.koophonePath) {
            return await answerInstances(asked, path, head, bytes)
        }
        let (routes, values, isKnown) = CloudRoute.find(head)
        guard !routes.isEmpty else {
            log.note { $0.unknown += 1 }
            let status = isKnown ? 405 : 404
            return CloudGateway.reply(
                CloudRefusal(status, "APIGW.0101", "The API does not exist or has not been published."),
                requestID: requestID)
        }
        let body = bytes.isEmpty ? [:] : JSONValue(parsing: bytes)?.members
        guard let route = routes.first(where: { $0.isMeant?(body ?? [:]) ?? true }) ?? routes.first else {
            return .hangUp
        }
        return await answer(asked.named(route.name)) {
            let caller = try self.authenticate(head, bytes)
            try self.admit(route, caller, values)
            guard let body else { throw CloudRefusal(400, "APIGW.0201", "The request body is no JSON object.") }
            if let isMeant = route.isMeant, !isMeant(body) { throw Self.notTold(route, body) }
            let call = CloudCall(requestID: requestID, caller: caller, path: values, head: head, body: body)
            var answer = try await route.answer(self, call)
            if answer.tellsRequest { answer.body?["request_id"] = .text(requestID) }
            return CloudGateway.reply(answer.status, answer.body, requestID: requestID)
        } refused: { refusal in
            CloudGateway.reply(refusal, requestID: requestID)
        }
    }

    /// A body that none of the operations of its path takes.
    private static func notTold(_ route: CloudRoute, _ body: [String: JSONValue]) -> CloudRefusal {
        if route.path.hasSuffix("/commands") { return .parameter(117, "command") }
        if route.path.hasSuffix("/action") { return .parameter(47, "action") }
        return .parameter(134, "bucket_name")
    }

    /// Everything that stands between a caller who is known and the operation.
    private func admit(_ route: CloudRoute, _ caller: String, _ values: [String: String]) throws(CloudRefusal) {
        guard values["project_id"] == options.projectID else {
            throw CloudRefusal(403, "APIGW.0310", "The project is unavailable.")
        }
        if let restriction { throw .code(restriction.rawValue) }
        guard !options.deniedOperations.contains(route.name) else { throw .cps(1) }
        if route.name == "RunSyncCommand" {
            try limiter.pass(.syncCommands(user: caller), at: lane.now)
        } else if route.isWrite {
            try limiter.pass(.writes, at: lane.now)
        } else {
            try limiter.pass(.reads(operation: route.name), at: lane.now)
        }
    }

    /// What is written down of a call.
    struct Asked {
        var name: String?
        let requestID: String
        let body: [UInt8]
        let nanoseconds: UInt64

        func named(_ name: String) -> Asked {
            var asked = self
            asked.name = name
            return asked
        }
    }

    /// Answers a call between the faults that come before and after it, and writes it down.
    func answer(
        _ asked: Asked, _ body: () async throws -> HTTPReply, refused: (CloudRefusal) -> HTTPReply
    ) async -> HTTPReply {
        let name = asked.name ?? ""
        let fault = dueFault(name)
        var reply: HTTPReply
        do {
            if let refusal = fault.flatMap(refusalBefore) { throw refusal }
            reply = try await body()
        } catch let refusal as CloudRefusal {
            reply = refused(refusal)
            if refusal.status == 429 { log.note { $0.throttled[name, default: 0] += 1 } }
        } catch {
            reply = refused(.cps(3, "\(error)"))
        }
        if let fault { reply = await spoil(reply, fault, refused) }
        let status = reply.ending == .hangUp ? 0 : reply.status
        log.note { record in
            record.calls.append(
                .init(
                    operation: name, status: status, requestID: asked.requestID,
                    body: Array(asked.body.prefix(CloudRecord.Call.longestBody)),
                    nanoseconds: asked.nanoseconds))
        }
        return reply
    }

    /// The fault that a call of this operation meets; each counts its calls.
    private func dueFault(_ operation: String) -> CloudFault.Kind? {
        for (place, fault) in faults.enumerated() {
            guard fault.times > 0, fault.operations?.contains(operation) ?? true else { continue }
            if fault.after > 0 {
                faults[place].after -= 1
                continue
            }
            faults[place].times -= 1
            return fault.kind
        }
        return nil
    }

    private func refusalBefore(_ fault: CloudFault.Kind) -> CloudRefusal? {
        switch fault {
        case .throttled: RateLimiter.refusal(options.writesPerMinute ?? 200)
        case .failsBefore(let status): CloudRefusal(status, "APIGW.0201", "Backend unavailable.")
        case .saysNo(let code): CloudRefusal(200, code, "The request is rejected.")
        case .tokenDies: CloudRefusal(401, "APIGW.0307", "The token must be updated.")
        default: nil
        }
    }

    private func spoil(
        _ reply: HTTPReply, _ fault: CloudFault.Kind, _ refused: (CloudRefusal) -> HTTPReply
    ) async -> HTTPReply {
        var reply = reply
        switch fault {
        case .throttled, .failsBefore, .saysNo: break
        case .tokenDies: identities.killTokens()
        case .failsAfter(let status): return refused(CloudRefusal(status, "APIGW.0201", "Backend timeout."))
        case .dropsAnswer: return .hangUp
        case .malformed: reply.body = .bytes(Array("{\"request_id\":\"".utf8))
        case .truncated: reply.ending = .cut(afterBytes: reply.body.count / 2)
        case .redirect(let place): return HTTPReply(307, [(name: "Location", value: place)])
        case .huge(let count):
            guard case .bytes(let bytes) = reply.body else { return reply }
            reply.body = .bytes([UInt8](repeating: 0x20, count: count) + bytes)
        case .late(let duration): try? await lane.sleep(for: duration)  // a server that stops answers at once
        }
        return reply
    }
}
