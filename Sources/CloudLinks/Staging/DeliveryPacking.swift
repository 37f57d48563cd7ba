import Dispatch
import Farm
import Synchronization

/// Hashes and packs deliveries off the lanes, each once for all phones that get it.
final class DeliveryPacking: Sendable {
    private let scratch: String
    private let made = Mutex(Made())

    private struct Made {
        var sums: [ObjectIdentifier: Task<String?, any Error>] = [:]
        var tars: [Key: Task<DeliveryTar, any Error>] = [:]
        /// Kept as long as this, so that no other gets the identity of one.
        var deliveries: [ObjectIdentifier: BatchedDelivery] = [:]
    }

    private struct Key: Hashable {
        let delivery: ObjectIdentifier
        let listsSums: Bool
    }

    init(scratch: String) { self.scratch = scratch }

    /// The list of sums by which a phone tells whether it has everything; nil for what it cannot tell of.
    ///
    /// - Throws: As `DeliveryTar.sums(of:)`.
    func sums(of delivery: BatchedDelivery) async throws -> String? {
        let id = ObjectIdentifier(delivery)
        let task = made.withLock { made in
            if let known = made.sums[id] { return known }
            let task = Task { try await Self.offLane { try DeliveryTar.sums(of: delivery) } }
            made.sums[id] = task
            made.deliveries[id] = delivery
            return task
        }
        return try await task.value
    }

    /// The archives of a delivery; they live as long as this does.
    ///
    /// - Parameter listsSums: Whether a phone is to know later what it was given.
    /// - Throws: As `DeliveryTar.init`.
    func tar(of delivery: BatchedDelivery, listsSums: Bool = true) async throws -> DeliveryTar {
        let key = Key(delivery: ObjectIdentifier(delivery), listsSums: listsSums)
        let task = made.withLock { made in
            if let known = made.tars[key] { return known }
            let task = Task { [self] in
                let sums = listsSums ? try await sums(of: delivery) : nil
                return try await Self.offLane { [scratch] in
                    try DeliveryTar(delivery, scratch: scratch, sums: sums)
                }
            }
            made.tars[key] = task
            made.deliveries[key.delivery] = delivery
            return task
        }
        return try await task.value
    }

    static func offLane<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global(qos: .userInitiated).async { continuation.resume(with: Result { try work() }) }
        }
    }
}
