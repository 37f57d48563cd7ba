import CloudPhone
import Farm
import Lanes

/// One app on its way to the shared storage of a server and onto its phones: exported once from a phone that has it, pushed
/// once per server, and installed on each phone from there (Cloud Phone API, shared apps).
struct SharedAppDelivery {
    let link: CloudServerLink
    let order: SharedAppOrder

    private var operation: String { "share \(order.package)" }

    func run() async throws -> FleetOutcome {
        _ = try link.session.staging(for: operation)
        let free = try await freeBytes()
        let exported = try await inFarmWords(operation) {
            try await link.session.exports.export(order, by: link)
        }
        // What is unpacked stands beside its archive for a while.
        if let free, free < 2 * exported.bytes {
            throw ServiceError(
                "no-space", operation: operation,
                reason: "the shared storage has \(ByteCount(Int(clamping: free))) free, and an app of "
                    + "\(ByteCount(Int(clamping: exported.bytes))) needs twice its size",
                advice:
                    "remove what is not needed with `share-app: { state: absent }` or `share-files: { delete: [...] }`")
        }
        try await link.ask(
            .pushApp(
                package: order.package.description, bucket: exported.bucket, key: exported.key,
                isPreinstalled: order.isPreinstalled))
        var outcome = FleetOutcome()
        outcome.hasChangedServer = true
        outcome.bytes = exported.bytes
        let phones = try await link.phones(operation)
        outcome.phones = phones.count
        outcome.stopped = phones.filter { !$0.runs }.map(\.title)
        let call = BatchCall.shell(line: "appctrl install \(order.package)")
        for (phone, answer) in try await link.answers(to: call, of: phones.filter(\.runs), operation) {
            switch answer {
            case .done: outcome.done.append(phone.title)
            case .refused(let reason): outcome.failed.append(.init(phone: phone.title, reason: reason))
            case .stopped: outcome.stopped.append(phone.title)
            case .failed(let reason, let isUnknown):
                outcome.failed.append(.init(phone: phone.title, reason: reason, isUnknown: isUnknown))
            }
        }
        return outcome
    }

    /// The room in the shared storage; asked before anything is moved, since a server without one refuses the question.
    private func freeBytes() async throws -> UInt64? {
        let call = ServerCall.listFiles(path: "/data", offset: 0, limit: 1)
        do {
            return try SharedListing(reading: try await link.ask(call, isQuestion: true), of: call).freeBytes
        } catch let error as ServiceError where error.code == "CPS.0137" {
            throw ServiceError(
                error.code, operation: operation, reason: error.reason,
                advice: "share apps on servers whose specification has shared storage, and `install` on the others")
        } catch let error as ServiceError where error.code == "bad-listing" {
            // The service itself refuses what does not fit.
            return nil
        }
    }
}
