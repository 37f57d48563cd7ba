import Farm
import Journal
import Lanes

/// Looks whether what was delivered is there, byte for byte.
struct DeliveryProof {
    let operation: String
    let staging: String
    let phone: any ConnectedPhone

    /// Compares the hash of every file, with one command for all; where the phone cannot hash, the sizes.
    ///
    /// - Parameter staged: The files and links of the shipment, with their temporary paths.
    func verify(
        _ shipment: Shipment, tools: PhoneTools, staged: () throws -> [PushDelivery.Staged]
    ) async throws -> StepFailure? {
        guard tools.isSuperset(of: .hashing), let proof = shipment.proof() else { return try await sizes(staged()) }
        if proof.names.count > 0, try await digest(of: proof.names) != proof.digest {
            let files = try staged().filter { $0.item.isFile }
            if let failure = try await hashes(files) { return failure }
        }
        let links = shipment.others.allSatisfy(shipment.table.isFile) ? [] : try staged().filter { !$0.item.isFile }
        return links.isEmpty ? nil : try await sizes(links)
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
    private func hashes(_ files: [PushDelivery.Staged]) async throws -> StepFailure? {
        let hashes = try await PhoneHashes.of(files.map(\.item.relative), in: staging, on: phone)
        guard let hashes else { return try await sizes(files) ?? incomplete("the phone did not hash all files") }
        for ((item, _), hash) in zip(files, hashes) where item.entry.sha256 != hash {
            return incomplete("\(item.path.path) arrived with another content")
        }
        return nil
    }

    private func sizes(_ staged: [PushDelivery.Staged]) async throws -> StepFailure? {
        let found = try await phone.status(of: staged.map(\.path))
        for ((item, _), status) in zip(staged, found) {
            guard let status else { return incomplete("\(item.path.path) did not arrive") }
            let expected = status.isSizeExact ? item.size : item.size & 0xFFFF_FFFF
            guard item.isFile, status.size != expected else { continue }
            return incomplete("\(item.path.path) arrived with \(status.size) of \(item.size) bytes")
        }
        return nil
    }

    private func incomplete(_ reason: String) -> StepFailure {
        StepFailure(code: "incomplete", operation: operation, reason: reason)
    }
}

extension DeliveryTable.Item {
    var isFile: Bool { if case .bytes = entry.content { true } else { false } }

    /// Bytes of content; 0 for what is no file.
    var size: UInt64 { if case .bytes(let bytes) = entry.content { UInt64(bytes.count) } else { 0 } }
}
