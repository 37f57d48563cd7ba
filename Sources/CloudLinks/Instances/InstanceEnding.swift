import CloudPhone
import Farm
import KooPhone
import Lanes

/// How something ends that KooPhone takes without naming a job.
enum InstanceEnding: Sendable {
    /// The phone can be used again.
    case ready
    /// It can, and lists say how its backup ended.
    case backedUp
    /// It can, and lists say how its restoring ended.
    case restored

    /// - Returns: nil for an operation whose jobs tell, or that is done when it is answered.
    init?(of operation: CatalogedOperation) {
        switch operation.name {
        case BatchRebootInstanceOperation.shape.name, BatchResetInstanceOperation.shape.name: self = .ready
        case BatchBackupInstancesOperation.shape.name: self = .backedUp
        case BatchPrepareInstancesOperation.shape.name: self = .restored
        default: return nil
        }
    }

    /// The argument with the ids of the phones.
    var idsName: String { "instance_ids" }

    /// How soon it is given up as unknown: a phone's data takes as long as data of a job do.
    var kind: JobKind { self == .ready ? .power : .transfer }

    /// What it is called in a sentence.
    fileprivate var words: String { self == .restored ? "the restoring" : "the backup" }

    /// The number that lists have for it: 0 preparing, 1 running, 2 success, 3 failed, 4 other; nil where they have none.
    fileprivate func number(in instance: Instance) -> Int? {
        switch self {
        case .ready: nil
        case .backedUp: instance.backup
        case .restored: instance.restore
        }
    }
}

extension InstanceBook {
    /// Waits for phones, and tells how it ended on each.
    ///
    /// - Throws: `CloudError`, `CancellationError`.
    func ends(
        _ ending: InstanceEnding, of ids: [String], within limit: Duration?, _ operation: String
    ) async throws -> [NamedCallEnd.Part] {
        let end = end(within: limit, ending.kind)
        var failures = try await withThrowingTaskGroup(of: (String, ServiceError?).self) { group in
            for id in ids {
                group.addTask(executorPreference: lane) {
                    do {
                        try await self.comeBack(id, until: end, operation)
                        return (id, nil)
                    } catch let error as ServiceError {
                        return (id, error)
                    }
                }
            }
            var failures: [String: ServiceError] = [:]
            for try await (id, error) in group { failures[id] = error }
            return failures
        }
        if ending != .ready {
            let back = ids.filter { failures[$0] == nil }
            failures.merge(try await listed(ending, of: back, until: end, operation)) { $1 }
        }
        return ids.map { NamedCallEnd.Part(id: $0, failure: failures[$0]) }
    }

    /// What lists say of phones that are back; those of which they say nothing are taken at their state's word.
    private func listed(
        _ ending: InstanceEnding, of ids: [String], until end: LaneInstant, _ operation: String
    ) async throws -> [String: ServiceError] {
        var failures: [String: ServiceError] = [:]
        var open = Set(ids)
        while !open.isEmpty {
            let only = open.count == 1 ? open.first : nil
            let all = try await client.all(ListInstancesOperation(instanceID: only))
            var running: Set<String> = []
            for instance in all where open.contains(instance.id) {
                switch ending.number(in: instance) {
                case 0, 1: running.insert(instance.id)
                case 3:
                    failures[instance.id] = ServiceError(
                        "failed", operation: operation, reason: "\(ending.words) failed",
                        advice: "look at it in the console of KooPhone")
                default: break
                }
            }
            open = running
            guard !open.isEmpty else { break }
            guard lane.now < end else {
                for id in open {
                    failures[id] = Self.late(operation, "\(ending.words) has not ended after a long time")
                }
                break
            }
            try await lane.sleep(for: pause)
        }
        return failures
    }
}
