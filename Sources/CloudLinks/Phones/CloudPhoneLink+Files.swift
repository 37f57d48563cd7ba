import CloudPhone
import Farm
import Lanes

/// How files come to a cloud phone: through the bucket, to each phone, or once to its server.
extension CloudPhoneLink {
    func has(_ delivery: BatchedDelivery) async throws -> Bool? {
        guard let sums = try await session.packing.sums(of: delivery) else { return nil }
        let line = "sha256sum -c -s \(DeliveryTar.listPath(sums))"
        let answer = try await answer(to: .shell(line: line), "compare files", isQuestion: true)
        if case .done = answer { return true }
        return false
    }

    func deliver(_ delivery: BatchedDelivery) async throws {
        let operation =
            "push \(delivery.files.count == 1 ? delivery.files[0].path.path : "\(delivery.files.count) files")"
        _ = try session.staging(for: operation)
        if isShared(delivery.size), try await bring(delivery, operation, listsSums: true) {
            // What a phone has of its own at the same place stands before what is shared.
            if try await has(delivery) ?? true { return }
        }
        let tar = try await session.packing.tar(of: delivery)
        for part in tar.parts {
            let object = try await staged(part.sha256, ".tar", operation) {
                .file(path: part.file.path, owner: tar)
            }
            guard case .failed(let fault, let output) = try await answer(to: .push(object: object), operation) else {
                continue
            }
            throw ServiceError(
                fault.code ?? "refused", operation: operation,
                reason: output.map { $0.text.isEmpty ? fault.description : $0.text } ?? fault.description)
        }
    }

    /// Whether something for this phone goes to its server, for all phones there.
    func isShared(_ bytes: UInt64) -> Bool {
        attempt.isForWholeServer && session.usesSharedStorage && bytes >= SharedStorage.leastBytes
    }

    /// Brings files to the storage that the phones of the server share.
    ///
    /// - Returns: Whether they are there; false where each phone has to get its own copy.
    func bring(
        _ delivery: BatchedDelivery, _ operation: String, listsSums: Bool, temporary: RemotePath? = nil
    ) async throws -> Bool {
        let staging = try session.staging(for: operation)
        let tar = try await session.packing.tar(of: delivery, listsSums: listsSums)
        var keys: [String] = []
        for part in tar.parts {
            keys.append(
                try await inFarmWords(operation) {
                    try await staging.key(of: part.sha256.lowercased(), ending: ".tar") {
                        .file(path: part.file.path, owner: tar)
                    }
                })
        }
        return try await inFarmWords(operation) {
            try await session.shelves.bring(
                keys, of: staging.bucket, to: place.server, temporary: temporary, during: attempt)
        }
    }

    func staged(
        _ sha256: String, _ ending: String, _ operation: String,
        _ make: @escaping @Sendable () -> StagedContent
    ) async throws -> String {
        let staging = try session.staging(for: operation)
        return try await inFarmWords(operation) {
            try await staging.address(of: sha256.lowercased(), ending: ending, make)
        }
    }
}
