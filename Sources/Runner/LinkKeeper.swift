import Farm
import Lanes
import Synchronization

/// One target's link: dialled when it is first needed, kept for the whole run, dialled anew after it was lost.
final class LinkKeeper: Sendable {
    private struct State {
        var link: (any ConnectedTarget)?
        var answers: [String: String] = [:]
        var isDialling = false
        /// Strands that want the link which another one is making.
        var waiting: [Waiter<Void>] = []
    }

    private let dial: @Sendable () async throws -> any ConnectedTarget
    private let onConnect: @Sendable (any ConnectedTarget) async throws -> [String: String]
    private let state = Mutex(State())

    /// - Parameters:
    ///   - dial: Makes a link; called on the target's lane.
    ///   - onConnect: Gets every new link, and says what the target answered over it.
    init(
        dial: @escaping @Sendable () async throws -> any ConnectedTarget,
        onConnect: @escaping @Sendable (any ConnectedTarget) async throws -> [String: String]
    ) {
        self.dial = dial
        self.onConnect = onConnect
    }

    /// What the target answered when it was last connected, by key of `getprop`.
    var answers: [String: String] { state.withLock { $0.answers } }

    /// The link, when there is one.
    var present: (any ConnectedTarget)? { state.withLock { $0.link } }

    /// The commands over the present link that were given up and may still run on the target.
    var abandoned: [String] { present?.abandoned ?? [] }

    /// The link; a new one when there is none.
    ///
    /// - Throws: `PhoneError`, `CancellationError`.
    func connected() async throws -> any ConnectedTarget {
        while true {
            let (link, waiter) = state.withLock { state -> ((any ConnectedTarget)?, Waiter<Void>?) in
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

    private func dialled() async throws -> any ConnectedTarget {
        // Whoever waits looks again: there is a link then, or it is their turn to dial.
        defer {
            let waiting = state.withLock { state in
                state.isDialling = false
                defer { state.waiting = [] }
                return state.waiting
            }
            for waiter in waiting { waiter.resume(with: .success(())) }
        }
        let link = try await dial()
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
    func reconnected() async throws -> any ConnectedTarget {
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
