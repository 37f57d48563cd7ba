import JSON

/// ImportTraffic and ExpandPhoneDataVolumeSize.
extension SimulatedCloud {
    func routeTraffic(_ call: CloudCall) throws(CloudRefusal) -> CloudAnswer {
        guard let type = call.body["traffic_type"]?.text, ["direct", "routing"].contains(type) else {
            throw .parameter(116, "traffic_type")
        }
        guard let ids = try call.texts("phone_ids", orElse: 80), !ids.isEmpty else { throw .cps(9) }
        guard ids.count <= 100 else { throw .cps(190) }
        let requests = ids.map { request(forPhone: $0, .running) }
        return start(.traffic, call, requests) { [self] id in await setTraffic(type, of: id) }
    }

    private func setTraffic(_ type: String, of id: String) -> JobOutcome {
        guard let phone = phoneTable[id] else { return .failure(.cps(5)) }
        phone.traffic = type
        phone.updated = seconds
        return .success()
    }

    func expandDisks(_ call: CloudCall) throws(CloudRefusal) -> CloudAnswer {
        let entries = try call.objects("phones", orElse: 77)
        guard entries.count <= options.phonesPerCall else { throw .cps(190) }
        var sizes: [String: Int64] = [:]
        let requests = entries.map { entry -> JobRequest in
            let id = entry["phone_id"]?.text ?? ""
            let request = request(forPhone: id, .settled)
            guard request.refusal == nil, let present = phoneTable[id]?.diskSize else { return request }
            guard let size = entry["new_size"]?.integer, size >= present, size < 32_768 else {
                return JobRequest(request.target, refused: .parameter(77, "new_size"))
            }
            sizes[id] = size
            return request
        }
        return start(.expand, call, requests) { [self, sizes] id in await expand(id, to: sizes[id] ?? 0) }
    }

    /// A call that was taken later may have made it larger meanwhile.
    private func expand(_ id: String, to size: Int64) -> JobOutcome {
        guard let phone = phoneTable[id] else { return .failure(.cps(5)) }
        guard size >= phone.diskSize else { return .failure(.parameter(77, "new_size")) }
        phone.diskSize = size
        phone.updated = seconds
        return .success()
    }
}
