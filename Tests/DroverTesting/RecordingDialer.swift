public import Farm
public import Lanes
import Synchronization

/// Makes the links that a test says, and notes every time it is asked.
public final class RecordingDialer: PhoneDialing {
    private let dialled = Mutex<[String]>([])
    private let answer: @Sendable (Phone, Lane, Int) async throws -> any ConnectedPhone

    /// Makes a dialer.
    ///
    /// - Parameter answer: Gets the phone, its lane, and how often this phone was dialled before.
    public init(_ answer: @escaping @Sendable (Phone, Lane, Int) async throws -> any ConnectedPhone) {
        self.answer = answer
    }

    /// The names of the phones that were dialled, in order.
    public var calls: [String] { dialled.withLock { $0 } }

    /// Notes the call and answers.
    public func connect(to phone: Phone, on lane: Lane) async throws -> any ConnectedPhone {
        let before = dialled.withLock { dialled in
            defer { dialled.append(phone.name) }
            return dialled.count { $0 == phone.name }
        }
        return try await answer(phone, lane, before)
    }
}
