import JSON
import Lanes

/// What KooPhone does to instances as a whole.
extension SimulatedCloud {
    func orderInstances(_ call: CloudCall) async throws -> JSONValue {
        // What an order holds is not known; a number of instances is believed.
        let count = call.body["count"]?.integer ?? 1
        guard (1...100).contains(count) else { throw CloudRefusal.badParameter("count") }
        let first = instances.count
        await addInstances(Int(count))
        return [
            "order_id": .text(makeID()),
            "instance_infos": .array(instances[first...].map { ["instance_id": .text($0.id)] }),
        ]
    }

    func deleteInstances(_ call: CloudCall) async throws -> JSONValue {
        for instance in try instances(of: call, "instanceIdList") {
            instances.removeAll { $0 === instance }
            instanceTable[instance.id] = nil
            await instance.phone.switchOff()
        }
        return .object([:])
    }

    func assignInstances(_ call: CloudCall) throws(CloudRefusal) -> JSONValue {
        for (instance, user) in try pairs(of: call) {
            guard instance.user == nil || instance.user == user else { throw .badParameter("user_instances") }
            instance.user = user
            if instance.state == .toBeAssigned { instance.state = .ready }
        }
        return .object([:])
    }

    func unassignInstances(_ call: CloudCall) throws(CloudRefusal) -> JSONValue {
        for (instance, user) in try pairs(of: call) {
            guard instance.user == user else { throw .noRight }
            instance.user = nil
            if instance.state == .ready { instance.state = .toBeAssigned }
        }
        return .object([:])
    }

    private func pairs(of call: CloudCall) throws(CloudRefusal) -> [(KooInstance, String)] {
        let entries = call.body["user_instances"]?.elements ?? []
        guard (1...100).contains(entries.count) else { throw .badParameter("user_instances") }
        var pairs: [(KooInstance, String)] = []
        for entry in entries {
            guard let user = entry["user_id"]?.text, !user.isEmpty else { throw .badParameter("user_id") }
            pairs.append((try instance(entry["instance_id"]?.text), user))
        }
        return pairs
    }

    func rebootInstances(_ call: CloudCall) throws(CloudRefusal) -> JSONValue {
        try change(
            call, as: .restarting, .restart,
            deed: { [log] phone, id in
                await phone.switchOff()
                await phone.switchOn()
                log.count(id) { $0.restarts += 1 }
            })
    }

    func resetInstances(_ call: CloudCall) throws(CloudRefusal) -> JSONValue {
        try change(
            call, as: .resetting, .reset,
            deed: { [log] phone, id in
                await phone.switchOff()
                await phone.wipe()
                await phone.switchOn()
                log.count(id) { $0.resets += 1 }
            })
    }

    func backUpInstances(_ call: CloudCall) throws(CloudRefusal) -> JSONValue {
        let found = try instances(of: call)
        for instance in found { instance.backup = 1 }
        return try change(call, as: .backingUp, .export, settle: { $0.backup = 2 })
    }

    func prepareInstances(_ call: CloudCall) throws(CloudRefusal) -> JSONValue {
        let found = try instances(of: call)
        for instance in found { instance.restored = 1 }
        return try change(
            call, as: .restoring, .restore, from: [.ready, .toBeRestored, .offline], settle: { $0.restored = 2 })
    }

    /// Does something to the phone of an instance with that id.
    private typealias InstanceDeed = @Sendable (SimulatedPhone, String) async -> Void

    /// Has instances be in a state for a while, as soon as the call is taken, and then does something to each.
    private func change(
        _ call: CloudCall, as state: KooInstance.State, _ kind: JobKind,
        from allowed: Set<KooInstance.State> = [.ready, .toBeAssigned],
        settle: @escaping @Sendable (KooInstance) -> Void = { _ in },
        deed: @escaping InstanceDeed = { _, _ in }
    ) throws(CloudRefusal) -> JSONValue {
        let found = try instances(of: call)
        for instance in found {
            guard allowed.contains(instance.state) else {
                throw CloudRefusal(400, "KOOPHONE.API.1000", "The instance \(instance.id) is not ready.")
            }
            if case .refused(let code) = instance.fault { throw CloudRefusal(400, code, "The instance is refused.") }
        }
        for instance in found {
            let before = instance.state == .toBeAssigned ? KooInstance.State.toBeAssigned : .ready
            instance.state = state
            let id = instance.id
            keep(
                Task(executorPreference: lane) { await self.finish(id, kind, as: before, settle, deed) },
                of: "\(call.requestID) \(id)")
        }
        return .object([:])
    }

    private func finish(
        _ id: String, _ kind: JobKind, as state: KooInstance.State, _ settle: (KooInstance) -> Void,
        _ deed: InstanceDeed
    ) async {
        guard await wait(for: id, kind), let instance = instanceTable[id] else { return }
        if case .fails = instance.fault {
            instance.state = .maintenance
            return
        }
        await deed(instance.phone, id)
        settle(instance)
        instance.state = state
    }

    /// Waits as long as a job of a kind takes on an instance.
    ///
    /// - Returns: False where it never ends, and when the cloud stops.
    func wait(for id: String, _ kind: JobKind) async -> Bool {
        var duration = options.durations.duration(of: kind)
        switch instanceTable[id]?.fault {
        case .endless: return false
        case .slow(let factor): duration *= factor
        default: break
        }
        guard duration > .zero else { return true }
        do {
            try await lane.sleep(for: duration)
            return true
        } catch { return false }
    }

    func setVideo(_ call: CloudCall) throws(CloudRefusal) -> JSONValue {
        let settings = try call.objects("instance_settings", orElse: 0)
        for instance in try instances(of: call) {
            instance.video = String(
                decoding: JSONValue.array(settings.map { .object($0) }).bytes, as: UTF8.self)
        }
        return .object([:])
    }

    func openInstance(_ call: CloudCall) throws(CloudRefusal) -> JSONValue {
        let instance = try instance(call.path["instance_id"])
        guard instance.state == .ready else { throw .badParameter("instance_id") }
        return ["resource": ["instance_id": .text(instance.id), "token": .text(makeID())]]
    }

    /// Ends what a user sees of an instance; nobody sees anything here.
    func touchInstance(_ call: CloudCall) throws(CloudRefusal) -> JSONValue {
        _ = try instance(call.body["instance_id"]?.text)
        return .object([:])
    }
}
