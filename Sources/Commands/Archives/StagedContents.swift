import CloudLinks
import Farm
import Lanes
import Reports

/// What drover brought to the buckets of a farm: shown, and removed.
struct StagedContents {
    private let clouds: CloudAccounts

    /// - Throws: ``CommandFailure`` when no account of the farm has a bucket.
    init(farm: String) throws {
        clouds = try FarmSession.accounts(of: farm, on: try Lane(name: "cache"))
        guard !clouds.namesWithBucket.isEmpty else {
            throw CommandFailure("no account of this farm has a bucket; add `bucket:` to one below `accounts:`")
        }
    }

    /// - Parameter now: In seconds since 1970.
    func listing(now: Int64) async throws -> StagedListing {
        try await trying { StagedListing(objects: try await clouds.stagedObjects(), now: now) }
    }

    /// Lists what would go, asks, and removes it; ends what uploads were left.
    ///
    /// - Parameters:
    ///   - age: Only what was brought so long ago; nil for all. What tells no time stays when there is an age.
    ///   - now: In seconds since 1970.
    ///   - yes: Whether nobody is asked.
    func prune(olderThan age: Duration?, now: Int64, yes: Bool) async throws {
        let all = try await listing(now: now).objects
        let old = all.filter { object in
            guard let age else { return true }
            return object.modified.map { now - $0 >= age.components.seconds } ?? false
        }
        if !old.isEmpty {
            Terminal.output.write(StagedListing(objects: old, now: now).text)
            let what = old.count == 1 ? "this object" : "these \(old.count) objects"
            if !yes {
                guard Terminal.error.canAsk else {
                    throw CommandFailure("removing \(what) needs --yes, since nobody can be asked")
                }
                guard Terminal.error.ask("Remove \(what)? [y/N]").lowercased() == "y" else {
                    throw CommandFailure("not confirmed; nothing was removed")
                }
            }
        }
        let stayed = try await trying { try await clouds.remove(old) }
        for (object, reason) in stayed {
            Terminal.error.line(
                "error: obs://\(object.bucket)/\(Escaping.line(object.key)) stays: \(Escaping.line(reason))")
        }
        let isGone = { (object: StagedObject) in !stayed.contains { $0.object == object } }
        Terminal.output.line(
            "removed \(StagedListing.sum(old.filter(isGone))), kept \(StagedListing.sum(all.filter { !old.contains($0) }))"
        )
        for address in try await trying({ try await clouds.abortLeftUploads() }) {
            Terminal.output.line("ended the upload of \(Escaping.line(address)), which a run had left")
        }
        if !stayed.isEmpty { throw RunEnded(code: ExitStatus.someFailed.rawValue) }
    }

    private func trying<Answer>(_ body: () async throws -> Answer) async throws -> Answer {
        do {
            return try await body()
        } catch let error as ServiceError {
            throw CommandFailure("\(error)" + (error.advice.map { "; \($0)" } ?? ""), status: .cannotGoOn)
        }
    }
}
