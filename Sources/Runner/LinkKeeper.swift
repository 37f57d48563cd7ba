import Farm
import Lanes
import Synchronization

/// One phone's link: dialled when it is first needed, kept for the whole run, dialled anew after it was lost.
final class LinkKeeper: Sendable {
    private struct State {
        var link: (any ConnectedPhone)?
        var answers: [String: String] = [:]
        var isDialling = false
        /// Strands that want the link which another one is making.
        var waiting: [Waiter<Void>] = []
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

    /// The link, when there is one.
    var present: (any ConnectedPhone)? { state.withLock { $0.link } }

    /// The commands over the present link that were given up and may still run on the phone.
    var abandoned: [String] { present?.abandoned ?? [] }

    /// The link; a new one when there is none.
    ///
    /// - Throws: `PhoneError`, `CancellationError`.
    func connected() async throws -> any ConnectedPhone {
        while true {
            let (link, waiter) = state.withLock { state -> ((any ConnectedPhone)?, Waiter<Void>?) in
                if let link = state.link { return (link, nil) }
                guard state.isDialling else {
                    state.isDialling = true
                    return (nil, nil)
                }
                let waiter = Waiter<Void>()
                state.waiting.append(waiter)
                return (nil, waiter)
            }
            if let link { return link }
            guard let waiter else { return try await dialled() }
            try await waiter.value()
        }
    }

    private func dialled() async throws -> any ConnectedPhone {
        // Whoever waits looks again: there is a link then, or it is their turn to dial.
        defer {
            let waiting = state.withLock { state in
                state.isDialling = false
                defer { state.waiting = [] }
                return state.waiting
            }
            for waiter in waiting { waiter.resume(with: .success(())) }
        }
        let link = try await dialer.connect(to: phone, on: lane)
        do {
            let answers = try await onConnect(link)
            state.withLock { state in
                state.link = link
                state.answers = answers
            }
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
