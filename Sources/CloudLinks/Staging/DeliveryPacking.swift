import Dispatch
import Farm
import Synchronization

/// Packs deliveries off the lanes, each once for all phones that get it.
final class DeliveryPacking: Sendable {
    private let scratch: String
    private let made = Mutex<[Key: (delivery: BatchedDelivery, task: Task<DeliveryTar, any Error>)]>([:])

    private struct Key: Hashable {
        let delivery: ObjectIdentifier
        let listsSums: Bool
    }

    init(scratch: String) { self.scratch = scratch }

    /// The archives of a delivery; they live as long as this does.
    ///
    /// - Parameter listsSums: Whether a phone is to know later what it was given.
    /// - Throws: As `DeliveryTar.init`.
    func tar(of delivery: BatchedDelivery, listsSums: Bool = true) async throws -> DeliveryTar {
        let key = Key(delivery: ObjectIdentifier(delivery), listsSums: listsSums)
        let task = made.withLock { made in
            if let known = made[key] { return known.task }
            let task = Task { [scratch] in
                try await withCheckedThrowingContinuation { continuation in
                    DispatchQueue.global(qos: .userInitiated).async {
                        continuation.resume(
                            with: Result { try DeliveryTar(delivery, scratch: scratch, listsSums: listsSums) })
                    }
                }
            }
            made[key] = (delivery, task)
            return task
        }
        return try await task.value
    }
}
