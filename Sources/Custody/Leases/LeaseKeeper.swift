import Dispatch
public import Lanes
import Synchronization

// Sendable: the timer is made in `init` and only cancelled afterwards, which Dispatch allows from anywhere.

/// The leases of one run, renewed while it goes on and given back when it ends.
///
/// Not giving them back (`kill -9`) frees them as well: the process is gone.
public final class LeaseKeeper: @unchecked Sendable {
    /// How long a lease holds without being renewed, for whom nobody can see: 2 minutes.
    public static var life: Duration { .seconds(120) }

    private let book: LeaseBook
    private let holder: LeaseHolder
    private struct State {
        /// What is held, by name.
        var phones: [String: LeasedPhone]
        /// Whether a look at the book is due because phones were given back.
        var isDue = false
        var isOver = false
    }

    /// Phones that end one after the other are given back together, this often at most.
    private static let gathering = DispatchTimeInterval.seconds(2)

    private let state: Mutex<State>
    private let queue = DispatchQueue(label: "drover.leases")
    private let onLoss: @Sendable ([LeasedPhone], String) -> Void
    private let timer: any DispatchSourceTimer

    /// Takes phones for a run, waiting for those that others hold.
    ///
    /// It waits for all of them at once and holds none meanwhile, so runs that wait for each other's phones cannot block
    /// each other.
    ///
    /// - Parameters:
    ///   - wait: How long to wait; zero asks once.
    ///   - clock: What the waiting is measured with.
    ///   - pause: Waits between two looks.
    ///   - tell: Hears who is waited for, whenever that changes.
    ///   - onLoss: Hears of phones that somebody else took, because this process was stopped for longer than a lease
    ///     holds, and why.
    /// - Throws: ``LeaseRefusal`` when they are still held, ``CustodyError``, `CancellationError`.
    public static func take(
        _ phones: [LeasedPhone], from book: LeaseBook, for holder: LeaseHolder, wait: Duration = .zero,
        clock: any LaneClock = SystemClock(),
        pause: (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
        tell: (LeaseRefusal) -> Void = { _ in },
        onLoss: @escaping @Sendable ([LeasedPhone], String) -> Void = { _, _ in }
    ) async throws -> LeaseKeeper {
        let start = clock.now
        var told: [LeaseHolder]?
        while true {
            guard case .held(let held) = try book.take(phones, for: holder, life: life) else {
                return LeaseKeeper(phones, book, holder, onLoss)
            }
            let left = wait - clock.now.since(start)
            let refusal = LeaseRefusal(
                held: held, wanted: phones.count, time: book.time, waited: wait > .zero ? wait : nil)
            guard left > .zero else { throw refusal }
            let holders = held.map(\.holder)
            if told != holders { tell(refusal) }
            told = holders
            try await pause(min(left, .seconds(1)))
        }
    }

    private init(
        _ phones: [LeasedPhone], _ book: LeaseBook, _ holder: LeaseHolder,
        _ onLoss: @escaping @Sendable ([LeasedPhone], String) -> Void
    ) {
        self.book = book
        self.holder = holder
        state = Mutex(State(phones: Dictionary(phones.map { ($0.name, $0) }) { first, _ in first }))
        self.onLoss = onLoss
        timer = DispatchSource.makeTimerSource(queue: queue)
        timer.setEventHandler { [weak self] in self?.renew() }
        timer.schedule(deadline: .now() + .seconds(30), repeating: .seconds(30), leeway: .seconds(2))
        timer.activate()
    }

    deinit { release() }

    /// Renews all leases; the timer calls this four times in a lease's life.
    func renew() {
        let phones = state.withLock { state in
            state.isDue = false
            return state.isOver ? nil : Array(state.phones.values)
        }
        guard let phones, let late = try? book.renew(phones, for: holder, life: Self.life) else {
            // The process still stands for its leases; the next time may go well.
            return
        }
        guard !late.isEmpty else { return }
        let lost = state.withLock { state in
            // What was given back meanwhile is not lost.
            late.filter { state.phones.removeValue(forKey: $0.name) != nil }
        }
        if !lost.isEmpty { onLoss(lost, "drover was stopped for longer than \(LeaseRefusal.words(Self.life))") }
    }

    /// Gives back phones that are done while others go on, within two seconds; called from anywhere, it waits for nothing.
    public func release(_ names: some Sequence<String>) {
        let mustLook = state.withLock { state in
            var isLess = false
            for name in names where state.phones.removeValue(forKey: name) != nil { isLess = true }
            guard isLess, !state.isDue, !state.isOver else { return false }
            state.isDue = true
            return true
        }
        if mustLook { queue.asyncAfter(deadline: .now() + Self.gathering) { [weak self] in self?.renew() } }
    }

    /// Gives back everything; later calls do nothing.
    public func release() {
        timer.cancel()
        let isFirst = state.withLock { state in
            defer { state.isOver = true }
            return !state.isOver
        }
        // What cannot be given back ends with this process.
        if isFirst { try? book.releaseAll(of: holder) }
    }
}
