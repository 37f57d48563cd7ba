public import ADBWire
import Lanes

extension ADBConnection {
    /// Asks about many paths in one go; what is not there, or may not be looked at, has an `error`.
    ///
    /// - Parameter followingLinks: Whether a final link is followed; phones without `stat_v2` never do.
    /// - Returns: One status per path, in order. Sizes wrap at 4 GiB on phones without `stat_v2`.
    /// - Throws: ``ADBError``, `CancellationError`.
    public func status(of paths: [String], followingLinks: Bool = false) async throws -> [FileStatus] {
        guard !paths.isEmpty else { return [] }
        let answers = StatAnswers()
        let question = try StatQuestion(paths, followingLinks: followingLinks, features: features)
        try await ask(question) { answers.all.append($1) }
        return answers.all
    }

    /// Asks a question that other phones with the same features are asked too, and hands on each answer as it comes.
    ///
    /// - Parameter take: Gets the path's index; called on the connection's lane.
    /// - Throws: ``ADBError``, `CancellationError`.
    public func ask(_ question: StatQuestion, take: @escaping @Sendable (Int, FileStatus) -> Void) async throws {
        guard question.count > 0 else { return }
        let operation = "look at \(question.subject) on \(name)"
        try await converse(StatConversation(question, take), operation, first: question.requests)
    }
}

/// Paths to be asked about, as the protocol says them.
public final class StatQuestion: Sendable {
    /// How many paths there are.
    public let count: Int
    let requests: SharedBytes
    let expectation: SyncExpectation
    let subject: String

    /// - Throws: ``ADBError`` with `unsupported` when a path is longer than the protocol carries.
    public init(_ paths: [String], followingLinks: Bool = false, features: FeatureSet) throws(ADBError) {
        count = paths.count
        subject = paths.count == 1 ? paths[0] : "\(paths.count) files"
        let isNew = features.contains(.stat_v2)
        expectation = isNew ? .status2 : .status1
        let id: SyncID = isNew ? (followingLinks ? .stat2 : .lstat2) : .stat
        var requests: [UInt8] = []
        for path in paths { try encode(.status(id, path: Array(path.utf8)), "look at \(subject)", to: &requests) }
        self.requests = SharedBytes(requests)
    }
}

// Sendable: touched only on the connection's lane.
private final class StatAnswers: @unchecked Sendable {
    var all: [FileStatus] = []
}

// Sendable: touched only on the connection's lane.
private final class StatConversation: SyncConversation, @unchecked Sendable {
    let end = Waiter<Void>()
    var stream: (any ADBStream)?
    var reader = SyncReader()
    let expectation: SyncExpectation?
    private let count: Int
    private let handOn: @Sendable (Int, FileStatus) -> Void
    private var answered = 0

    init(_ question: StatQuestion, _ take: @escaping @Sendable (Int, FileStatus) -> Void) {
        count = question.count
        expectation = question.expectation
        handOn = take
    }

    func take(_ response: SyncResponse) throws -> Void? {
        switch response {
        case .status(let status):
            handOn(answered, status)
            answered += 1
            return answered == count ? () : nil
        case .failed(let reason): throw ADBError(.phoneSaid, "look at files", reason)
        case .entry, .data, .done, .okay: return nil
        }
    }
}
