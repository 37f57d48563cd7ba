import Lanes

/// The meters for which transfers move bytes now; one meter may be that of many transfers.
struct MovingMeters {
    private var transfers: [ObjectIdentifier: Int] = [:]

    /// Bytes are due for a meter from now on, until as many ends are told as beginnings.
    mutating func begin(_ meter: ProgressMeter?) {
        guard let meter else { return }
        transfers[ObjectIdentifier(meter), default: 0] += 1
        if transfers[ObjectIdentifier(meter)] == 1 { meter.expectBytes(true) }
    }

    /// One transfer has ended.
    mutating func end(_ meter: ProgressMeter?) {
        guard let meter, let count = transfers[ObjectIdentifier(meter)] else { return }
        transfers[ObjectIdentifier(meter)] = count > 1 ? count - 1 : nil
        if count == 1 { meter.expectBytes(false) }
    }
}
