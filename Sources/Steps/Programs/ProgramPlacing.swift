import Farm
import Journal
import Lanes

/// Brings a program to a phone, into a folder that is called by its content: what is there already is not sent again.
struct ProgramPlacing {
    let order: ProgramOrder
    let operation: String
    let context: StepContext

    /// Brings it over ADB; the failure says what the phone refused.
    func push(to phone: any ConnectedPhone) async throws -> StepFailure? {
        if let failure = try await refusal(by: phone) { return failure }
        let files = try shared()
        let comparison = try await PushComparison.look(
            for: files.payload, to: try RemotePath(validating: order.path), force: false, with: context.payloads,
            on: phone)
        var delivery = PushDelivery(
            comparison: comparison, operation: operation, tag: context.tag, phone: phone, payloads: context.payloads,
            progress: context.progress)
        return try await delivery.run()
    }

    /// Brings it through the phone's service.
    func deliver(to phone: any BatchedPhone) async throws -> StepFailure? {
        if let failure = try await refusal(by: phone) { return failure }
        let delivery = try shared().delivery
        if try await phone.has(delivery) != true { try await phone.deliver(delivery) }
        return nil
    }

    /// Why the phone could not run it; scripts run on any processor.
    private func refusal(by phone: any ConnectedPhone) async throws -> StepFailure? {
        guard case .native(let abi) = order.file.kind else { return nil }
        let line = "getprop ro.product.cpu.abilist"
        let service = phone as? any BatchedPhone
        let answer = if let service { try await service.ask(line) } else { try await phone.run(line) }
        let known = answer.text.split { $0 == "," || $0.isWhitespace }.map(String.init)
        // Phones up to Android 4 tell nothing; whoever starts it learns then.
        guard !known.isEmpty, !known.contains(abi) else { return nil }
        let words = PhoneWords(known.joined(separator: ", ")).firstLine
        return StepFailure(
            code: "abi", operation: operation,
            reason: "\(order.files.source) is built for \(abi), and the phone runs \(words)",
            advice: "build it with the Android NDK for \(PhoneWords(known[0]).firstLine)")
    }

    /// The program as files for phones.
    private final class Shared: Sendable {
        let payload: FilesPayload
        let delivery: BatchedDelivery

        /// The times are all the same, so that they tell nothing: the folder's name tells the content.
        init(_ order: ProgramOrder) throws(FarmError) {
            payload = FilesPayload(
                isFolder: false,
                entries: [
                    .init(
                        path: order.file.name, content: .bytes(order.file.content), mode: 0o755,
                        modified: 1_000_000_000, sha256: order.file.sha256)
                ], source: order.files.source)
            delivery = BatchedDelivery([
                FileToPush(
                    path: try RemotePath(validating: order.path), content: .bytes(order.file.content), mode: 0o755,
                    modified: 1_000_000_000)
            ])
        }
    }

    private func shared() throws -> Shared {
        try order.files.derived.value(for: "placed program") { () throws(FarmError) in try Shared(order) }
    }
}
