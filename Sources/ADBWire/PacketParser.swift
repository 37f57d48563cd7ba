/// What comes out of a ``PacketParser``, in the order of the wire.
public enum PacketEvent {
    /// A checked header; when its length is 0 the packet is complete.
    case header(Message)
    /// The next bytes of the payload of the last header, and how many follow; 0 completes the packet.
    ///
    /// The bytes are valid only during the call.
    case payload(UnsafeRawBufferPointer, remaining: Int)
}

/// Cuts a byte stream into packets without gathering payloads, so that a peer's lengths never take memory.
public struct PacketParser: Sendable {
    /// What to do with a header that breaks the rules.
    public enum Policy: Sendable {
        /// Throw: the stream is out of step. For hosts.
        case reject
        /// Read over that packet, as adbd does; only more than 1 MiB is thrown. For simulated phones.
        case ignore
    }

    private let policy: Policy
    private var partial: [UInt8] = []
    private var remaining = 0
    private var isSkipping = false

    /// Makes a parser that stands before a header.
    public init(policy: Policy = .reject) {
        self.policy = policy
        partial.reserveCapacity(Message.size)
    }

    /// The bytes of an unfinished header; a peer that speaks something else may never finish it.
    public var partialHeader: [UInt8] { partial }

    /// Whether the stream stands between two packets.
    public var isBetweenPackets: Bool { partial.isEmpty && remaining == 0 }

    /// Takes the next bytes and reports what they hold.
    ///
    /// - Parameter maxPayload: The largest payload the peer may send now.
    /// - Throws: ``WireError`` by the policy, and whatever `event` throws; after that the parser is of no further use.
    public mutating func consume(
        _ bytes: UnsafeRawBufferPointer, maxPayload: Int, _ event: (PacketEvent) throws -> Void
    ) throws {
        var input = bytes
        while !input.isEmpty {
            if remaining > 0 {
                let slice = input.takeFirst(remaining)
                remaining -= slice.count
                if !isSkipping { try event(.payload(slice, remaining: remaining)) }
                continue
            }
            guard let message = takeHeader(&input) else { return }
            try begin(message, maxPayload: maxPayload)
            if !isSkipping { try event(.header(message)) }
        }
    }

    private mutating func takeHeader(_ input: inout UnsafeRawBufferPointer) -> Message? {
        if partial.isEmpty, input.count >= Message.size {
            return Message(input.takeFirst(Message.size))
        }
        partial.append(contentsOf: input.takeFirst(Message.size - partial.count))
        guard let message = partial.withUnsafeBytes({ Message($0) }) else { return nil }
        partial.removeAll(keepingCapacity: true)
        return message
    }

    private mutating func begin(_ message: Message, maxPayload: Int) throws(WireError) {
        let isGood = message.hasGoodMagic && Int(message.length) <= maxPayload
        isSkipping = !isGood
        if !isGood {
            guard policy == .ignore, Int(message.length) <= PayloadLimit.modern else {
                throw message.hasGoodMagic
                    ? WireError(.payloadTooLong, "data_length of \(message.command)", value: UInt64(message.length))
                    : WireError(.badMagic, "magic of a header", value: UInt64(message.magic))
            }
        }
        remaining = Int(message.length)
    }
}
