import JSON
import Lanes

/// InstallApk, UninstallApk, PushFile and RunShellCommand: one path, told apart by `command`.
extension SimulatedCloud {
    func runCommand(_ call: CloudCall) throws(CloudRefusal) -> CloudAnswer {
        let command = try call.text("command", orElse: 117)
        let content = try call.text("content", orElse: 118)
        try CommandContent.check(content, of: command)
        switch command {
        case "install", "install-multiple":
            let order = try CommandContent.install(content, of: command)
            return start(.install, call, try phones(of: call, most: options.phonesPerCall)) { [self] id in
                await install(order, on: id, for: call.requestID)
            }
        case "uninstall":
            let package = try CommandContent.package(content)
            return start(.uninstall, call, try phones(of: call, most: options.phonesPerCall)) { [self] id in
                log.count(id) { $0.uninstalls += 1 }
                return await runLine("pm uninstall \(package)", on: id)
            }
        case "push":
            let place = try CommandContent.push(content)
            return start(.push, call, try phones(of: call, most: options.phonesPerCall)) { [self] id in
                await push(place, to: id)
            }
        case "shell":
            return start(.shell, call, try phones(of: call, most: options.phonesPerCall)) { [self] id in
                log.count(id) { $0.shellLines += 1 }
                return await runLine(content, on: id)
            }
        default: throw .parameter(117, "command")
        }
    }

    /// The phones that a body names by `phone_ids`, or else by `server_ids`; the first wins.
    func phones(of call: CloudCall, most: Int) throws(CloudRefusal) -> [JobRequest] {
        if let ids = try call.texts("phone_ids", orElse: 80) {
            guard !ids.isEmpty else { throw .cps(9) }
            guard ids.count <= most else { throw .cps(190) }
            return ids.map { request(forPhone: $0, .running) }
        }
        guard let ids = try call.texts("server_ids", orElse: 94) else { throw .cps(81) }
        guard !ids.isEmpty else { throw .cps(95) }
        var requests: [JobRequest] = []
        for id in ids { requests += try server(id).phones.map { request(forPhone: $0.id, .running) } }
        return requests
    }

    /// A phone that is reached by a job; it may have stopped since the call.
    private func runningPhone(_ id: String) throws(CloudRefusal) -> CloudPhone {
        guard let phone = phoneTable[id] else { throw .cps(5) }
        guard phone.status == .running else { throw .cps(141) }
        return phone
    }

    private func runLine(_ line: String, on id: String) async -> JobOutcome {
        do throws(CloudRefusal) {
            let end = try await runningPhone(id).phone.runShell(line, limit: nil)
            return end.status == 0 ? .success(end.output) : .failure(.cps(191), end.output)
        } catch { return .failure(error) }
    }

    private func install(_ order: CommandContent.Install, on id: String, for requestID: String) async -> JobOutcome {
        do throws(CloudRefusal) {
            let phone = try runningPhone(id)
            var contents: [FileContent] = []
            for place in order.places { contents.append(try await fetch(place, for: id, of: requestID)) }
            log.count(id) { $0.installs += 1 }
            guard let refusal = await phone.phone.install(contents, order.options) else {
                return .success(Array("Success\n".utf8))
            }
            return .failure(.cps(191), Array("\(refusal)\n".utf8))
        } catch { return .failure(error) }
    }

    private func push(_ place: ObjectPlace, to id: String) async -> JobOutcome {
        do throws(CloudRefusal) {
            let phone = try runningPhone(id)
            let archive = try await read(place, for: phone.server.id)
            guard archive.count <= 6 << 30 else { throw .cps(118, "The archive is larger than 6 GB.") }
            log.count(id) { $0.pushes += 1 }
            guard let problem = await phone.phone.unpack(archive) else { return .success() }
            return .failure(.cps(191), Array(problem.utf8))
        } catch { return .failure(error) }
    }
}
