import CloudLinks
import Farm
import Fetching
import ObjectStorage
import Payloads

/// The buckets that the accounts of a farm may read.
struct FarmObjects: ObjectSupply {
    let clouds: CloudAccounts

    func object(_ address: ObjectAddress, account: String?) throws -> any FetchOrigin {
        try clouds.bucket(address.bucket, account: account).origin(of: address.key)
    }

    func objects(below folder: ObjectAddress, account: String?) async throws -> [SuppliedObject] {
        let bucket = try clouds.bucket(folder.bucket, account: account)
        var found: [SuppliedObject] = []
        for try await object in bucket.objects(prefix: folder.key) {
            found.append(
                SuppliedObject(
                    key: object.key, byteCount: object.byteCount, version: object.etag,
                    origin: bucket.origin(of: object.key)))
        }
        return found
    }
}
