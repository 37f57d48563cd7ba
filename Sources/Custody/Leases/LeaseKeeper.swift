import Dispatch
public import Lanes
import Synchronization

// Sendable: the timer is made in `init` and only cancelled afterwards, which Dispatch allows from anywhere.

/// The leases of one run, renewed while it goes on and given back phone by phone as it ends for them.
///
/// Not giving them back (`kill -9`) frees them as well: the process is gone.
public final class LeaseKeeper: @unchecked Sendable {
    /// How long a lease holds without being renewed, for whom nobody can see: 2 minutes.
    public static var life: Duration { .seconds(120) }

    private let book: LeaseBook
    private let holder: LeaseHolder
    private let phones: Mutex<[LeasedPhone]>
    private let onLoss: @Sendable ([LeasedPhone], String) -> Void
    /// Phones that are done and whose leases are on their way back.
    private let done = Mutex<Set<String>>([])
    private let queue = DispatchQueue(label: "drover.leases")
    private let timer = DispatchSource.makeTimerSource(queue: .global())

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
        self.phones = Mutex(phones)
        self.onLoss = onLoss
        timer.setEventHandler { [weak self] in self?.renew() }
        timer.schedule(deadline: .now() + .seconds(30), repeating: .seconds(30), leeway: .seconds(2))
        timer.activate()
    }

    deinit { release() }

    /// Renews all leases; the timer calls this four times in a lease's life.
    func renew() {
        let late: [LeasedPhone]
        do {
            late = try book.renew(phones.withLock { $0 }, for: holder, life: Self.life)
        } catch {
            // The process still stands for its leases; the next time may go well.
            return
        }
        guard !late.isEmpty else { return }
        let lost = phones.withLock { held in
            // What was given back meanwhile is not lost.
            let lost = late.filter { held.contains($0) }
            held.removeAll { late.contains($0) }
            return lost
        }
        if !lost.isEmpty { onLoss(lost, "drover was stopped for longer than \(LeaseRefusal.words(Self.life))") }
    }

    /// Gives back phones that are done while others go on: within a tenth of a second, and without waiting for the book.
    ///
    /// Those that end together are given back together, since every look into the book costs a lock.
    public func releaseSoon(_ names: some Sequence<String>) {
        let isFirst = done.withLock { done in
            defer { done.formUnion(names) }
            return done.isEmpty
        }
        guard isFirst, !done.withLock({ $0.isEmpty }) else { return }
        queue.asyncAfter(deadline: .now() + .milliseconds(100)) { [weak self] in
            guard let self else { return }
            release(
                done.withLock { done in
                    defer { done = [] }
                    return done
                })
        }
    }

    /// Gives back phones that are done while others go on.
    public func release(_ names: Set<String>) {
        let done = phones.withLock { held in
            defer { held.removeAll { names.contains($0.name) } }
            return held.filter { names.contains($0.name) }
        }
        // What cannot be given back ends with this process.
        if !done.isEmpty { try? book.release(done, of: holder) }
    }

    /// Gives back everything; later calls do nothing.
    public func release() {
        timer.cancel()
        let all = phones.withLock { held in
            defer { held = [] }
            return held
        }
        if !all.isEmpty { try? book.release(all, of: holder) }
    }
}
