import Farm
import Journal
import Lanes
import PlaybookLanguage

/// Files on their way onto a phone that is asked for through a service: one archive for all phones, and one question
/// about all of its files.
struct PushOverService {
    private let delivery: BatchedDelivery
    private let bytes: UInt64
    private let isForced: Bool
    private let operation: String
    /// Whether something is to be removed, which the service has no way to do safely.
    private let deletes: Bool

    init(
        _ source: LocalSource, to: Argument<RemotePath>, force: Argument<Bool>, delete: Argument<Bool>,
        _ context: StepContext, of operation: String
    ) throws {
        let files = try source.files(in: context)
        delivery = try Self.delivery(of: files, at: try to.value(in: context.scope))
        bytes = files.size
        isForced = try force.value(in: context.scope)
        deletes = try delete.value(in: context.scope)
        self.operation = operation
    }

    /// The files of a payload at their places, the same object for all who get the same.
    ///
    /// - Throws: `FarmError` when a path gets too long.
    static func delivery(of files: FilesPayload, at place: RemotePath) throws -> BatchedDelivery {
        // Before the other, as both are kept by the same payload.
        let table = try DeliveryTable.shared(files, at: place)
        return files.derived.value(for: "batched \(place)") {
            BatchedDelivery(
                table.all.map { number in
                    let item = table[number]
                    return FileToPush(
                        path: item.path, content: item.entry.content, mode: item.entry.mode,
                        modified: item.entry.modified)
                })
        }
    }

    func need(on phone: any BatchedPhone) async throws -> Need {
        let words = "\(delivery.files.count) files to push, \(ByteCount(clamping: bytes))"
        if isForced || deletes { return .work(because: words) }
        switch try await phone.has(delivery) {
        case true?: return .nothing(because: "all \(delivery.files.count) files are there")
        case false?: return .work(because: words)
        case nil: return .unknown(because: "whether they are there is not known: \(words)")
        }
    }

    func perform(on phone: any BatchedPhone) async throws -> StepOutcome {
        guard !deletes else {
            return .failed(
                "unsupported", operation, "the cloud's service cannot look before it removes",
                advice: "leave `delete` out, or reach the phone over ADB")
        }
        try await phone.deliver(delivery)
        var outcome = StepOutcome(
            .changed,
            outputs: StepOutputs(values: [
                "files": .integer(delivery.files.count), "bytes": .integer(Int(clamping: bytes)), "same": .integer(0),
                "removed": .integer(0),
            ]))
        outcome.bytes = bytes
        return outcome
    }
}
