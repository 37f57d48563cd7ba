public import Farm
import PlaybookLanguage
import SourceText

/// Whom the plays of a playbook mean in one farm, to be evaluated when everybody is known.
public struct ChosenTargets: Sendable {
    /// Whom one play means.
    struct Play: Sendable {
        let kind: TargetKind
        let members: BoundSelector
    }

    private let plays: [Play]
    private let limit: BoundSelector?
    private let seed: UInt64

    init(plays: [Play], limit: BoundSelector?, seed: UInt64) {
        self.plays = plays
        self.limit = limit
        self.seed = seed
    }

    /// The keys of `getprop` that decide, sorted; empty when the farm alone can answer.
    public var neededProperties: [String] {
        let phones = plays.filter { $0.kind == .phones }.flatMap(\.members.neededProperties)
        return Set(phones + (limit?.neededProperties ?? [])).sorted()
    }

    /// Picks the targets.
    ///
    /// - Parameter known: What phones have answered, by name and key of `getprop`.
    public func selections(known: [String: [String: String]] = [:]) -> Selections {
        Selections(
            plays: plays.map { play in
                // A limit speaks of phones and encoders; servers have their own selector only.
                play.members.evaluate(known: known, seed: seed, limit: play.kind == .servers ? nil : limit)
            })
    }
}

/// Whom each play of a playbook picked.
public struct Selections: Sendable {
    /// By play.
    public let plays: [Selection]

    /// Collects what plays picked.
    public init(plays: [Selection]) { self.plays = plays }

    /// The phones that must be asked before it is known who is meant, each once.
    public var toAsk: [Phone] {
        var seen: Set<String> = []
        return plays.flatMap(\.toAsk).filter { seen.insert($0.name).inserted }
    }
}
