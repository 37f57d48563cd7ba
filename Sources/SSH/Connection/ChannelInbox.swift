/// What came in a channel and was not taken yet, and whether its reader wants more.
///
/// The library gives bytes away once: who is told of them and does not take them finds them here the next time.
struct ChannelInbox {
    /// Whether the reader wants nothing for now.
    var isPaused = false
    /// Whether the host has said everything.
    var hasEnded = false
    /// What has just come, while the handler is told of it.
    private var lent: UnsafeRawBufferPointer?
    /// What the handler did not take when it was told of it.
    private var held: [UInt8] = []

    /// Whether something waits from before.
    var holdsBytes: Bool { !held.isEmpty }

    /// Has bytes taken from their own place, until ``keepRest()``.
    mutating func lend(_ bytes: UnsafeRawBufferPointer) { lent = bytes }

    /// Keeps what was lent and not taken.
    mutating func keepRest() {
        if let lent { held = Array(lent) }
        lent = nil
    }

    mutating func takeHeld() -> [UInt8] {
        defer { held = [] }
        return held
    }

    mutating func takeLent() -> UnsafeRawBufferPointer? {
        defer { lent = nil }
        return lent
    }
}
