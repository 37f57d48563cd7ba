import CloudLinks
import Crypto
import Curl
import Farm
import Lanes
import Packing
import Payloads

/// Brings what addresses name into the cache, for commands that read files of this machine.
struct AddressCache {
    private let payloads = PayloadStore()
    private let objects: FarmObjects?
    private let client: HTTPClient
    private let folder: String
    private let account: String?

    /// - Parameters:
    ///   - farm: The farm file; the usual one when nil. It is read when there are objects among the addresses.
    ///   - account: The account that is asked; nil for the one whose bucket it is.
    init(for addresses: [FetchAddress], farm: String?, account: String?) throws {
        guard let folder = ContentStore.usualPath(ProcessEnvironment.all) else {
            throw CommandFailure("nothing can be fetched without a folder for it; name one in DROVER_CACHE")
        }
        self.folder = folder
        self.account = account
        let lane = try Lane(name: "fetch")
        client = try HTTPClient(on: lane)
        objects =
            addresses.contains(where: \.isObject)
            ? FarmObjects(clouds: try FarmSession.accounts(of: farm, on: lane)) : nil
    }

    /// The files and folders that addresses have become, in their order; a file has the name that its address ends in.
    ///
    /// - Parameter sha256: What the only file must hash to; nil to take what its server gives.
    /// - Throws: ``CommandFailure``, `CancellationError`.
    func places(of addresses: [FetchAddress], sha256: SHA256Digest?) async throws -> [String] {
        let definitions = try addresses.map { (address) throws(CommandFailure) in
            let definition = PayloadDefinition(
                name: "\(address)", from: address.text, account: address.isObject ? account : nil, sha256: sha256?.hex)
            guard address.isFolder || address.fileName != nil && PayloadStore.fileName(of: definition) != nil else {
                throw CommandFailure(
                    "\(address) does not end in a plain name for a file; fetch it with `drover fetch --output FILE` first"
                )
            }
            return definition
        }
        do {
            try await payloads.fetch(definitions, with: client, into: folder, objects: objects)
            return try definitions.map(payloads.place)
        } catch let error as PayloadError {
            throw CommandFailure(error.description + (error.advice.map { "; \($0)" } ?? ""), status: .cannotGoOn)
        }
    }
}
