import Curl
import SourceText

/// Where the services of an account can be reached (Cloud Phone API, endpoints).
public struct CloudEndpoints: Hashable, Sendable {
    /// The cloud phone service: `https://HOST[:PORT][/PREFIX]`, no slash at the end.
    public let cph: String
    /// The identity service.
    public let iam: String
    /// The object storage, without a bucket.
    public let obs: String

    /// The service that rents single phones, which may have a path of its own in front; nil where nobody named one, since
    /// its usual address is not published.
    public let koophone: String?

    /// The regions in which the service is known to be.
    public static let knownRegions = [
        "cn-north-4", "cn-north-9", "cn-east-2", "cn-east-3", "cn-east-4", "cn-south-1", "cn-southwest-2",
        "ap-southeast-1", "ap-southeast-3", "af-north-1", "la-north-2", "la-south-2", "ru-northwest-2",
    ]

    /// The addresses of a region, each of which may be given instead, for private regions and simulated clouds.
    ///
    /// - Throws: ``CloudError`` when an address is none, or when one is left out for a region that is not known.
    public init(
        region: String, cph: String? = nil, iam: String? = nil, obs: String? = nil, koophone: String? = nil
    ) throws(CloudError) {
        let isKnown = Self.knownRegions.contains(region)
        guard isKnown || (cph != nil || koophone != nil) && iam != nil && obs != nil else {
            let guess = closestMatch(to: region, among: Self.knownRegions).map { ", did you mean \($0)?" } ?? ""
            throw CloudError(
                .badRequest, "find the region \(terminalSafe(String(region.prefix(60))))",
                "the service is not known to be there\(guess)",
                advice:
                    "give the addresses of cph, iam and obs, or use one of \(Self.knownRegions.joined(separator: ", "))"
            )
        }
        let domain = "\(region).myhuaweicloud.com"
        self.cph = try Self.base(cph ?? "https://cph.\(domain)")
        self.iam = try Self.base(iam ?? "https://iam.\(domain)")
        self.obs = try Self.base(obs ?? "https://obs.\(domain)")
        if let koophone { self.koophone = try Self.base(koophone) } else { self.koophone = nil }
    }

    /// Where a service is.
    func base(of service: CloudService, for operation: String) throws(CloudError) -> String {
        guard service != .cph else { return cph }
        if let koophone { return koophone }
        throw CloudError(
            .badRequest, operation, "the address of KooPhone is not known",
            advice: "give it as `endpoints: { koophone: https://HOST/PATH }`")
    }

    /// A whole address from an address or a bare host, without a slash at the end.
    private static func base(_ text: String) throws(CloudError) -> String {
        var address = text.contains("://") ? text : "https://\(text)"
        while address.hasSuffix("/") { address.removeLast() }
        let readable: String
        do {
            readable = try HTTPURL(address).readable
        } catch {
            throw CloudError(.badRequest, error.operation, error.reason, advice: "write https://HOST")
        }
        guard !address.contains("?"), !address.contains("@"), !address.contains("#") else {
            throw CloudError(
                .badRequest, "read the address \(readable)", "it has more than host and path",
                advice: "write https://HOST")
        }
        return address
    }
}
