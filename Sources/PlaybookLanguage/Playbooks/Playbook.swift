public import SourceText

/// A playbook that was read and found sound: typed steps, nothing of any phone.
public struct Playbook: Sendable {
    /// The text it was read from.
    public let file: SourceFile
    /// Its name; the file's when it gives none.
    public let name: String
    /// Its inputs, in the order declared.
    public let inputs: [InputDeclaration]
    /// Its variables.
    public let variables: [String: Argument<Value>]
    /// Which phones it is for.
    public let phones: SelectorText
    /// Its steps, in order.
    public let steps: [StepCall]
    /// The fields of `phone` that its expressions speak of; what the farm does not know, the phone must be asked.
    public let phoneFields: Set<String>
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

/// One step of a playbook.
public struct StepCall: Sendable {
    /// Its place among the steps, from 0.
    public let index: Int
    /// The word that names its kind.
    public let keyword: String
    /// What the kind made of its arguments.
    public let kind: any Sendable
    /// Its heading, when it has one.
    public let name: Template?
    /// The name under which later steps ask for its results.
    public let id: String?
    /// Whether it is for this phone at all.
    public let when: Expression?
    /// The bound on each attempt; the kind's default when nil.
    public let timeout: Argument<Duration>?
    /// How long no byte may move while bytes are due; the kind's default when nil.
    public let stall: Argument<Duration>?
    /// How many more attempts there may be; none unless written.
    public let retries: Argument<Int>?
    /// How long to wait before another attempt; a default with jitter when nil.
    public let delay: Argument<Duration>?
    /// What the result must be to pass.
    public let expect: Expectation?
    /// Whether the step counts as a change; the kind knows when nil.
    public let changes: Argument<Bool>?
    /// A command that says by exit code 0 that there is nothing to do.
    public let unless: ShellTemplate?
    /// Whether a failure lets the phone go on.
    public let continueOnError: Argument<Bool>?
    /// Variables of this step alone.
    public let variables: [String: Argument<Value>]
    /// Where the step stands.
    public let span: SourceSpan
    /// Where its keyword stands.
    public let keywordSpan: SourceSpan

    /// The heading, or the keyword with its arguments in short, as written.
    public var title: String { name?.source ?? keyword }
}

/// What the result of a step must be: `expect: { exit: 0, output: versionName=1. }`.
public struct Expectation: Sendable {
    /// The exit code.
    public let exit: Argument<Int>?
    /// A text that the output contains.
    public let output: Argument<String>?
    /// A pattern that is found in the output.
    public let outputMatches: Argument<Pattern>?
    /// Where it stands.
    public let span: SourceSpan
}
