public import Curl
public import Signing

/// Where objects are kept: one bucket of one store, and how the store wants to be spoken to.
public struct ObjectStore: Sendable {
    /// How the bucket is named in a request.
    public enum Addressing: Hashable, Sendable {
        /// As the first label of the host, which public regions demand.
        case virtualHost
        /// As the first part of the path; simulators and stores at a numeric address take this.
        case path
    }

    /// How requests are signed.
    public enum SignatureStyle: Hashable, Sendable {
        /// The service's own, with HMAC-SHA1 in the header.
        case obs
        /// Amazon's version 4, which compatible stores take.
        case aws4
    }

    /// Gives the keys for the next request; with `renewing` those given before were refused.
    public typealias KeySupply = @Sendable (_ renewing: Bool) async throws -> AccessKeys

    /// The bucket.
    public let bucket: String
    /// The region, such as `cn-north-4`; a part of the signature of version 4.
    public let region: String
    /// How the bucket is named in a request.
    public let addressing: Addressing
    /// How requests are signed.
    public let signature: SignatureStyle
    /// `https` or `http`, the host and the port, without the bucket.
    public let endpoint: HTTPURL
    let keys: KeySupply

    /// Names a store and its bucket.
    ///
    /// - Parameters:
    ///   - endpoint: `https://obs.cn-north-4.myhuaweicloud.com`, without bucket and path.
    ///   - addressing: nil for what the endpoint wants: the path where the host is a number, otherwise the virtual host.
    /// - Throws: ``ObjectStorageError`` when the endpoint has a path, or the bucket's name is none (3 to 63 of
    ///   `a-z 0-9 - .`, beginning and ending with a letter or a digit).
    public init(
        bucket: String, region: String, endpoint: HTTPURL, addressing: Addressing? = nil,
        signature: SignatureStyle = .obs, keys: @escaping KeySupply
    ) throws(ObjectStorageError) {
        guard Self.isBucketName(bucket) else {
            throw ObjectStorageError(
                .invalidRequest, "use the bucket \(bucket)", "this is no name of a bucket",
                advice: "a bucket has 3 to 63 of a-z, 0-9, - and ., and begins and ends with a letter or a digit")
        }
        guard endpoint.path == "/" else {
            throw ObjectStorageError(
                .invalidRequest, "use the store \(endpoint)", "an endpoint is a host without a path",
                advice: "give the bucket by itself")
        }
        self.bucket = bucket
        self.region = region
        self.endpoint = endpoint
        self.addressing = addressing ?? (Self.isNumeric(endpoint.host) ? .path : .virtualHost)
        self.signature = signature
        self.keys = keys
    }

    /// The endpoint of a region of the public cloud (Cloud Phone API, OBS addressing).
    ///
    /// - Throws: `HTTPError` when the region cannot be part of a host's name.
    public static func publicEndpoint(of region: String) throws(HTTPError) -> HTTPURL {
        try HTTPURL("https://obs.\(region).myhuaweicloud.com")
    }

    /// The host that is asked, with the port where it is not the usual one; as the `Host` field has it.
    var host: String {
        let host = endpoint.host.contains(":") && !endpoint.host.hasPrefix("[") ? "[\(endpoint.host)]" : endpoint.host
        let port = endpoint.port == (endpoint.isSecure ? 443 : 80) ? "" : ":\(endpoint.port)"
        return (addressing == .virtualHost ? "\(bucket)." : "") + host + port
    }

    /// What stands in front of the path of an object.
    var pathPrefix: String { addressing == .path ? "/\(bucket)" : "" }

    /// `x-obs-` or `x-amz-`: how the store's own header fields begin.
    var fieldPrefix: String { signature == .obs ? "x-obs-" : "x-amz-" }

    /// `obs://bucket/key`, or the bucket alone, for messages.
    func name(of key: String?) -> String { "obs://\(bucket)" + (key.map { "/\($0)" } ?? "") }

    private static func isBucketName(_ name: String) -> Bool {
        func isEnd(_ byte: UInt8?) -> Bool {
            byte.map { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) } ?? false
        }
        return (3...63).contains(name.utf8.count) && isEnd(name.utf8.first) && isEnd(name.utf8.last)
            && name.utf8.allSatisfy { isEnd($0) || $0 == 0x2D || $0 == 0x2E } && !name.contains("..")
    }

    private static func isNumeric(_ host: String) -> Bool {
        host.contains(":") || host.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2E }
    }
}
