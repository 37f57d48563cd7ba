import Glibc

/// The book in which runs of one machine write down which phones they hold, so that no two of them hold one together.
///
/// A file per way in, below one lock. A lease ends when it is released, when its process is gone (number, start time and
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
    /// Called before each file is written; a test that throws here has killed the process at that point.
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
    /// - Throws: ``CustodyError``; what was written by then is free again.
    public func take(
        _ phones: [LeasedPhone], for holder: LeaseHolder, life: Duration
    ) throws(CustodyError) -> Answer {
        let folder = try LockedFolder(self.folder, isShared: true)
        let time = now()
        var held: [HeldPhone] = []
        // A run holds many phones, and its process is looked at once.
        var running: [ProcessMark: Bool] = [:]
        for phone in phones {
            let others = try records(of: phone, in: folder).first { record in
                guard record.holder != holder, record.until > time else { return false }
                let known = running[record.holder.process]
                let isRunning = known ?? (self.isRunning(record.holder.process) != false)
                running[record.holder.process] = isRunning
                return isRunning
            }
            if let other = others {
                held.append(
                    HeldPhone(name: phone.name, holder: other.holder, since: other.since, until: other.until))
            }
        }
        guard held.isEmpty else { return .held(held) }
        do {
            for phone in phones {
                for key in phone.keys {
                    let record = LeaseRecord(
                        key: key, phone: phone.name, holder: holder, since: time, until: time + life.milliseconds)
                    try willWrite?()
                    try folder.overwrite(FileName.safe(key), record.bytes)
                }
            }
        } catch  where willWrite == nil {
            for phone in phones { try? release(phone, of: holder, in: folder) }
            throw error
        }
        return .taken
    }

    /// Makes leases hold for another `life`.
    ///
    /// - Returns: The phones whose lease was lost meanwhile, because it was renewed too late and somebody took it.
    public func renew(
        _ phones: [LeasedPhone], for holder: LeaseHolder, life: Duration
    ) throws(CustodyError) -> [LeasedPhone] {
        let folder = try LockedFolder(self.folder, isShared: true)
        let time = now()
        var lost: [LeasedPhone] = []
        for phone in phones {
            let records = try records(of: phone, in: folder)
            guard records.count == phone.keys.count, records.allSatisfy({ $0.holder == holder }) else {
                lost.append(phone)
                continue
            }
            for var record in records {
                record.until = time + life.milliseconds
                try willWrite?()
                try folder.overwrite(FileName.safe(record.key), record.bytes)
            }
        }
        return lost
    }

    /// Frees phones; those that the holder does not hold are left alone.
    public func release(_ phones: [LeasedPhone], of holder: LeaseHolder) throws(CustodyError) {
        let folder = try LockedFolder(self.folder, isShared: true)
        for phone in phones {
            try willWrite?()
            try release(phone, of: holder, in: folder)
        }
    }

    private func release(
        _ phone: LeasedPhone, of holder: LeaseHolder, in folder: borrowing LockedFolder
    ) throws(CustodyError) {
        for key in phone.keys {
            let name = FileName.safe(key)
            guard let bytes = try folder.read(name), let record = LeaseRecord(bytes), record.holder == holder else {
                continue
            }
            // The file stays for the next run: making a thousand anew takes far longer than writing into them.
            try folder.overwrite(name, LeaseRecord.free)
        }
    }

    private func records(
        of phone: LeasedPhone, in folder: borrowing LockedFolder
    ) throws(CustodyError) -> [LeaseRecord] {
        var records: [LeaseRecord] = []
        for key in phone.keys {
            if let bytes = try folder.read(FileName.safe(key)), var record = LeaseRecord(bytes) {
                record.key = key
                records.append(record)
            }
        }
        return records
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
