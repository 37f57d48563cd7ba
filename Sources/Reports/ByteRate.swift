/// How fast bytes come, by what was told of them over the last five seconds.
struct ByteRate: Sendable {
    private var samples: [(time: Int64, bytes: Int64)] = []

    /// Notes how many bytes have moved so far.
    ///
    /// - Parameter time: Milliseconds, on any clock that does not go back.
    mutating func note(bytes: Int64, at time: Int64) {
        samples.append((time, bytes))
        // One sample from before the window stays, so that the rate spans all of it.
        while samples.count > 2, samples[1].time <= time - 5_000 { samples.removeFirst() }
    }

    /// How many bytes were told last.
    var bytes: Int64 { samples.last?.bytes ?? 0 }

    /// Over how many milliseconds the rate is taken.
    var span: Int64 {
        guard let first = samples.first, let last = samples.last else { return 0 }
        return last.time - first.time
    }

    /// Bytes per second.
    var perSecond: Int64 {
        guard let first = samples.first, let last = samples.last, span > 0 else { return 0 }
        return (last.bytes - first.bytes) * 1000 / span
    }
}
