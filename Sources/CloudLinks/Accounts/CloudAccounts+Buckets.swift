public import Farm
public import ObjectStorage

extension CloudAccounts {
    /// A bucket, as the account sees it whose own it is, or that was named, or that is the only one.
    ///
    /// - Throws: ``ServiceError`` when it does not show which account is meant, or when that one cannot be used.
    public func bucket(_ name: String, account: String? = nil) throws(ServiceError) -> ObjectStoreClient {
        let session = try session(of: try owner(of: name, named: account))
        do {
            return try session.bucket(name)
        } catch {
            throw ServiceError("bucket", operation: "use the bucket \(name)", reason: "\(error)")
        }
    }

    /// The names of the accounts that a bucket of their own was given, in the farm file's order.
    public var namesWithBucket: [String] { accounts.filter { $0.bucket != nil }.map(\.name) }

    private func owner(of bucket: String, named name: String?) throws(ServiceError) -> String {
        let operation = "use the bucket \(bucket)"
        let there = accounts.map(\.name).sorted().joined(separator: ", ")
        if let name {
            if accounts.contains(where: { $0.name == name }) { return name }
            throw ServiceError(
                "no-account", operation: operation, reason: "the farm has no account \(name)",
                advice: there.isEmpty ? "add it below `accounts:` of the farm file" : "there are \(there)")
        }
        let owners = accounts.filter { $0.bucket == bucket }
        if owners.count == 1 { return owners[0].name }
        if owners.isEmpty, accounts.count == 1 { return accounts[0].name }
        guard !accounts.isEmpty else {
            throw ServiceError(
                "no-account", operation: operation, reason: "the farm has no account to ask as",
                advice: "add one below `accounts:` of the farm file")
        }
        throw ServiceError(
            "no-account", operation: operation,
            reason: owners.isEmpty
                ? "it is the bucket of no account, and there are several"
                : "it is the bucket of \(owners.map(\.name).joined(separator: " and "))",
            advice: "name one with `account`: there are \(there)")
    }
}
