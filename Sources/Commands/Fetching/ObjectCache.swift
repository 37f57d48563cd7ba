import CloudLinks
import Curl
import Farm
import Lanes
import Packing
import Payloads

/// Brings objects into the cache, for commands that read files of this machine.
struct ObjectCache {
    private let payloads = PayloadStore()
    private let objects: FarmObjects
    private let client: HTTPClient
    private let folder: String
    private let account: String?

    /// - Parameters:
    ///   - farm: The farm file; the usual one when nil.
    ///   - account: The account that is asked; nil for the one whose bucket it is.
    init(farm: String?, account: String?) throws {
        guard let folder = ContentStore.usualPath(ProcessEnvironment.all) else {
            throw CommandFailure("nothing can be fetched without a folder for it; name one in DROVER_CACHE")
        }
        self.folder = folder
        self.account = account
        let lane = try Lane(name: "fetch")
        client = try HTTPClient(on: lane)
        objects = FarmObjects(clouds: try FarmSession.accounts(of: farm, on: lane))
    }

    /// The file or folder that an address has become.
    ///
    /// - Throws: ``CommandFailure``, `CancellationError`.
    func place(of address: ObjectAddress) async throws -> String {
        let definition = PayloadDefinition(name: "\(address)", from: "\(address)", account: account)
        do {
            try await payloads.fetch([definition], with: client, into: folder, objects: objects)
            return try payloads.place(of: definition)
        } catch let error as PayloadError {
            throw CommandFailure(error.description + (error.advice.map { "; \($0)" } ?? ""), status: .cannotGoOn)
        }
    }
}
