import JSON
import Lanes

/// ListEncodeServers and RestartEncodeServer.
extension SimulatedCloud {
    func listEncoders(_ call: CloudCall) throws(CloudRefusal) -> CloudAnswer {
        let type = try call.filter("type", orElse: 116)
        let status = try call.filter("status", orElse: 10)
        let found = encoders.filter { encoder in
            (type.map { $0 == 1 } ?? true) && (status.map { $0 == encoder.status } ?? true)
                && (call.head.parameter("server_id").map { $0 == encoder.server.id } ?? true)
        }
        let part = try call.page(found, most: 100)
        return CloudAnswer(["encode_servers": .array(part.map(json))])
    }

    private func json(of encoder: CloudEncoder) -> JSONValue {
        let access = options.encoderAddress.map { address -> JSONValue in
            [
                "listen_port": 22, "access_ip": .text(address.host), "intranet_ip": .text(address.host),
                "public_ip": .text(address.host), "server_ip": .text(address.host),
                "access_port": .integer(Int64(address.port)), "type": "ssh", "server_ipv6": "",
            ]
        }
        return [
            "encode_server_name": .text(encoder.name), "encode_server_id": .text(encoder.id),
            "encode_server_ip": .text(encoder.address), "server_id": .text(encoder.server.id),
            "keypair_name": .text(encoder.server.keypair), "type": 1, "status": .integer(Int64(encoder.status)),
            "access_infos": .array(access.map { [$0] } ?? []), "encode_server_ipv6": "",
        ]
    }

    func restartEncoders(_ call: CloudCall) throws(CloudRefusal) -> CloudAnswer {
        guard let ids = try call.texts("encode_server_ids", orElse: 122), !ids.isEmpty else {
            throw .parameter(122, "encode_server_ids")
        }
        let requests = ids.map { id in
            guard Self.isID(id) else { return JobRequest(.encoder(id), refused: .parameter(121, "encode_server_id")) }
            guard let encoder = encoders.first(where: { $0.id == id }) else {
                return JobRequest(.encoder(id), refused: .cps(123))
            }
            encoder.status = 3
            return JobRequest(encoder)
        }
        return start(.restartEncoder, call, requests) { [self] id in await finishRestart(ofEncoder: id) }
    }

    private func finishRestart(ofEncoder id: String) -> JobOutcome {
        encoders.first { $0.id == id }?.status = 1
        return .success()
    }
}
