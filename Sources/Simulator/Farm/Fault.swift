import ADBWire

/// A misbehaviour that a simulated phone shows on purpose.
public struct Fault: Sendable, Hashable {
    /// Where a phone stops answering.
    public enum Phase: String, Sendable, Hashable, CaseIterable {
        /// The connection is accepted, and nothing is ever said.
        case connect
        /// A token is sent, and no answer to it is ever looked at.
        case auth
        /// A service is asked for, and neither granted nor refused.
        case open
        /// Bytes are not taken any more: the window stays closed, and TCP fills up.
        case write
        /// Everything is taken, and no answer is sent.
        case reply
    }

    /// What goes wrong.
    public enum Kind: Sendable, Hashable {
        /// The port is closed.
        case refuse
        /// The connection is accepted and closed at once, as by a tunnel whose far end is dead.
        case hangUp
        /// The phone stops answering.
        case stall(Phase)
        /// The connection is reset when this many bytes were received on it.
        case drop(atByte: UInt64)
        /// The first answer to an OPEN has a wrong magic.
        case wrongMagic
        /// The first answer to an OPEN announces 4 GiB.
        case wrongLength
        /// Every service answers with an endless stream, and no acknowledgement is waited for.
        case flood
        /// This many bytes per second, in both directions.
        case slow(bytesPerSecond: UInt64)
        /// Commands end without their exit status.
        case exitLost
        /// After this many services the phone vanishes: connections are reset and the port is closed.
        case offline(afterServices: Int)
        /// The port speaks HTTP.
        case garbage
        /// The phone asks its user, who never answers.
        case unauthorized
        /// There is next to no room for files and apps.
        case diskFull
        /// The connection is reset as soon as a file's bytes arrive.
        case resetMidPush
        /// Every stream is closed twice.
        case doubleClose
        /// Every stream begins with an empty WRTE.
        case emptyWrite
        /// The disk is full after this many bytes more.
        case fullAfter(bytes: UInt64)
        /// The phone lacks these tools.
        case lacks(Set<PhoneTool>)
        /// Files on the shared storage have the time of their writing, whatever they are given.
        case losesTimes
        /// A reboot is not followed by any end of the connections.
        case silentReboot
    }

    /// What goes wrong.
    public var kind: Kind
    /// How many connections it happens on; nil for all of them.
    ///
    /// A closed port cannot be counted and is always closed.
    public var times: Int?

    /// Makes a fault.
    public init(_ kind: Kind, times: Int? = nil) {
        self.kind = kind
        self.times = times
    }
}

extension Fault {
    /// Bytes of the phone's disk; nil when the fault is none of the disk.
    var capacity: UInt64? {
        switch kind {
        case .diskFull: 16 << 10
        case .fullAfter(let bytes): bytes
        default: nil
        }
    }

    /// Takes from a phone what the fault says it lacks.
    func weaken(_ profile: inout Profile) {
        switch kind {
        case .lacks(let tools): profile.missing.formUnion(tools)
        case .losesTimes: profile.quirks.insert(.sharedStorageLosesTimes)
        default: break
        }
    }
}

extension Fault: CustomStringConvertible {
    /// Reads what ``description`` writes: `refuse`, `stall:auth`, `drop-at:65536`, `slow:64KiB`, `garbage*2`.
    ///
    /// - Returns: nil for anything else.
    public init?(_ text: String) {
        let parts = text.split(separator: "*", omittingEmptySubsequences: false)
        guard parts.count <= 2, let head = parts.first else { return nil }
        if parts.count == 2 {
            guard let count = Int(parts[1]), count > 0 else { return nil }
            times = count
        }
        let pair = head.split(separator: ":", maxSplits: 1).map(String.init)
        guard let word = pair.first, let kind = Self.kind(word, pair.count > 1 ? pair[1] : nil) else { return nil }
        self.kind = kind
    }

    private static let words: [String: Kind] = [
        "refuse": .refuse, "hang-up": .hangUp, "wrong-magic": .wrongMagic, "wrong-length": .wrongLength,
        "flood": .flood, "exit-lost": .exitLost, "garbage": .garbage, "unauthorized": .unauthorized,
        "disk-full": .diskFull, "reset-mid-push": .resetMidPush, "double-close": .doubleClose,
        "empty-write": .emptyWrite, "silent-reboot": .silentReboot,
        "loses-times": .losesTimes,
    ]

    /// The spellings, for help texts and messages.
    public static let spellings: [String] =
        words.keys.sorted() + [
            "drop-at:BYTES", "full-after:BYTES", "lacks:TOOLS", "offline-after:SERVICES", "slow:RATE",
        ]
        + Phase.allCases.map { "stall:\($0.rawValue)" }

    private static func kind(_ word: String, _ argument: String?) -> Kind? {
        guard let argument else { return words[word] }
        switch word {
        case "stall": return Phase(rawValue: argument).map { .stall($0) }
        case "drop-at": return ByteSize.parse(argument).map { .drop(atByte: $0) }
        case "full-after": return ByteSize.parse(argument).map { .fullAfter(bytes: $0) }
        case "lacks":
            let words = argument.split(separator: "+", omittingEmptySubsequences: false)
            let tools = words.compactMap { PhoneTool(rawValue: String($0)) }
            return tools.count == words.count ? .lacks(Set(tools)) : nil
        case "slow": return ByteSize.parse(argument).flatMap { $0 > 0 ? .slow(bytesPerSecond: $0) : nil }
        case "offline-after": return Int(argument).map { .offline(afterServices: $0) }
        default: return nil
        }
    }

    /// The spelling that is read back.
    public var description: String {
        let word =
            switch kind {
            case .stall(let phase): "stall:\(phase.rawValue)"
            case .drop(let bytes): "drop-at:\(bytes)"
            case .slow(let rate): "slow:\(rate)"
            case .fullAfter(let bytes): "full-after:\(bytes)"
            case .lacks(let tools): "lacks:" + tools.map(\.rawValue).sorted().joined(separator: "+")
            case .offline(let services): "offline-after:\(services)"
            default: Self.words.first { $0.value == kind }?.key ?? "unknown"
            }
        return times.map { "\(word)*\($0)" } ?? word
    }
}

/// Sizes as people write them.
enum ByteSize {
    private static let units: [(String, UInt64)] = [
        ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("KB", 1000), ("kB", 1000), ("MB", 1_000_000),
        ("GB", 1_000_000_000), ("K", 1 << 10), ("M", 1 << 20), ("G", 1 << 30), ("B", 1), ("", 1),
    ]

    /// `65536`, `64KiB`, `2MB`; nil for anything else.
    static func parse(_ text: String) -> UInt64? {
        let digits = text.prefix { $0.isNumber }
        guard let number = UInt64(digits), let unit = units.first(where: { $0.0 == text.dropFirst(digits.count) })
        else {
            return nil
        }
        let (bytes, overflow) = number.multipliedReportingOverflow(by: unit.1)
        return overflow ? nil : bytes
    }
}
