import DequeModule
import JSON
import Lanes

/// DeleteCloudPhoneServer, ChangeCloudPhoneServer and ChangeCloudPhoneServerModel.
extension SimulatedCloud {
    func deleteServers(_ call: CloudCall) throws(CloudRefusal) -> CloudAnswer {
        guard let ids = try call.texts("server_ids", orElse: 94), !ids.isEmpty else { throw .cps(95) }
        guard ids.count <= 10 else { throw .cps(96) }
        let found = try readyServers(ids)
        // Yearly and monthly ones are unsubscribed, not deleted.
        guard found.allSatisfy({ $0.chargingMode == 1 }) else {
            throw .cps(56, "Parameter: charging_mode is invalid: the server is not pay-per-use.")
        }
        for server in found {
            server.status = 11
            for phone in server.phones { phone.status = .stopping }
        }
        let job = startWhole(.whole, call)
        let pause = options.durations.duration(of: .deleteServer)
        let jobID = job.id
        keep(
            Task(executorPreference: lane) { [weak self, lane] in
                if pause > .zero { do { try await lane.sleep(for: pause) } catch { return } }
                await self?.remove(ids, jobID)
            }, of: job.id)
        return CloudAnswer(["job_id": .text(job.id)])
    }

    private func remove(_ ids: [String], _ job: String) async {
        for id in ids {
            guard let server = serverTable.removeValue(forKey: id) else { continue }
            servers.removeAll { $0 === server }
            // Work that is under way may still ask its phones for it.
            goneServers.append(server)
            encoders.removeAll { $0.server === server }
            unschedule("model-\(id)")
            for event in events where event.serverID == id && event.state != .completed {
                event.state = .canceled
                unschedule("event-\(event.id)")
            }
            while let work = server.queue.popFirst() {
                for job in work.jobs { job.end(.failure(.cps(156)), at: seconds) }
            }
            await empty(server)
        }
        jobs[job]?.end(.success(), at: seconds)
    }

    /// A job that stands for the whole call.
    private func startWhole(_ target: JobTarget, _ call: CloudCall) -> CloudJob {
        let job = CloudJob(id: makeID(), requestID: call.requestID, target: target)
        job.begin(at: seconds)
        jobs[job.id] = job
        jobsOfRequests[call.requestID] = [job]
        return job
    }

    /// Servers that are all there and work.
    func readyServers(_ ids: [String]) throws(CloudRefusal) -> [CloudServer] {
        guard Set(ids).count == ids.count else { throw .parameter(94, "server_ids") }
        var found: [CloudServer] = []
        for id in ids {
            let server = try server(id)
            guard server.status == 5 else { throw .cps(99) }
            found.append(server)
        }
        return found
    }

    func changeServer(_ call: CloudCall) throws(CloudRefusal) -> CloudAnswer {
        let server = try readyServers([call.path["server_id"] ?? ""])[0]
        guard let name = call.body["phone_model_name"]?.text, !name.isEmpty else {
            throw .parameter(27, "phone_model_name")
        }
        // The server's own specification follows from that of the phones.
        let model = CloudCatalog.phoneModels(options).first { $0["phone_model_name"]?.text == name }
        guard let model = model?["server_model_name"]?.text else { throw .parameter(28, "phone_model_name") }
        let layout = try layout(of: call, on: model)
        let keypair = try keypair(of: call)
        let zone = try zone(of: call)
        if let value = call.body["extend_param"], value != .null {
            guard let members = value.members else { throw .parameter(55, "extend_param") }
            if let project = try ServerOrderBody.text(members, "enterprise_project_id", orElse: 55) {
                server.enterpriseProjectID = project
            }
        }
        // The new hardware is there before the old one goes.
        guard servers.count < options.serverQuota else { throw .cps(196) }
        server.status = 1
        for phone in server.phones { phone.status = .stopping }
        let answer = start(.changeServer, call, [JobRequest(server)]) { [self] id in
            await replace(id, model, layout, keypair, zone)
        }
        let job = answer.body?["jobs"]?.elements?.first?["job_id"] ?? .null
        return CloudAnswer([
            "server_id": .text(server.id), "job_id": job, "error_code": .null, "error_msg": .null,
        ])
    }

    private func replace(
        _ id: String, _ model: String, _ layout: NewPhones, _ keypair: String?, _ zone: String?
    ) async -> JobOutcome {
        guard let server = serverTable[id] else { return .failure(.cps(156)) }
        await empty(server)
        server.shelf.removeAll()
        server.model = model
        server.keypair = keypair ?? server.keypair
        server.zone = zone ?? server.zone
        server.networkVersion = "v2"
        await fill(server, with: layout)
        server.status = 5
        server.updated = seconds
        return .success()
    }

    func changeServerModel(_ call: CloudCall) async throws(CloudRefusal) -> CloudAnswer {
        let server = try readyServers([call.text("server_id", orElse: 97)])[0]
        let model = try serverModel(call.body["server_model_name"])
        guard Self.generation(model) == Self.generation(server.model) else {
            throw .parameter(89, "server_model_name")
        }
        let phoneModel = try phoneModel(call.body["phone_model_name"], on: model)
        guard phoneModel["phone_capacity"]?.integer == Int64(server.phones.count) else {
            throw .parameter(28, "phone_model_name")
        }
        var paysAtOnce = false
        if let value = call.body["extend_param"], value != .null {
            guard let members = value.members else { throw .parameter(55, "extend_param") }
            paysAtOnce = try ServerOrderBody.optional(members, "is_auto_pay", in: 0...1, orElse: 60) == 1
        }
        let order = place(
            .model(server: server.id, model: model, phoneModel: phoneModel["phone_model_name"]?.text ?? ""))
        if paysAtOnce || !options.leavesOrdersUnpaid { await pay(order) }
        return CloudAnswer([
            "order_id": .text(order.id), "product_id": .text(Self.id(options.seed, "product", 0)), "error_code": .null,
            "error_msg": .null,
        ])
    }

    /// `rx1` of `physical.rx1.xlarge`.
    private static func generation(_ model: String) -> Substring? { model.split(separator: ".").dropFirst().first }

    func changeLater(_ id: String, to model: String, _ phoneModel: String, _ order: String) {
        schedule("model-\(id)", after: options.modelChange) { [weak self] in
            await self?.change(id, to: model, phoneModel, order)
        }
    }

    private func change(_ id: String, to model: String, _ phoneModel: String, _ order: String) {
        guard let server = serverTable[id] else { return }
        server.model = model
        server.phoneModel = phoneModel
        server.orderID = order
        server.updated = seconds
    }
}
