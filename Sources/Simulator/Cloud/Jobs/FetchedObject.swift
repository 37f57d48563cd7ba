import JSON
import Lanes

/// An object of the store, both as it lies there and as phones keep it.
struct FetchedObject: Sendable {
    let bytes: SharedBytes
    let content: FileContent
}

extension SimulatedCloud {
    /// The bytes of an object, if the service may read it.
    ///
    /// - Throws: CPS.0104 where it is missing, no agency was given, or the bucket is in another region.
    func read(_ place: ObjectPlace, for server: String) async throws(CloudRefusal) -> SharedBytes {
        guard options.hasAgency, await objects.region(ofBucket: place.bucket) == options.region,
            let bytes = await objects.content(of: place.key, in: place.bucket)
        else { throw .cps(104) }
        log.note { $0.bytesRead[server, default: 0] += UInt64(bytes.count) }
        return bytes
    }

    /// An APK for one phone of a call; hashed once for all of them.
    func fetch(_ place: ObjectPlace, for phone: String, of requestID: String) async throws(CloudRefusal) -> FileContent
    {
        let bytes = try await read(place, for: phoneTable[phone]?.server.id ?? "")
        guard bytes.count <= 2 << 30 else { throw .cps(118, "The APK is larger than 2 GB.") }
        let key = "\(requestID) \(place.bucket)/\(place.key)"
        if fetches[key] == nil {
            // Calls that are done need their APKs no more.
            if fetches.count > 64 { fetches = [:] }
            fetches[key] = Task.detached { [contents = farm.contents] in
                let writer = ContentWriter(store: contents, mustKeep: true)
                do throws(FileError) {
                    try bytes.withUnsafeBytes { (all) throws(FileError) in try writer.append(all) }
                    return FetchedObject(bytes: bytes, content: try writer.finish())
                } catch { return nil }
            }
        }
        guard let fetched = await fetches[key]?.value else { throw .cps(3, "This machine has no room for the APK.") }
        return fetched.content
    }
}

/// Where an object lies.
struct ObjectPlace: Sendable, Hashable {
    let bucket: String
    let key: String

    /// Reads `obs://bucket/key`.
    init?(address: String) {
        guard address.hasPrefix("obs://") else { return nil }
        let parts = address.dropFirst(6).split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty, !parts[1].hasPrefix("/") else { return nil }
        bucket = String(parts[0])
        key = String(parts[1])
    }

    /// Reads `bucket_name` and `object_path` of a body, and checks them (Cloud Phone API, nested objects).
    init(_ members: [String: JSONValue]) throws(CloudRefusal) {
        guard let bucket = members["bucket_name"]?.text, (3...63).contains(bucket.utf8.count),
            bucket.utf8.allSatisfy({ Self.isLower($0) || Self.isDigit($0) || "-.".utf8.contains($0) })
        else { throw .parameter(134, "bucket_name") }
        guard let key = members["object_path"]?.text, (1...1024).contains(key.utf8.count), !key.hasPrefix("/"),
            key.utf8.allSatisfy({
                Self.isLower($0) || Self.isDigit($0) || (65...90).contains($0) || "./-_+#=".utf8.contains($0)
            })
        else { throw .parameter(135, "object_path") }
        self.bucket = bucket
        self.key = key
    }

    private static func isLower(_ byte: UInt8) -> Bool { (97...122).contains(byte) }
    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
}
