import JSON

/// RestartCloudPhoneServer, UpdateServerName and UpdateKeypair.
extension SimulatedCloud {
    func restartServers(_ call: CloudCall) throws(CloudRefusal) -> CloudAnswer {
        let requests = try servers(of: call, most: 100).map { request in
            guard let server = request.server, server.status != 5 else { return request }
            return JobRequest(request.target, refused: .cps(158))
        }
        for request in requests {
            request.server?.status = 13
            for phone in request.server?.phones ?? [] where phone.status == .running { phone.status = .restarting }
        }
        return start(.restartServer, call, requests) { [self] id in await restart(server: id) }
    }

    private func restart(server id: String) async -> JobOutcome {
        guard let server = serverTable[id] else { return .failure(.cps(156)) }
        for phone in server.phones where phone.status == .restarting { await restart(phone) }
        server.status = 5
        server.updated = seconds
        return .success()
    }

    func renameServer(_ call: CloudCall) throws(CloudRefusal) -> CloudAnswer {
        let server = try server(call.path["server_id"])
        server.name = try Self.name(call.text("server_name", orElse: 87), orElse: 87)
        server.updated = seconds
        return CloudAnswer(["error_code": .null, "error_msg": .null])
    }

    /// At most 60 letters, digits, Chinese characters, hyphens and underscores.
    static func name(_ text: String, orElse code: Int) throws(CloudRefusal) -> String {
        let isRight = text.unicodeScalars.allSatisfy { scalar in
            scalar == "-" || scalar == "_" || (0x4E00...0x9FFF).contains(scalar.value)
                || (scalar.isASCII && Character(scalar).isLetter) || ("0"..."9").contains(scalar)
        }
        guard isRight, (1...60).contains(text.unicodeScalars.count) else { throw .parameter(code, "name") }
        return text
    }

    func updateKeypair(_ call: CloudCall) throws(CloudRefusal) -> CloudAnswer {
        let entries = try call.objects("servers", orElse: 94)
        var names: [String: String] = [:]
        let requests = entries.map { entry -> JobRequest in
            let id = entry["server_id"]?.text ?? ""
            let request = request(forServer: id)
            guard request.refusal == nil else { return request }
            guard let name = entry["keypair_name"]?.text, !name.isEmpty else {
                return JobRequest(request.target, refused: .parameter(68, "keypair_name"))
            }
            guard options.keypairs.contains(name) else { return JobRequest(request.target, refused: .cps(67)) }
            names[id] = name
            return request
        }
        return start(.keypair, call, requests) { [self, names] id in await setKeypair(names[id] ?? "", of: id) }
    }

    private func setKeypair(_ name: String, of id: String) -> JobOutcome {
        serverTable[id]?.keypair = name
        serverTable[id]?.updated = seconds
        return .success()
    }
}
