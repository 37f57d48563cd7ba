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
        let operation = "look at \(paths.count == 1 ? paths[0] : "\(paths.count) files") on \(name)"
        let isNew = features.contains(.stat_v2)
        let id: SyncID = isNew ? (followingLinks ? .stat2 : .lstat2) : .stat
        var requests: [UInt8] = []
        for path in paths { try encode(.status(id, path: Array(path.utf8)), operation, to: &requests) }
        let conversation = StatConversation(count: paths.count, expectation: isNew ? .status2 : .status1)
        return try await converse(conversation, operation, first: requests)
    }
}

// Sendable: touched only on the connection's lane.
private final class StatConversation: SyncConversation, @unchecked Sendable {
    let end = Waiter<[FileStatus]>()
    var stream: (any ADBStream)?
    var reader = SyncReader()
    let expectation: SyncExpectation?
    private let count: Int
    private var answers: [FileStatus] = []

    init(count: Int, expectation: SyncExpectation) {
        self.count = count
        self.expectation = expectation
    }

    func take(_ response: SyncResponse) throws -> [FileStatus]? {
        switch response {
        case .status(let status):
            answers.append(status)
            return answers.count == count ? answers : nil
        case .failed(let reason): throw ADBError(.phoneSaid, "look at files", reason)
        case .entry, .data, .done, .okay: return nil
        }
    }
}
