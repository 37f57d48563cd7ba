import JSON

/// RestartCloudPhone, StopCloudPhone and ResetCloudPhone.
extension SimulatedCloud {
    func restartPhones(_ call: CloudCall) throws(CloudRefusal) -> CloudAnswer {
        let image = try imageID(of: call)
        let requests = try phoneEntries(of: call)
        begin(requests, as: .restarting, image: image)
        return start(.restart, call, requests) { [self] id in await finishRestart(ofPhone: id) }
    }

    func stopPhones(_ call: CloudCall) throws(CloudRefusal) -> CloudAnswer {
        guard let ids = try call.texts("phone_ids", orElse: 80), !ids.isEmpty else { throw .cps(9) }
        let requests = try limited(ids).map { request(forPhone: $0, .settled) }
        begin(requests, as: .stopping, image: nil)
        return start(.stop, call, requests) { [self] id in await stop(phone: id) }
    }

    func resetPhones(_ call: CloudCall) throws(CloudRefusal) -> CloudAnswer {
        let image = try imageID(of: call)
        let requests = try phoneEntries(of: call)
        begin(requests, as: .resetting, image: image)
        let forgetting = (call.body["phones"]?.elements ?? []).filter { $0["factory_reset_enabled"]?.flag == true }
            .compactMap { $0["phone_id"]?.text }
        return start(.reset, call, requests) { [self] id in
            await reset(phone: id, forgets: forgetting.contains(id))
        }
    }

    // MARK: Reading

    private func imageID(of call: CloudCall) throws(CloudRefusal) -> String? {
        guard let value = call.body["image_id"], value != .null else { return nil }
        guard let id = value.text, id.utf8.count <= 32 else { throw .parameter(30, "image_id") }
        guard isUsable(image: id) else { throw .cps(166) }
        return id
    }

    /// `phones` with an id each, and perhaps properties, which take effect with the start.
    private func phoneEntries(of call: CloudCall) throws(CloudRefusal) -> [JobRequest] {
        guard call.body["phones"] != nil else { throw .cps(81) }
        let entries = try call.objects("phones", orElse: 77)
        guard entries.count <= options.phonesPerCall else { throw .cps(190) }
        return entries.map { entry in
            let request = request(forPhone: entry["phone_id"]?.text ?? "", .settled)
            guard request.refusal == nil, let text = entry["property"]?.text else { return request }
            do throws(CloudRefusal) {
                let properties = try PhoneProperties(text, nil)
                if case .phone(let id) = request.target { phoneTable[id]?.properties.merge(properties.service) { $1 } }
                return request
            } catch { return JobRequest(request.target, refused: error) }
        }
    }

    func limited(_ ids: [String]) throws(CloudRefusal) -> [String] {
        guard ids.count <= options.phonesPerCall else { throw .cps(190) }
        return ids
    }

    /// Phones change as soon as the call is taken, so that a second one meets them on their way.
    private func begin(_ requests: [JobRequest], as status: CloudPhone.Status, image: String?) {
        for request in requests where request.refusal == nil {
            guard case .phone(let id) = request.target, let phone = phoneTable[id] else { continue }
            phone.status = status
            phone.updated = seconds
            if let image { phone.imageID = image }
        }
    }

    // MARK: Doing

    private func finishRestart(ofPhone id: String) async -> JobOutcome {
        guard let phone = phoneTable[id] else { return .failure(.cps(5)) }
        await restart(phone)
        return .success()
    }

    func restart(_ phone: CloudPhone) async {
        await phone.phone.switchOff()
        await phone.phone.setProperties(phone.allProperties)
        await phone.phone.switchOn()
        log.count(phone.id) { $0.restarts += 1 }
        settle(phone, as: .running)
    }

    private func stop(phone id: String) async -> JobOutcome {
        guard let phone = phoneTable[id] else { return .failure(.cps(5)) }
        await phone.phone.switchOff()
        log.count(id) { $0.stops += 1 }
        settle(phone, as: .stopped)
        return .success()
    }

    /// - Parameter forgets: Whether the properties that were set before are forgotten too.
    private func reset(phone id: String, forgets: Bool) async -> JobOutcome {
        guard let phone = phoneTable[id] else { return .failure(.cps(5)) }
        await phone.phone.switchOff()
        await phone.phone.wipe()
        await phone.phone.show(phone.server.shelf.entries)
        if forgets {
            phone.properties = [:]
            phone.ownProperties = [:]
        }
        await phone.phone.setProperties(phone.allProperties)
        await phone.phone.switchOn()
        log.count(id) { $0.resets += 1 }
        settle(phone, as: .running)
        return .success()
    }

    private func settle(_ phone: CloudPhone, as status: CloudPhone.Status) {
        phone.status = status
        phone.updated = seconds
    }
}
