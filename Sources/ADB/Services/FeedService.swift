import ADBWire
public import Lanes

extension ADBConnection {
    /// Runs one shell line whose standard input is long: shared bytes, sent as fast as the phone takes them.
    ///
    /// A line that ends before it has read everything is answered for at once, and the rest is not sent. Without the
    /// shell protocol there is no way to say that the input ends, so the phone's `head -c` counts the bytes; where it
    /// has no such `head`, the line is not run and the exit code is ``ShellResult/cannotCount``.
    ///
    /// - Parameters:
    ///   - line: The line as `/system/bin/sh -c` gets it; the caller has quoted what needs quoting.
    ///   - input: Standard input, closed after these bytes; they are never copied, whoever else gets them.
    ///   - outputLimit: Bytes kept of each of output and error. Default: 1 MiB.
    /// - Throws: ``ADBError``, `CancellationError`.
    public func feed(
        _ line: String, input: [SharedSlice], outputLimit: Int = 1 << 20, meter: ProgressMeter? = nil
    ) async throws -> ShellResult {
        meter?.expectBytes(true)
        defer { meter?.expectBytes(false) }
        let isFramed = features.contains(.shell_v2)
        let feed = FeedCursor(input, isFramed: isFramed)
        guard isFramed else { return try await feedLegacy(line, feed, outputLimit, meter) }
        let conversation = ShellConversation(outputLimit: outputLimit, feed: feed, meter: meter)
        return try await converse("shell,v2,raw:" + line, conversation, meter)
    }

    private func feedLegacy(
        _ line: String, _ feed: FeedCursor, _ outputLimit: Int, _ meter: ProgressMeter?
    ) async throws -> ShellResult {
        let marker = SentinelMarker()
        let count = "head -c \(feed.remaining)"
        // The check reads nothing: its input is not ours.
        let check = "head -c 1 </dev/null >/dev/null 2>&1 || exit \(ShellResult.cannotCount)"
        let conversation = GatheringConversation(limit: outputLimit + marker.room, feed: feed, meter: meter)
        // No terminal stands between on `exec:`, which would change the bytes.
        let answer = try await gather(
            "exec:" + marker.wrap("\(check)\n\(count) | (\(line)\n)"), conversation,
            operation: "run a command on \(name)", meter: meter)
        return try await read(answer, marker, outputLimit)
    }
}

extension ShellResult {
    /// The exit code of a line that was not run because the phone cannot count the bytes of its input.
    public static var cannotCount: Int { 125 }
}

/// A stream's place in a long input.
struct FeedCursor {
    /// Bytes that have not been given to the stream.
    private(set) var remaining: Int
    private let slices: [SharedSlice]
    private var index = 0
    private var offset = 0
    private let isFramed: Bool
    private var isClosed = false

    /// Bytes of input in one packet of the shell protocol.
    private static let packet = 65536
    private static let wholeHead = SharedBytes(head(of: packet))

    /// - Parameter isFramed: Packets of the shell protocol are made, and one that closes the input.
    init(_ slices: [SharedSlice], isFramed: Bool) {
        self.slices = slices
        self.isFramed = isFramed
        remaining = slices.reduce(0) { $0 + $1.count }
    }

    var isAtEnd: Bool { remaining == 0 && (isClosed || !isFramed) }

    /// Keeps about 1 MiB queued, as long as there is that much.
    mutating func fill(_ stream: any ADBStream) {
        while stream.unsentByteCount < 1 << 20, !isAtEnd { sendNext(on: stream) }
    }

    private mutating func sendNext(on stream: any ADBStream) {
        guard remaining > 0 else {
            isClosed = true
            return stream.send(ShellPacket.closeStdin.encoded())
        }
        var left = min(remaining, Self.packet)
        remaining -= left
        if isFramed {
            if left == Self.packet {
                stream.send(Self.wholeHead, 0..<Self.wholeHead.count)
            } else {
                stream.send(Self.head(of: left))
            }
        }
        while left > 0 {
            let slice = slices[index]
            let count = min(left, slice.count - offset)
            let start = slice.range.lowerBound + offset
            stream.send(slice.bytes, start..<start + count)
            left -= count
            offset += count
            if offset == slice.count {
                index += 1
                offset = 0
            }
        }
    }

    private static func head(of count: Int) -> [UInt8] {
        [ShellPacket.stdin.rawValue] + withUnsafeBytes(of: UInt32(count).littleEndian) { Array($0) }
    }
}
