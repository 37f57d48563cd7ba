import Custody
import Farm
import Lanes
import Synchronization

/// One phone's lease on the phone itself: taken over every new link, renewed while it lasts, given back at the end.
///
/// A controller that dies gives nothing back; its leases end with their time, by the phone's own clock.
final class PhoneCustody: Sendable {
    /// How long a phone may take to give its lease back.
    private static let patience = Duration.seconds(5)

    private let lease: PhoneLease
    private let lane: Lane
    private let renewal = Mutex<LaneTimer?>(nil)

    init(_ lease: PhoneLease, on lane: Lane) {
        self.lease = lease
        self.lane = lane
    }

    /// Takes the lease, and renews it for as long as this link holds; called on the lane.
    ///
    /// - Throws: `PhoneError` with `held` when another controller has the phone, or `unsupported`; `CancellationError`.
    func take(over link: any ConnectedTarget) async throws {
        if let failure = try await lease.take(on: link).failure { throw failure }
        renewLater(over: link)
    }

    private func renewLater(over link: any ConnectedTarget) {
        let timer = lane.schedule(after: lease.renewal) { [weak self, lane] in
            Task(executorPreference: lane) { await self?.renew(over: link) }
        }
        replace(timer)
    }

    private func renew(over link: any ConnectedTarget) async {
        do {
            if try await lease.take(on: link).failure == nil { return renewLater(over: link) }
            // Somebody else has it since we came too late. The step under way loses its link, and the next says why.
            await link.close()
        } catch {
            // The link is gone; over the next one the lease is taken anew.
        }
    }

    /// Gives the phone back, although the task that had it may be cancelled; called on the lane.
    func release(over link: any ConnectedTarget) async {
        replace(nil)
        await Task(executorPreference: lane) { [lease, lane] in
            // What is not given back ends by itself.
            try? await withDeadline(total: Self.patience, on: lane) { try await lease.release(on: link) }
        }.value
    }

    private func replace(_ timer: LaneTimer?) {
        renewal.withLock { renewal in
            renewal?.cancel()
            renewal = timer
        }
    }
}
