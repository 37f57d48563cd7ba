import Farm

/// The list of sums of a delivery, made once for all phones.
final class DeliverySums: Sendable {
    let text: String?
    init(_ delivery: BatchedDelivery) throws { text = try DeliveryTar.sums(of: delivery) }
}
