import JSON
import Lanes

/// What KooPhone tells of instances, their apps and their tasks.
extension SimulatedCloud {
    func listInstances(_ call: CloudCall) throws(CloudRefusal) -> JSONValue {
        let (id, name) = (call.head.parameter("instance_id"), call.head.parameter("instance_name"))
        let pool = call.head.parameter("pool_name")
        let found = instances.filter { instance in
            (id.map { instance.id == $0 } ?? true) && (name.map { instance.name == $0 } ?? true)
                && (pool.map { instance.pool == $0 } ?? true)
        }
        return try page(found.map(json), call)
    }

    private func json(of instance: KooInstance) -> JSONValue {
        [
            "instance_id": .text(instance.id), "instance_name": .text(instance.name), "region": .text(options.region),
            "instance_sku": "8 vCPUs | 16 GB | 720p", "assign_user": instance.user.map(JSONValue.text) ?? .null,
            "backup_status": instance.backup.map(JSONValue.integer) ?? .null,
            "restore_status": instance.restored.map(JSONValue.integer) ?? .null,
        ]
    }

    /// A page of a list; pages are counted from 1.
    private func page(_ all: [JSONValue], _ call: CloudCall) throws(CloudRefusal) -> JSONValue {
        let number = try count("page_no", in: 1...1_000_000, call)
        let size = try count("page_size", in: 1...100, call)
        return [
            "result": .array(Array(all.dropFirst((number - 1) * size).prefix(size))),
            "page_no": .integer(Int64(number)), "page_size": .integer(Int64(size)),
            "total_count": .integer(Int64(all.count)),
        ]
    }

    private func count(_ name: String, in range: ClosedRange<Int>, _ call: CloudCall) throws(CloudRefusal) -> Int {
        guard let text = call.head.parameter(name), let number = Int(text), range.contains(number) else {
            throw .badParameter(name)
        }
        return number
    }

    func showInstances(_ call: CloudCall) throws(CloudRefusal) -> JSONValue {
        let found = try instances(of: call)
        return [
            "status_list": .array(
                found.map { ["instance_id": .text($0.id), "status": .integer(Int64($0.state.rawValue))] })
        ]
    }

    func showSkus() -> JSONValue { ["skus": [["sku_id": "koophone.pro", "name": "8 vCPUs | 16 GB | 720p"]]] }

    func listApps(_ call: CloudCall) async throws -> JSONValue {
        let instance = try instance(call.path["instance_id"])
        let end = await instance.phone.runShell("pm list packages -3", limit: nil)
        let packages = String(decoding: end.output, as: UTF8.self).split(separator: "\n").compactMap { line in
            line.hasPrefix("package:") ? String(line.dropFirst(8)) : nil
        }
        return try page(
            packages.sorted().map { ["app_name": .text($0), "app_version": "", "app_pkg": .text($0), "icon_url": ""] },
            call)
    }

    func showTask(_ call: CloudCall) throws(CloudRefusal) -> JSONValue {
        guard let jobs = tasks[call.path["task_id"] ?? ""] else { throw .badParameter("task_id") }
        // Whose jobs they are only the answer told that started them.
        let told: Set<String> = ["job_id", "status", "error_code", "error_msg", "execute_msg"]
        return ["jobs": .array(jobs.map { .object($0.json.filter { told.contains($0.key) }) })]
    }

    func showProgress(_ call: CloudCall) throws(CloudRefusal) -> JSONValue {
        let instance = try instance(call.body["instance_id"]?.text)
        let isBusy = [.toBeRestored, .restoring].contains(instance.state)
        return ["status": .integer(isBusy ? 2 : instance.state == .backingUp ? 3 : 0), "waitingCount": 0]
    }

    // MARK: Who is meant

    /// The instance of that id.
    func instance(_ id: String?) throws(CloudRefusal) -> KooInstance {
        guard let id, (1...32).contains(id.utf8.count) else { throw .badParameter("instance_id") }
        guard let instance = instanceTable[id] else { throw .noRight }
        return instance
    }

    /// The instances that a body names: 1 to 100, all of them the caller's.
    func instances(of call: CloudCall, _ name: String = "instance_ids") throws(CloudRefusal) -> [KooInstance] {
        let ids = (call.body[name]?.elements ?? []).compactMap(\.text)
        guard (1...100).contains(ids.count), ids.count == call.body[name]?.elements?.count else {
            throw .badParameter(name)
        }
        guard Set(ids).count == ids.count else { throw .badParameter(name) }
        var found: [KooInstance] = []
        for id in ids { found.append(try instance(id)) }
        return found
    }
}
