import Farm
import Journal

/// Looks whether what was delivered is there, byte for byte.
struct DeliveryProof {
    let operation: String
    let staging: String
    let phone: any ConnectedPhone

    /// Compares the hash of every file, with one command for all; where the phone cannot hash, the sizes.
    func verify(_ staged: [PushDelivery.Staged], tools: PhoneTools) async throws -> StepFailure? {
        let hashed = staged.filter { $0.item.entry.sha256 != nil }
        guard tools.isSuperset(of: .hashing), hashed.count == staged.filter(\.item.isFile).count else {
            return try await sizes(staged)
        }
        let links = staged.filter { !$0.item.isFile }
        if !links.isEmpty, let failure = try await sizes(links) { return failure }
        let hashes = try await PhoneHashes.of(hashed.map(\.item.relative), in: staging, on: phone)
        guard let hashes else { return try await sizes(staged) ?? incomplete("the phone did not hash all files") }
        for ((item, _), hash) in zip(hashed, hashes) where item.entry.sha256 != hash {
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

extension PushComparison.Item {
    var isFile: Bool {
        guard case .bytes = entry.content else { return false }
        return true
    }
}
