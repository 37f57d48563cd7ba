import Custody
import Farm
import Journal

extension FarmSession {
    /// Takes the phones of a run, so that no other run of this machine uses them meanwhile.
    ///
    /// - Returns: What gives them back; nil for simulated phones, which nobody else can reach.
    /// - Throws: ``CommandFailure`` when another run holds some of them, or the lease book cannot be used;
    ///   `CancellationError`.
    func lease(_ phones: [Phone], for folder: RunFolder, _ options: LeaseOptions) async throws -> LeaseKeeper? {
        guard !isSimulated else { return nil }
        do {
            let book = LeaseBook(try LeasePlace(environment: environment))
            return try await LeaseKeeper.take(
                phones.map(LeasedPhone.init), from: book, for: .current(run: folder.id.description),
                wait: options.patience,
                tell: { Terminal.error.line("waiting: \($0)") },
                onLoss: { phones, why in
                    let names = NameFolding.brief(phones.map(\.name))
                    Terminal.error.line("warning: another run may use \(names) now: \(why)")
                })
        } catch let error as LeaseRefusal {
            throw CommandFailure("\(error)", status: .cannotGoOn)
        } catch let error as CustodyError {
            throw CommandFailure("\(error)", status: .cannotGoOn)
        }
    }

    /// The lease that a run takes on each phone itself, where the farm file wants it.
    ///
    /// - Parameter seed: The plan's, which a resumed run has again: what the killed one took is still its own.
    func phoneLease(for run: RunID, seed: UInt64) -> PhoneLease? {
        guard let life = inventory.phoneLeaseLife else { return nil }
        let holder = LeaseHolder.current(run: run.description)
        return PhoneLease(
            owner: "\(holder.owner) on \(holder.process.machine) (run \(run))",
            token: "\(String(seed, radix: 36))\(run)\(holder.process.machine)", life: life)
    }

    /// Remembers how a run went for its phones, and tells who is quarantined because of it.
    func noteHealth(_ record: RunRecord) {
        guard let quarantine else { return }
        do {
            for phone in try quarantine.note(record) {
                Terminal.error.line(
                    "quarantined: \(QuarantineRow.line(phone)); `drover quarantine release \(phone.name)` takes it back"
                )
            }
        } catch {
            // The run went as it went; what could not be remembered is only missed next time.
            Terminal.error.line("warning: \(error)")
        }
    }
}

extension JournalEvent {
    /// The phone that is through all of its plays with this, so that others may have it.
    var endedPhone: String? {
        guard case .phoneEnded(let target, _) = body else { return nil }
        return target.name
    }
}
