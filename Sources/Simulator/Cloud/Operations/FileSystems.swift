import JSON

/// AttachShareFilesystem and DetachShareFilesystem.
///
/// Elements of their answers have no errors (Cloud Phone API, nested objects), so a wrong id refuses the whole call.
extension SimulatedCloud {
    func attach(_ call: CloudCall) throws(CloudRefusal) -> CloudAnswer {
        let id = try fileSystem(of: call)
        let path = try ServerOrderBody.text(call.body, "path", orElse: 199) ?? "/"
        guard path.hasPrefix("/"), path.utf8.count <= 1024, !path.split(separator: "/").contains("..") else {
            throw .parameter(199, "path")
        }
        return start(.attach, call, try mounting(call)) { [self] server in await mount(id, path, on: server) }
    }

    func detach(_ call: CloudCall) throws(CloudRefusal) -> CloudAnswer {
        let id = try fileSystem(of: call)
        return start(.detach, call, try mounting(call)) { [self] server in await unmount(id, from: server) }
    }

    private func fileSystem(of call: CloudCall) throws(CloudRefusal) -> String {
        guard call.body["type"]?.text == "sfs_turbo" else { throw .parameter(116, "type") }
        guard let id = call.body["id"]?.text, options.fileSystems.contains(id) else { throw .parameter(86, "id") }
        return id
    }

    private func mounting(_ call: CloudCall) throws(CloudRefusal) -> [JobRequest] {
        let requests = try servers(of: call, most: 20)
        for request in requests {
            if let refusal = request.refusal { throw refusal }
            guard request.server?.status == 5 else { throw .cps(99) }
        }
        return requests
    }

    private func mount(_ id: String, _ path: String, on server: String) -> JobOutcome {
        guard let server = serverTable[server] else { return .failure(.cps(156)) }
        server.fileSystems[id] = path
        server.updated = seconds
        return .success()
    }

    private func unmount(_ id: String, from server: String) -> JobOutcome {
        guard let server = serverTable[server] else { return .failure(.cps(156)) }
        guard server.fileSystems.removeValue(forKey: id) != nil else {
            return .failure(.cps(137, "The file system is not attached to the server."))
        }
        server.updated = seconds
        return .success()
    }
}
