/// A fault and the phones that show it: `garbage`, `drop-at:65536@5%`, `stall:auth@3`, `refuse@sim-004`.
public struct FaultAssignment: Sendable, Hashable {
    /// Which phones show a fault.
    public enum Share: Sendable, Hashable {
        /// All that have none yet.
        case all
        /// This many of all phones, in percent.
        case percent(Double)
        /// This many phones.
        case count(Int)
        /// The phone with this name.
        case phone(String)
    }

    /// What is shown.
    public var fault: Fault
    /// By whom.
    public var share: Share

    /// Gives a fault to a share of the phones.
    public init(_ fault: Fault, _ share: Share = .all) {
        self.fault = fault
        self.share = share
    }

    /// Reads `FAULT`, `FAULT@N%`, `FAULT@N` or `FAULT@NAME`; nil for anything else.
    public init?(_ text: String) {
        let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let word = parts.first, let fault = Fault(word) else { return nil }
        self.fault = fault
        guard parts.count == 2 else {
            share = .all
            return
        }
        if parts[1].hasSuffix("%") {
            guard let percent = Double(parts[1].dropLast()), (0...100).contains(percent) else { return nil }
            share = .percent(percent)
        } else if let count = Int(parts[1]) {
            guard count >= 0 else { return nil }
            share = .count(count)
        } else {
            guard !parts[1].isEmpty else { return nil }
            share = .phone(parts[1])
        }
    }

    /// Deals faults to phones: the same seed deals the same, and a phone gets one fault at most.
    static func deal(_ assignments: [FaultAssignment], to names: [String], seed: UInt64) -> [String: Fault] {
        var dealt: [String: Fault] = [:]
        for assignment in assignments {
            if case .phone(let name) = assignment.share, names.contains(name) { dealt[name] = assignment.fault }
        }
        var source = SplitMix(seed: seed)
        var waiting = names.filter { dealt[$0] == nil }.shuffled(using: &source)
        for assignment in assignments {
            let count: Int
            switch assignment.share {
            case .phone: continue
            case .all: count = waiting.count
            case .count(let number): count = min(number, waiting.count)
            case .percent(let percent): count = min(Int((percent / 100 * Double(names.count)).rounded()), waiting.count)
            }
            for name in waiting.suffix(count) { dealt[name] = assignment.fault }
            waiting.removeLast(count)
        }
        return dealt
    }
}
