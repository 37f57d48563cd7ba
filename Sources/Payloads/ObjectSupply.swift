public import Farm
public import Fetching

/// What reads the buckets that payloads name by `obs://`.
public protocol ObjectSupply: Sendable {
    /// An object, as something that is fetched.
    ///
    /// - Parameter account: The account of the farm that is asked; nil for the one whose bucket it is.
    /// - Throws: An error with a description of one line; `CancellationError`.
    func object(_ address: ObjectAddress, account: String?) async throws -> any FetchOrigin

    /// All objects below a folder, in the order of their names' bytes.
    ///
    /// - Throws: An error with a description of one line; `CancellationError`.
    func objects(below folder: ObjectAddress, account: String?) async throws -> [SuppliedObject]
}

/// One object of a folder.
public struct SuppliedObject: Sendable {
    /// Its whole name in the bucket.
    public let key: String
    /// Its size, in bytes.
    public let byteCount: Int64
    /// The store's mark of this version.
    public let version: String
    /// What fetches it.
    public let origin: any FetchOrigin

    /// Describes an object.
    public init(key: String, byteCount: Int64, version: String, origin: any FetchOrigin) {
        self.key = key
        self.byteCount = byteCount
        self.version = version
        self.origin = origin
    }
}
