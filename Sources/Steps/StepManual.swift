public import PlaybookLanguage

/// The reference page of a step kind; written beside its code, and printed by `drover steps KIND`.
public struct StepManual: Sendable {
    /// One argument.
    public struct Argument: Sendable {
        /// The key in the playbook.
        public let name: String
        /// What it takes, in the words of inputs: `file`, `text`, `true or false`.
        public let type: String
        /// What holds when it is left out; nil when it must be given.
        public let standard: String?
        /// The argument that may be given in its place; exactly one of the two is.
        public let instead: String?
        /// What it does, in one sentence.
        public let help: String

        /// Whether it must be given, whatever else is.
        public var isRequired: Bool { standard == nil && instead == nil }

        /// Describes an argument; it must be given unless `standard` or `instead` is.
        public init(
            _ name: String, _ type: String, standard: String? = nil, instead: String? = nil, _ help: String
        ) {
            self.name = name
            self.type = type
            self.standard = standard
            self.instead = instead
            self.help = help
        }
    }

    /// One value that later steps can read as `steps.ID.NAME`.
    public struct Output: Sendable {
        /// The name.
        public let name: String
        /// What it holds.
        public let help: String
        /// Its type, for the checking of expressions.
        public let type: ValueType

        /// Describes an output.
        public init(_ name: String, _ help: String, _ type: ValueType = .text) {
            self.name = name
            self.help = help
            self.type = type
        }
    }

    /// The step kind's key in a playbook.
    public let keyword: String
    /// What it does, in one line.
    public let summary: String
    /// What else a reader must know, in a paragraph or two; may be empty.
    public let details: String
    /// What it acts on.
    public let targets: Set<TargetKind>
    /// The short form, when the key may be followed by a scalar: the name of the argument that the scalar is.
    public let scalar: String?
    /// The arguments, in the order of the page.
    public let arguments: [Argument]
    /// The outputs of its own, beside those that every step has.
    public let outputs: [Output]
    /// What it can do to a phone when nothing in its arguments says otherwise.
    public let stepClass: StepClass
    /// The limit that it counts against.
    public let load: StepLoad
    /// The limit of one attempt when the playbook sets none.
    public let timeout: Duration
    /// The longest time without a byte, while bytes are due, when the playbook sets none.
    public let stall: Duration
    /// Whether it may be repeated after the phone was lost with the request on its way.
    public let mayRepeatAfterSent: Bool
    /// Pieces of playbooks, each of which parses.
    public let examples: [String]

    /// Collects the page.
    public init(
        _ keyword: String, _ summary: String, details: String = "",
        targets: Set<TargetKind> = [.phones], scalar: String? = nil, arguments: [Argument],
        outputs: [Output] = [], class stepClass: StepClass, load: StepLoad = .light, timeout: Duration,
        stall: Duration = .seconds(60), mayRepeatAfterSent: Bool = true, examples: [String]
    ) {
        self.keyword = keyword
        self.summary = summary
        self.details = details
        self.targets = targets
        self.scalar = scalar
        self.arguments = arguments
        self.outputs = outputs
        self.stepClass = stepClass
        self.load = load
        self.timeout = timeout
        self.stall = stall
        self.mayRepeatAfterSent = mayRepeatAfterSent
        self.examples = examples
    }
}
