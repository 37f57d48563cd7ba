import Crypto
import JSON
import Lanes

/// Lines and apps on instances of KooPhone.
extension SimulatedCloud {
    func runSyncLine(_ call: CloudCall) async throws -> JSONValue {
        let line = try line(of: call)
        let found = try instances(of: call)
        let ends = found.map { instance in
            let id = instance.id
            return Task(executorPreference: lane) { await self.run(line, on: id, limit: self.options.syncLimit) }
        }
        var results: [JSONValue] = []
        for (instance, end) in zip(found, ends) {
            let job = CloudJob(id: makeID(), requestID: call.requestID, target: .whole)
            job.end(await end.value, at: seconds)
            var fields = job.json.filter { ["status", "error_code", "error_msg", "execute_msg"].contains($0.key) }
            fields["instance_id"] = .text(instance.id)
            results.append(.object(fields))
        }
        return ["cmd_results": .array(results)]
    }

    func runAsyncLine(_ call: CloudCall) throws(CloudRefusal) -> JSONValue {
        let line = try line(of: call)
        let kind: JobKind = line.hasPrefix("pm uninstall ") ? .uninstall : .shell
        return start(kind, call, try instances(of: call)) { [self] id in
            if kind == .uninstall { log.count(id) { $0.uninstalls += 1 } }
            return await run(line, on: id, limit: nil)
        }
    }

    private func line(of call: CloudCall) throws(CloudRefusal) -> String {
        guard let line = call.body["command"]?.text, (1...1024).contains(line.utf8.count),
            line.utf8.allSatisfy({ byte in
                switch byte {
                case 48...57, 65...90, 97...122: true
                default: "_./:- ".utf8.contains(byte)
                }
            })
        else { throw .badParameter("command") }
        return line
    }

    private func run(_ line: String, on id: String, limit: Duration?) async -> JobOutcome {
        do throws(CloudRefusal) {
            let phone = try readyPhone(id)
            log.count(id) { $0.shellLines += 1 }
            let end = await phone.runShell(line, limit: limit)
            guard let status = end.status else {
                return .failure(CloudRefusal(400, "KOOPHONE.API.9999", "Run command timeout."), end.output)
            }
            let refusal = CloudRefusal(400, "KOOPHONE.API.9999", "Run command failed.")
            return status == 0 ? .success(end.output) : .failure(refusal, end.output)
        } catch { return .failure(error) }
    }

    /// The phone of an instance that can be used; faults of tests come first.
    private func readyPhone(_ id: String) throws(CloudRefusal) -> SimulatedPhone {
        let instance = try instance(id)
        switch instance.fault {
        case .fails(let code), .refused(let code): throw CloudRefusal(400, code, "The instance is refused.")
        case .frozen: throw CloudRefusal(400, "KOOPHONE.API.1001", "The instance is frozen.")
        default: break
        }
        guard instance.state == .ready || instance.state == .toBeAssigned else {
            throw CloudRefusal(400, "KOOPHONE.API.1000", "The instance is not ready.")
        }
        return instance.phone
    }

    /// Starts a task with a job for each instance.
    private func start(
        _ kind: JobKind, _ call: CloudCall, _ found: [KooInstance], _ deed: @escaping ServerWork.Deed
    ) -> JSONValue {
        let task = makeID()
        var elements: [JSONValue] = []
        for instance in found {
            let job = CloudJob(id: makeID(), requestID: task, target: .whole)
            job.begin(at: seconds)
            tasks[task, default: []].append(job)
            jobs[job.id] = job
            let (id, jobID) = (instance.id, job.id)
            keep(Task(executorPreference: lane) { await self.work(jobID, on: id, kind, deed) }, of: jobID)
            elements.append(["instance_id": .text(id), "job_id": .text(jobID)])
        }
        return ["task_id": .text(task), "cmd_jobs": .array(elements)]
    }

    private func work(_ job: String, on id: String, _ kind: JobKind, _ deed: ServerWork.Deed) async {
        guard await wait(for: id, kind) else { return }
        let outcome = await deed(id)
        jobs[job]?.end(outcome, at: seconds)
    }

    // MARK: Apps

    private static func md5(of bytes: SharedBytes) throws -> [UInt8] {
        try bytes.withUnsafeBytes { try Crypto.MD5.hash(of: Array($0)) }
    }

    /// What a call says of the APK.
    private struct Order: Sendable {
        let link: String
        let md5: String
        let megabytes: Double
    }

    func installApp(_ call: CloudCall) throws(CloudRefusal) -> JSONValue {
        func text(_ name: String) throws(CloudRefusal) -> String {
            guard let text = call.body[name]?.text, !text.isEmpty else { throw .badParameter(name) }
            return text
        }
        guard try text("biz_type") == "apk" else { throw .badParameter("biz_type") }
        guard try text("file_name").hasSuffix(".apk") else { throw .badParameter("file_name") }
        for name in ["object_name", "object_version"] { _ = try text(name) }
        if let fast = call.body["fast_install"]?.text, !["0", "1"].contains(fast) {
            throw .badParameter("fast_install")
        }
        guard let size = Double(try text("object_size")), size > 0 else { throw .badParameter("object_size") }
        let order = Order(
            link: try text("install_package_url"), md5: try text("content_md5"), megabytes: size)
        let request = call.requestID
        return start(.install, call, try instances(of: call, "instance_id_list")) { [self] id in
            await install(order, on: id, for: request)
        }
    }

    private func install(_ order: Order, on id: String, for request: String) async -> JobOutcome {
        do throws(CloudRefusal) {
            let phone = try readyPhone(id)
            let content = try await fetch(order, for: id, request)
            log.count(id) { $0.installs += 1 }
            guard let refusal = await phone.install([content], InstallOptions(replaces: true)) else {
                return .success(Array("Success\n".utf8))
            }
            return .failure(
                CloudRefusal(400, "KOOPHONE.API.9999", "Install failed."), Array("\(refusal)\n".utf8))
        } catch { return .failure(error) }
    }

    /// Gets the APK by its link, and compares it with what was said of it.
    private func fetch(_ order: Order, for id: String, _ request: String) async throws(CloudRefusal) -> FileContent {
        guard let bytes = await objects.content(behind: order.link) else {
            throw CloudRefusal(400, "KOOPHONE.API.1000", "The install package cannot be downloaded.")
        }
        log.note { $0.bytesRead[id, default: 0] += UInt64(bytes.count) }
        guard let hash = try? Self.md5(of: bytes),
            order.md5.lowercased() == Hex.encode(hash) || order.md5 == Base64.encode(hash)
        else { throw CloudRefusal(400, "KOOPHONE.API.1000", "The install package has another MD5.") }
        guard abs(order.megabytes - Double(bytes.count) / 1_048_576) < 0.02 else {
            throw CloudRefusal(400, "KOOPHONE.API.1000", "The install package has another size.")
        }
        if fetches[request] == nil {
            fetches[request] = Task.detached { [contents = farm.contents] in
                let writer = ContentWriter(store: contents, mustKeep: true)
                do throws(FileError) {
                    try bytes.withUnsafeBytes { (all) throws(FileError) in try writer.append(all) }
                    return FetchedObject(bytes: bytes, content: try writer.finish())
                } catch { return nil }
            }
        }
        guard let fetched = await fetches[request]?.value else { throw .cps(3) }
        return fetched.content
    }
}
