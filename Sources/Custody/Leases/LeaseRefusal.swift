import Farm
import SourceText

/// Phones that a run wanted and others hold, in words for people.
public struct LeaseRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// Who is held by whom.
    public let held: [HeldPhone]
    /// How many phones the run asked for.
    public let wanted: Int
    /// When it was asked, in milliseconds since 1970.
    public let time: Int64
    /// How long the run has waited for them; nil when it did not.
    public let waited: Duration?

    /// Describes a refusal.
    public init(held: [HeldPhone], wanted: Int, time: Int64, waited: Duration? = nil) {
        self.held = held
        self.wanted = wanted
        self.time = time
        self.waited = waited
    }

    /// A line for each run that is in the way, and what can be done.
    public var description: String {
        let count = "\(held.count) of \(wanted) phones \(held.count == 1 ? "is" : "are")"
        let after = waited.map { " after waiting for \(Self.words($0))" } ?? ""
        let noun = wanted == 1 ? "the phone is" : count
        var lines = ["\(noun) held by \(groups.count == 1 ? "another run" : "other runs")\(after):"]
        lines += groups.map { "  \($0)" }
        lines.append(
            waited == nil
                ? "  `--wait 10m` waits for them; `--limit` with `and not` leaves them out"
                : "  a longer `--wait` waits on; `--limit` with `and not` leaves them out")
        return lines.joined(separator: "\n")
    }

    /// `px8-[01-03]: held by anna (run 2026-11-20-brave-otter, process 4711) for 12 min`.
    private var groups: [String] {
        var byHolder: [LeaseHolder: [HeldPhone]] = [:]
        for phone in held { byHolder[phone.holder, default: []].append(phone) }
        let sorted = byHolder.sorted { ($0.value[0].since, $0.key.run) < ($1.value[0].since, $1.key.run) }
        return sorted.map { holder, phones in
            let names = NameFolding.brief(phones.map(\.name))
            let since = phones.map(\.since).min() ?? time
            let owner = terminalSafe(holder.owner)
            let place =
                holder.process.machine == ProcessTable.machine ? "" : " on \(terminalSafe(holder.process.machine))"
            return "\(terminalSafe(names)): held by \(owner) (run \(terminalSafe(holder.run)), "
                + "process \(holder.process.pid)\(place)) for \(Self.words(.milliseconds(max(0, time - since))))"
        }
    }

    /// A duration in its two largest units, as it is typed: `2h5m`, `12m`, `40s`.
    static func words(_ duration: Duration) -> String {
        let seconds = duration.components.seconds
        let parts = [
            (seconds / 86_400, "d"), (seconds / 3_600 % 24, "h"), (seconds / 60 % 60, "m"), (seconds % 60, "s"),
        ]
        let first = parts.firstIndex { $0.0 > 0 } ?? 3
        return parts[first...].prefix(2).filter { $0.0 > 0 }.map { "\($0.0)\($0.1)" }.joined().nonEmpty ?? "0s"
    }
}

extension String {
    fileprivate var nonEmpty: String? { isEmpty ? nil : self }
}
