import CloudPhone
import Farm
import Lanes

/// Another specification for a server: an order, and a look at the server every now and then, since there is no job
/// (Cloud Phone API, ChangeCloudPhoneServerModel).
///
/// The order is written down before it is placed, and nothing is ordered where one was, so that nobody pays twice.
struct ModelChange {
    let link: CloudServerLink
    let model: String
    let phones: String?
    let paysAtOnce: Bool

    /// How long the server is looked at unless the playbook says otherwise; a change takes about 2 minutes.
    private static let patience = Duration.seconds(600)

    private var operation: String { "resize to \(model)" }
    private var mark: String { BatchCall.mark("resize", [model, phones ?? ""]) }
    private var session: AccountSession { link.session }

    /// Orders, and waits.
    ///
    /// - Returns: The order's id; empty when nobody saw it.
    func run() async throws -> String {
        try await inFarmWords(operation) {
            // One thing at a time happens to a server, and this is one.
            let permit = try await session.client.gate.acquire([link.server])
            do {
                let order = try await placeOrder()
                try await wait(for: order)
                await session.client.gate.release(permit)
                return order
            } catch {
                await session.client.gate.release(permit)
                throw error
            }
        }
    }

    private func placeOrder() async throws -> String {
        if let earlier = link.attempt.pending.last(where: { $0.call == mark }) { return earlier.job ?? "" }
        let order = ChangeCloudPhoneServerModelOperation(
            serverID: link.server, serverModelName: model, phoneModelName: try await phoneModel(),
            paysAtOnce: paysAtOnce)
        let hooks = CallHooks(
            willSend: { try await link.attempt.note(ServiceJob(call: mark)) }, didAnswer: { _ in })
        do {
            let answer = try await session.client.send(order, hooks: hooks)
            try await link.attempt.note(ServiceJob(call: mark, request: answer.requestID, job: answer.orderID))
            return answer.orderID ?? ""
        } catch let error as CloudError where error.mayHaveRun {
            // The server tells whether the order was placed; another one is paid for in any case.
            return ""
        }
    }

    /// The specification of the phones that goes with the server's, when there is one only.
    private func phoneModel() async throws -> String {
        if let phones { return phones }
        let models = try await session.client.all(ListCloudPhoneModelsOperation(status: 1))
        let fitting = models.filter { $0.serverModelName == model }.map(\.name).sorted()
        if let only = fitting.first, fitting.count == 1 { return only }
        throw ServiceError(
            "content", operation: operation,
            reason: fitting.isEmpty
                ? "no phones are on offer for this specification"
                : "\(fitting.count) specifications of phones go with it: \(fitting.prefix(8).joined(separator: ", "))",
            advice: fitting.isEmpty ? "`drover cloud ListCloudPhoneModels` lists all" : "name one by `phones`")
    }

    /// Looks at the server until it has the specification.
    private func wait(for order: String) async throws {
        let limit = link.attempt.limit ?? Self.patience * session.pace.scale
        let start = link.lane.now
        while true {
            let server = try await link.listed()
            if server?.modelName == model, phones == nil || server?.phoneModelName == phones { return }
            let elapsed = link.lane.now.since(start)
            guard elapsed < limit else { break }
            try await link.lane.sleep(for: min(session.pace.pause(after: elapsed), limit - elapsed))
        }
        let isKnown = !order.isEmpty
        throw ServiceError(
            ServiceError.unknownOutcome, operation: operation,
            reason: (isKnown
                ? "the order \(order) was placed" : "an order may have been placed, whose answer nobody saw")
                + ", and the server has not changed within \(limit)",
            advice: isKnown
                ? "if it is not paid, pay it in the cloud's console under Billing Center, Unpaid Orders; "
                    + "`drover resume` waits for the same order and places no other"
                : "look for it in the cloud's console under Billing Center, My Orders; a new run orders anew",
            outcome: .unknown)
    }
}
