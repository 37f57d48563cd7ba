public import Farm
import PlaybookLanguage
import SourceText

/// Whom the plays of a playbook mean in one farm, to be evaluated when everybody is known.
public struct ChosenTargets: Sendable {
    /// Whom one play means.
    struct Play: Sendable {
        let kind: TargetKind
        let members: BoundSelector
        /// The limit of the command line, joined with the farm that this play chooses from.
        let limit: BoundSelector?
    }

    private let plays: [Play]
    private let seed: UInt64

    init(plays: [Play], seed: UInt64) {
        self.plays = plays
        self.seed = seed
    }

    /// The keys of `getprop` that decide, sorted; empty when the farm alone can answer.
    public var neededProperties: [String] {
        let selectors = plays.flatMap { play in
            switch play.kind {
            case .phones: [play.members, play.limit].compactMap(\.self)
            case .encoders: [play.limit].compactMap(\.self)
            // Nothing can be asked of a server.
            case .servers: [BoundSelector]()
            }
        }
        return Set(selectors.flatMap(\.neededProperties)).sorted()
    }

    /// Picks the targets.
    ///
    /// - Parameter known: What phones have answered, by name and key of `getprop`.
    public func selections(known: [String: [String: String]] = [:]) -> Selections {
        Selections(
            plays: plays.map { $0.members.evaluate(known: known, seed: seed, limit: $0.limit) })
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
