public import SourceText

/// A playbook that was read and found sound: typed plays, nothing of any phone.
public struct Playbook: Sendable {
    /// The text it was read from.
    public let file: SourceFile
    /// The texts that it includes, each once, in the order first named.
    public let includes: [SourceFile]
    /// Its name; the file's when it gives none.
    public let name: String
    /// Its inputs, in the order declared.
    public let inputs: [InputDeclaration]
    /// Its variables.
    public let variables: [String: Argument<Value>]
    /// The secrets that it declares.
    public let secrets: [SecretDeclaration]
    /// The payloads that it declares, in the order declared.
    public let payloads: [PayloadDeclaration]
    /// When the run is to begin nothing more.
    public let deadline: Argument<RunDeadline>?
    /// How many may fail over the whole run before it stops; nil for no limit.
    public let maxFail: MaxFailCall?
    /// How many failures of a kind leave the run well.
    public let tolerate: [FailureKind: Argument<Amount>]
    /// Its plays, in order; one when `phones` and `steps` stand at the top.
    public let plays: [PlayCall]
    /// The fields of `phone` that its expressions speak of; what the farm does not know, the phone must be asked.
    public let phoneFields: Set<String>
    /// The names of the secrets that its expressions speak of.
    public let secretsInUse: Set<String>
    /// The names of the payloads that its expressions speak of; their facts must be known before a phone is touched.
    public let payloadsInUse: Set<String>

    /// Collects a playbook.
    init(
        file: SourceFile, includes: [SourceFile] = [], name: String, inputs: [InputDeclaration],
        variables: [String: Argument<Value>], secrets: [SecretDeclaration] = [],
        payloads: [PayloadDeclaration] = [], deadline: Argument<RunDeadline>? = nil,
        maxFail: MaxFailCall? = nil,
        tolerate: [FailureKind: Argument<Amount>] = [:], plays: [PlayCall], phoneFields: Set<String>,
        secretsInUse: Set<String> = [], payloadsInUse: Set<String> = []
    ) {
        self.file = file
        self.includes = includes
        self.name = name
        self.inputs = inputs
        self.variables = variables
        self.secrets = secrets
        self.payloads = payloads
        self.deadline = deadline
        self.maxFail = maxFail
        self.tolerate = tolerate
        self.plays = plays
        self.phoneFields = phoneFields
        self.secretsInUse = secretsInUse
        self.payloadsInUse = payloadsInUse
    }
}

/// When a run begins nothing more: `deadline: 06:00` or `deadline: 8h`.
public enum RunDeadline: Hashable, Sendable {
    /// The next time that this machine's clock shows this time of day.
    case clock(hour: Int, minute: Int)
    /// So long after the run's start.
    case after(Duration)
}

/// A number of targets, or a part of them.
public enum Amount: Hashable, Sendable {
    /// So many.
    case count(Int)
    /// So many of a hundred.
    case percent(Double)

    /// The number it means of `total`, rounded down: how many failures may be borne.
    public func roundedDown(of total: Int) -> Int {
        switch self {
        case .count(let count): count
        case .percent(let percent): Int((Double(total) * percent / 100 + 1e-9).rounded(.down))
        }
    }

    /// The number it means of `total`, rounded up: how large a wave is.
    public func roundedUp(of total: Int) -> Int {
        switch self {
        case .count(let count): count
        case .percent(let percent): Int((Double(total) * percent / 100 - 1e-9).rounded(.up))
        }
    }

    /// As it is written: `5`, `3%`.
    public var text: String {
        switch self {
        case .count(let count): "\(count)"
        case .percent(let percent): "\(Value.number(percent).textForm ?? "\(percent)")%"
        }
    }
}

/// The verdicts that count as failures, by the words of playbooks.
public enum FailureKind: String, Hashable, Sendable, CaseIterable {
    /// The phone said no, or not what was expected.
    case failed
    /// The phone could not be reached, or went away.
    case lost
    /// A limit of time passed.
    case timedOut = "timed-out"
}

/// A selector as it stands in a playbook.
public struct SelectorText: Sendable {
    /// The text, which may hold inputs, variables and the environment.
    public let template: Template
    private let origin: TextOrigin

    init(_ template: Template, origin: TextOrigin) {
        self.template = template
        self.origin = origin
    }

    /// Where it stands.
    public var span: SourceSpan { template.span }

    /// Where a part of the text stands, in UTF-8 bytes; the whole when expressions moved the places.
    public func span(ofText range: Range<Int>) -> SourceSpan {
        template.literal == nil ? span : origin.span(of: range)
    }
}

extension Playbook {
    /// How many steps it has, those inside blocks and of failures included.
    public var stepCount: Int { plays.reduce(0) { $0 + Self.count($1.steps) + Self.count($1.onFailure) } }

    private static func count(_ entries: [StepEntry]) -> Int {
        entries.reduce(0) { sum, entry in
            switch entry {
            case .step: sum + 1
            case .block(let block): sum + count(block.steps) + count(block.rescue) + count(block.always)
            }
        }
    }
}
