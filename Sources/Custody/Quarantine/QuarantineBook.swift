import Farm
import Glibc
public import Journal
import Lanes

/// The book of phones that fail again and again for reasons of their own.
///
/// A file of the user's, below a lock; only phones that failed lately or are quarantined stand in it.
public struct QuarantineBook: Sendable {
    private static let file = "phones"

    /// The folder that holds it.
    public let folder: String
    /// When a phone is quarantined.
    public let policy: QuarantinePolicy
    private let now: @Sendable () -> Int64

    /// Opens the book in a folder, which is made when something is written.
    ///
    /// - Parameter now: Milliseconds since 1970; the machine's clock when not given.
    public init(
        folder: String, policy: QuarantinePolicy = QuarantinePolicy(),
        now: (@Sendable () -> Int64)? = nil
    ) {
        self.folder = folder
        self.policy = policy
        self.now = now ?? { Int64(time(nil)) * 1_000 }
    }

    /// The user's own book: `$XDG_STATE_HOME/drover/quarantine`, else `~/.local/state/drover/quarantine`.
    public init(environment: [String: String]) {
        let state = environment["XDG_STATE_HOME"] ?? ""
        let home = environment["HOME"] ?? "."
        self.init(folder: (state.isEmpty ? "\(home)/.local/state" : state) + "/drover/quarantine")
    }

    /// The quarantined phones, by name.
    ///
    /// - Throws: ``CustodyError`` when there is a book that cannot be read.
    public func phones() throws(CustodyError) -> [QuarantinedPhone] {
        guard access(folder, F_OK) == 0 else { return [] }
        let locked = try LockedFolder(folder, isShared: false)
        return try pages(in: locked).compactMap(\.quarantine)
    }

    /// The names of the quarantined phones.
    ///
    /// - Throws: As ``phones()`` does.
    public func names() throws(CustodyError) -> Set<String> { Set(try phones().map(\.name)) }

    /// Whether a phone is quarantined.
    ///
    /// - Throws: As ``phones()`` does.
    public func isQuarantined(_ name: String) throws(CustodyError) -> Bool { try names().contains(name) }

    /// Remembers how a run went for each of its phones.
    ///
    /// A run in which most of five or more phones fail so says something about a network or a server, not about phones,
    /// and is left out.
    ///
    /// - Returns: The phones that are quarantined from now on because of it.
    /// - Throws: ``CustodyError``.
    public func note(_ record: RunRecord) throws(CustodyError) -> [QuarantinedPhone] {
        guard let run = record.header?.id.description else { return [] }
        let outcomes = record.phones.compactMap { phone in
            Self.outcome(of: phone, in: run, record).map { (phone.target.name, $0) }
        }
        let failed = outcomes.count { $0.1.code != nil }
        if outcomes.count >= 5, failed * 2 > outcomes.count { return [] }
        return try change { (pages: inout [String: QuarantinePage]) in
            var new: [QuarantinedPhone] = []
            for (name, outcome) in outcomes where outcome.code != nil || pages[name] != nil {
                var page = pages[name] ?? QuarantinePage(name: name)
                guard page.quarantine == nil else { continue }
                page.note(outcome, keeping: policy.runs)
                let against = page.outcomes.filter { $0.code != nil }
                if against.count >= policy.failures {
                    let quarantine = quarantine(name, against, of: page.outcomes.count)
                    new.append(quarantine)
                    page.quarantine = quarantine
                    page.outcomes = []
                }
                pages[name] = page
            }
            return new
        }
    }

    /// Quarantines phones because a person says so; the time of one that is quarantined already begins anew.
    ///
    /// - Parameter time: How long; nil for the policy's.
    /// - Throws: ``CustodyError``.
    public func add(_ names: [String], reason: String, by: String, for time: Duration? = nil) throws(CustodyError) {
        let start = now()
        try change { (pages: inout [String: QuarantinePage]) in
            for name in names {
                pages[name, default: QuarantinePage(name: name)].quarantine = QuarantinedPhone(
                    name: name, reason: reason, evidence: [], by: by, since: start,
                    until: start + (time ?? policy.time).milliseconds)
            }
        }
    }

    /// Takes phones out of quarantine and forgets what spoke against them.
    ///
    /// - Returns: The names of those that were quarantined.
    /// - Throws: ``CustodyError``.
    public func release(_ names: Set<String>) throws(CustodyError) -> [String] {
        try change { (pages: inout [String: QuarantinePage]) in
            names.sorted().filter { pages.removeValue(forKey: $0)?.quarantine != nil }
        }
    }

    private func quarantine(
        _ name: String, _ against: [QuarantinePage.Outcome], of count: Int
    ) -> QuarantinedPhone {
        let codes = Set(against.compactMap(\.code)).sorted().joined(separator: ", ")
        return QuarantinedPhone(
            name: name, reason: "\(codes): \(against.count) of its last \(count) runs",
            evidence: against.map { "\($0.run): \($0.words)" }, by: nil, since: now(),
            until: now() + policy.time.milliseconds)
    }

    /// nil for a phone that the run says nothing about.
    private static func outcome(of phone: PhoneRecord, in run: String, _ record: RunRecord) -> QuarantinePage.Outcome? {
        switch phone.verdict {
        case .notStarted, .cancelled, .skipped: return nil
        case .ok, .changed: return QuarantinePage.Outcome(run: run)
        case .failed, .lost, .timedOut:
            guard let failure = phone.failure, PhoneReason.holds(for: failure) else {
                return QuarantinePage.Outcome(run: run)
            }
            let label = phone.end?.step.flatMap { record.label(of: $0) }
            let step = label.map { $0.name ?? $0.summary ?? $0.keyword } ?? failure.operation
            // A phone's own words may be long.
            let words = "\(step): \(failure.reason)"
            return QuarantinePage.Outcome(run: run, code: failure.code, words: String(words.prefix(300)))
        }
    }

    // MARK: The file

    private func change<Answer>(_ body: (inout [String: QuarantinePage]) -> Answer) throws(CustodyError) -> Answer {
        makeFolder()
        let locked = try LockedFolder(folder, isShared: false)
        let old = try pages(in: locked)
        var pages = Dictionary(old.map { ($0.name, $0) }) { $1 }
        let answer = body(&pages)
        let kept = pages.values.filter { !$0.isEmpty }.sorted { $0.name < $1.name }
        if kept != old {
            try locked.replace(Self.file, Array(FieldLines(kept).text(under: FieldLines.quarantineHeading).utf8))
        }
        return answer
    }

    /// What stands in the book, without what is over.
    private func pages(in folder: borrowing LockedFolder) throws(CustodyError) -> [QuarantinePage] {
        guard let bytes = try folder.read(Self.file) else { return [] }
        guard let lines = FieldLines(reading: bytes, under: FieldLines.quarantineHeading) else {
            throw CustodyError(
                .notReadable, operation: "read \(folder.path)/\(Self.file)", reason: "it is not what drover wrote",
                advice: "move it away; drover then begins a new one")
        }
        let time = now()
        return lines.quarantinePages.map { page in
            var page = page
            if let quarantine = page.quarantine, quarantine.until <= time { page = QuarantinePage(name: page.name) }
            return page
        }.filter { !$0.isEmpty }
    }

    private func makeFolder() {
        var path = ""
        for part in folder.split(separator: "/", omittingEmptySubsequences: false) {
            path += part + "/"
            // What exists already fails with EEXIST; what cannot be made shows when the folder is opened.
            mkdir(path, 0o700)
        }
    }
}
