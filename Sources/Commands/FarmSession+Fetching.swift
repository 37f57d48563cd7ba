import Curl
import Farm
import Packing
import Payloads

extension FarmSession {
    /// Fetches what payloads take from addresses, before anything is planned.
    ///
    /// - Throws: ``CommandFailure``, `CancellationError`.
    func fetch(_ definitions: [PayloadDefinition]) async throws {
        guard definitions.contains(where: \.isFetched) else { return }
        guard let folder = ContentStore.usualPath(environment) else {
            throw CommandFailure("nothing can be fetched without a folder for it; name one in DROVER_CACHE")
        }
        do {
            let client = try HTTPClient(on: lanes[0])
            try await payloads.fetch(
                definitions, with: client, into: folder, objects: FarmObjects(clouds: clouds)
            ) { address, bytes, hash in
                Terminal.error.line("fetched \(address): \(ByteCount(Int(bytes))), sha256 \(hash)")
            }
        } catch let error as PayloadError {
            throw CommandFailure(error.description + (error.advice.map { "; \($0)" } ?? ""), status: .cannotGoOn)
        } catch let error as HTTPError {
            throw CommandFailure("\(error)", status: .cannotGoOn)
        }
    }
}
