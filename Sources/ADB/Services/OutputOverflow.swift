import Lanes

/// What to do with a command that prints more than is kept of it.
///
/// A long output is read to its end, since the exit code stands there; but in small gulps with rests between them, so
/// that a phone that prints for ever takes nothing from its neighbours, and not for ever.
struct OutputOverflow {
    /// Bytes beyond what is kept after which a command counts as one that never ends.
    static let endless = 64 << 20
    /// The rest after each gulp, which is at most one buffer of the lane: 256 KiB each 10 ms are 25 MB/s.
    static let rest = Duration.milliseconds(10)

    private let kept: Int
    private var received = 0

    /// - Parameter kept: Bytes that are kept of all that comes.
    init(kept: Int) { self.kept = kept }

    /// Takes note of bytes, and has the stream held back when there are too many.
    ///
    /// - Returns: False when the command is to be given up.
    mutating func takes(_ count: Int, of stream: (any ADBStream)?) -> Bool {
        received += count
        guard received > kept else { return true }
        stream?.rest(for: Self.rest, while: { false })
        return received - kept <= Self.endless
    }
}
