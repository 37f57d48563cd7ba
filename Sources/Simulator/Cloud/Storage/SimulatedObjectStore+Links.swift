public import Lanes
import Secrets
public import Signing

extension SimulatedObjectStore {
    /// Takes keys that IAM gives for a while; the cloud itself forgets them when they end.
    public func letIn(_ keys: AccessKeys) async {
        accept(
            StoreKeys(
                id: keys.id, secret: keys.secret.reveal { $0 }, token: keys.token?.reveal { $0 }, end: nil))
    }

    /// The content behind a link, whose signature is checked as that of any other request.
    public func content(behind link: String) async -> SharedBytes? {
        let parts = link.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 4, parts[1].isEmpty, ["http:", "https:"].contains(parts[0]) else { return nil }
        let head = HTTPRequestHead(
            method: "GET", target: "/\(parts[3])", minorVersion: 1,
            fields: [HTTPRequestHead.Field(name: "Host", value: String(parts[2]))])
        let request = StorageRequest(head, buckets: buckets.keys)
        // What is refused is not there for whoever asks.
        guard (try? signature().check(request)) != nil, let bucket = request.bucket, let key = request.key else {
            return nil
        }
        return content(of: key, in: bucket)
    }
}
