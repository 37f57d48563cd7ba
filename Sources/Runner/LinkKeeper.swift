import Farm
import Lanes
import Synchronization

/// One phone's link: dialled when it is first needed, kept for the whole run, dialled anew after it was lost.
final class LinkKeeper: Sendable {
    private struct State {
        var link: (any ConnectedPhone)?
        var answers: [String: String] = [:]
    }

    private let phone: Phone
    private let lane: Lane
    private let dialer: any PhoneDialing
    private let onConnect: @Sendable (any ConnectedPhone) async throws -> [String: String]
    private let state = Mutex(State())

    /// - Parameter onConnect: Gets every new link, and says what the phone answered over it.
    init(
        _ phone: Phone, on lane: Lane, dialer: any PhoneDialing,
        onConnect: @escaping @Sendable (any ConnectedPhone) async throws -> [String: String]
    ) {
        self.phone = phone
        self.lane = lane
        self.dialer = dialer
        self.onConnect = onConnect
    }

    /// What the phone answered when it was last connected, by key of `getprop`.
    var answers: [String: String] { state.withLock { $0.answers } }

    /// The link; a new one when there is none.
    ///
    /// - Throws: `PhoneError`, `CancellationError`.
    func connected() async throws -> any ConnectedPhone {
        if let link = state.withLock({ $0.link }) { return link }
        let link = try await dialer.connect(to: phone, on: lane)
        do {
            let answers = try await onConnect(link)
            state.withLock { $0 = State(link: link, answers: answers) }
        } catch {
            await link.close()
            throw error
        }
        return link
    }

    /// Ends the link and makes a new one.
    func reconnected() async throws -> any ConnectedPhone {
        await drop()
        return try await connected()
    }

    /// Ends the link, if there is one.
    func drop() async {
        let link = state.withLock { state in
            defer { state.link = nil }
            return state.link
        }
        await link?.close()
    }
}
