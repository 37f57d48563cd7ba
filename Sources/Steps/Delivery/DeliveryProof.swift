import Farm
import Journal
import Lanes

/// Looks whether what was delivered is there, byte for byte.
struct DeliveryProof {
    let operation: String
    let staging: String
    let phone: any ConnectedPhone

    /// Compares the hash of every file, with one command for all; where the phone cannot hash, the sizes.
    func verify(_ shipment: Shipment, tools: PhoneTools) async throws -> StepFailure? {
        guard tools.isSuperset(of: .hashing), let proof = shipment.proof() else { return try await sizes(of: shipment) }
        if proof.names.count > 0, try await digest(of: proof.names) != proof.digest,
            let failure = try await hashes(of: shipment)
        {
            return failure
        }
        // Links have no hash.
        return shipment.others.allSatisfy(shipment.table.isFile) ? nil : try await sizes(of: shipment)
    }

    /// One hash of all lines that the phone's `sha256sum` prints, so that little comes back.
    private func digest(of names: SharedBytes) async throws -> String? {
        let result = try await phone.feed(
            "cd \(ShellLine(staging)) && xargs -0 sha256sum | sha256sum", input: [SharedSlice(names)],
            outputLimit: 4096,
            // A meter of its own: the phone may need long for the answer, and no byte of ours is due meanwhile.
            progress: ProgressMeter(clock: phone.lane.clock))
        return PhoneHashes.read(result.output).first
    }

    /// Finds out which file it is, if it is one: programs that print other lines than toybox's do not matter.
    private func hashes(of shipment: Shipment) async throws -> StepFailure? {
        let table = shipment.table
        let files = shipment.others.filter(table.isFile)
        let hashes = try await PhoneHashes.of(files.map(table.relative), in: staging, on: phone)
        guard let hashes else {
            return try await sizes(of: shipment) ?? incomplete("the phone did not hash all files")
        }
        for (number, hash) in zip(files, hashes) where table.sha256(number) != hash {
            return incomplete("\(table[number].path) arrived with another content")
        }
        return nil
    }

    private func sizes(of shipment: Shipment) async throws -> StepFailure? {
        let first = FirstProblem()
        try await phone.status(of: try shipment.staged(in: staging)) { index, status in
            guard first.reason == nil else { return }
            let number = shipment.others[index]
            let path = shipment.table.places.paths[number]
            guard let status else {
                first.reason = "\(path) did not arrive"
                return
            }
            let size = shipment.table.size(number)
            let expected = status.isSizeExact ? size : size & 0xFFFF_FFFF
            guard shipment.table.isFile(number), status.size != expected else { return }
            first.reason = "\(path) arrived with \(status.size) of \(size) bytes"
        }
        return first.reason.map(incomplete)
    }

    // Sendable: touched only on the phone's lane.
    private final class FirstProblem: @unchecked Sendable {
        var reason: String?
    }

    private func incomplete(_ reason: String) -> StepFailure {
        StepFailure(code: "incomplete", operation: operation, reason: reason)
    }
}
