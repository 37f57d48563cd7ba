import Glibc

/// The book in which runs of one machine write down which phones they hold, so that no two of them hold one together.
///
/// A page per run, below one lock. A lease ends when it is released, when its process is gone (number, start time and
/// boot tell), or when it was not renewed in time.
public struct LeaseBook: Sendable {
    /// What came of asking for phones.
    public enum Answer: Hashable, Sendable {
        /// All of them are held from now on.
        case taken
        /// None of them was taken, because these are held by others.
        case held([HeldPhone])
    }

    /// Where the book is.
    public let folder: String
    private let now: @Sendable () -> Int64
    private let isRunning: @Sendable (ProcessMark) -> Bool?
    /// Called before a page is written or removed; a test that throws here has killed the process at that point.
    var willWrite: (@Sendable () throws(CustodyError) -> Void)?

    /// Opens the book of a folder that ``LeasePlace`` has found good.
    public init(_ place: LeasePlace) {
        self.init(folder: place.path, now: { Self.wallClock() }, isRunning: { ProcessTable.isRunning($0) })
    }

    /// A book with a clock and a process table that tests own.
    ///
    /// - Parameters:
    ///   - now: Milliseconds since 1970.
    ///   - isRunning: Whether a process runs; nil when that cannot be known.
    init(
        folder: String, now: @escaping @Sendable () -> Int64, isRunning: @escaping @Sendable (ProcessMark) -> Bool?
    ) {
        self.folder = folder
        self.now = now
        self.isRunning = isRunning
    }

    /// Takes all of the phones, or none.
    ///
    /// - Parameter life: How long the leases hold without being renewed.
    /// - Throws: ``CustodyError``; none of them is held then.
    public func take(
        _ phones: [LeasedPhone], for holder: LeaseHolder, life: Duration
    ) throws(CustodyError) -> Answer {
        let folder = try LockedFolder(self.folder, isShared: true)
        let time = now()
        var found = try look(into: folder, for: holder, at: time)
        let held = phones.compactMap { found.holding($0) }
        guard held.isEmpty else { return .held(held) }
        let wanted = Set(phones)
        found.own.leases.removeAll { wanted.contains($0.phone) }
        found.own.leases += phones.map { LeasePage.Lease(phone: $0, since: time, until: time + life.milliseconds) }
        try write(found.own, into: folder)
        return .taken
    }

    /// Holds these phones for another `life`, and no others any longer.
    ///
    /// One that was renewed too late stays held when nobody has it at this moment.
    ///
    /// - Returns: The phones that somebody else has taken meanwhile.
    public func renew(
        _ phones: [LeasedPhone], for holder: LeaseHolder, life: Duration
    ) throws(CustodyError) -> [LeasedPhone] {
        let folder = try LockedFolder(self.folder, isShared: true)
        let time = now()
        var found = try look(into: folder, for: holder, at: time)
        let since = Dictionary(found.own.leases.map { ($0.phone, $0.since) }) { first, _ in first }
        var lost: [LeasedPhone] = []
        found.own.leases = []
        for phone in phones {
            guard found.holding(phone) == nil else {
                lost.append(phone)
                continue
            }
            found.own.leases.append(
                LeasePage.Lease(phone: phone, since: since[phone] ?? time, until: time + life.milliseconds))
        }
        try write(found.own, into: folder)
        return lost
    }

    /// Frees phones; those that the holder does not hold are left alone.
    public func release(_ phones: [LeasedPhone], of holder: LeaseHolder) throws(CustodyError) {
        let folder = try LockedFolder(self.folder, isShared: true)
        guard let bytes = try folder.read(LeasePage.name(of: holder)), var page = LeasePage(bytes),
            page.holder == holder
        else { return }
        let done = Set(phones)
        page.leases.removeAll { done.contains($0.phone) }
        try write(page, into: folder)
    }

    /// Frees whatever the holder holds.
    public func releaseAll(of holder: LeaseHolder) throws(CustodyError) {
        let folder = try LockedFolder(self.folder, isShared: true)
        try write(LeasePage(holder: holder), into: folder)
    }

    /// Everything that stands in the book.
    private struct Contents {
        var own: LeasePage
        /// Who else holds what, by way in.
        var others: [String: (holder: LeaseHolder, lease: LeasePage.Lease)] = [:]

        func holding(_ phone: LeasedPhone) -> HeldPhone? {
            guard !others.isEmpty, let other = phone.keys.lazy.compactMap({ others[$0] }).first else { return nil }
            return HeldPhone(
                name: phone.name, holder: other.holder, since: other.lease.since, until: other.lease.until)
        }
    }

    /// Reads all pages, and removes those of processes that are gone, as far as this user may.
    private func look(
        into folder: borrowing LockedFolder, for holder: LeaseHolder, at time: Int64
    ) throws(CustodyError) -> Contents {
        var contents = Contents(own: LeasePage(holder: holder))
        for name in try folder.names() where LeasePage.isName(name) {
            guard let bytes = try folder.read(name), let page = LeasePage(bytes) else { continue }
            guard page.holder != holder else {
                contents.own = page
                continue
            }
            let isGone = isRunning(page.holder.process) == false
            let leases = isGone ? [] : page.leases.filter { $0.until > time }
            if leases.isEmpty { folder.remove(name) }
            for lease in leases {
                for key in lease.phone.keys { contents.others[key] = (page.holder, lease) }
            }
        }
        return contents
    }

    private func write(_ page: LeasePage, into folder: borrowing LockedFolder) throws(CustodyError) {
        try willWrite?()
        let name = LeasePage.name(of: page.holder)
        guard !page.leases.isEmpty else { return folder.remove(name) }
        try folder.replace(name, page.bytes)
    }

    /// The book's clock, in milliseconds since 1970.
    var time: Int64 { now() }

    private static func wallClock() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }
}

extension Duration {
    /// Whole milliseconds.
    var milliseconds: Int64 { components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000 }
}
