public import Farm
public import PlaybookLanguage

/// One thing that a step can do to a target; one file in `Kinds/` per kind, and nobody else knows which there are.
///
/// A kind is read once per playbook into a value whose arguments may hold unevaluated `${{ }}`; they are evaluated per
/// target with the context's scope. Most kinds act on one kind of target, and are a ``PhoneStepKind``, a
/// ``HostStepKind`` or a ``ServerStepKind``.
public protocol StepKind: Sendable {
    /// The reference page.
    static var manual: StepManual { get }

    /// Reads the arguments; mistakes are collected by `arguments`, all of them in one go.
    init(reading arguments: inout StepArguments)

    /// The step in a few words: `install game.apk`.
    ///
    /// - Parameter scope: Where values are taken from; what it does not know stands there as it was written.
    func summary(in scope: Scope?) -> String

    /// What these arguments make of the manual's class.
    var stepClass: StepClass { get }

    /// The limit of one attempt when the playbook sets none; never less than what the arguments themselves ask for.
    var timeout: Duration { get }

    /// Whether an exit code other than 0 is a failure unless the playbook expects it.
    var judgesExit: Bool { get }

    /// Whether a person's word is needed however few targets there are.
    var needsWord: Bool { get }

    /// Whether the steps behind one in the background begin only when this one has said that it is ready, or is over.
    var isAwaitedInBackground: Bool { get }

    /// Where on the phone it removes what it does not bring; nil for all others, and where only the run decides.
    var purgedFolder: PurgedFolder? { get }

    /// The local files and apps that will be delivered, so that they are opened and checked before a phone is touched.
    ///
    /// - Throws: ``PlaybookError`` when an argument cannot be evaluated.
    func payloads(in scope: Scope) throws(PlaybookError) -> [PayloadRequest]

    /// Why the service of a target's account has no way to do it, and what to do instead; nil where it has, or where that
    /// shows only during the run.
    ///
    /// - Parameter accounts: All accounts of the farm.
    func refusal(by service: CloudAccount.Kind, among accounts: [CloudAccount]) -> ServiceRefusal?

    /// Looks at the target and changes nothing.
    ///
    /// - Throws: ``PhoneError`` when the link fails, ``PlaybookError`` or ``PayloadError`` for what is wrong on our side.
    func need(on target: any ConnectedTarget, context: StepContext) async throws -> Need

    /// Does the work.
    ///
    /// - Throws: ``PhoneError`` when the link fails, ``PlaybookError`` or ``PayloadError`` for what is wrong on our side.
    func perform(on target: any ConnectedTarget, context: StepContext) async throws -> StepOutcome
}

extension StepKind {
    /// The step in a few words, without values that are not known yet.
    public var summary: String { summary(in: nil) }

    /// The manual's class.
    public var stepClass: StepClass { Self.manual.stepClass }

    /// The manual's limit.
    public var timeout: Duration { Self.manual.timeout }

    /// Nothing is removed but what it says.
    public var purgedFolder: PurgedFolder? { nil }

    /// What was done is judged by other means than an exit code.
    public var judgesExit: Bool { false }

    /// An order costs, and a lock shuts out, however few it is for.
    public var needsWord: Bool { stepClass >= .money }

    /// Nobody waits for it.
    public var isAwaitedInBackground: Bool { false }

    /// It has a way, or that shows during the run.
    public func refusal(by service: CloudAccount.Kind, among accounts: [CloudAccount]) -> ServiceRefusal? { nil }

    /// Nothing local is delivered.
    public func payloads(in scope: Scope) throws(PlaybookError) -> [PayloadRequest] { [] }

    /// The manual, reachable from a value.
    public var manual: StepManual { Self.manual }
}
