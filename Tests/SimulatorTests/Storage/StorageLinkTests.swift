import Secrets
import Signing
import Testing

@testable import Simulator

/// Links that drover signs, judged by the simulated store's own reading of the rules.
@Suite struct `Links that the simulated store takes` {
    private static let now = 1_767_323_045
    private static let host = "farm-payload.obs.cn-north-4.myhuaweicloud.com"
    private static let plain = AccessKeys(id: "AKLINK", secret: Secret(name: "sk", "SKlink"))
    private static let temporary = AccessKeys(
        id: "AKLINK", secret: Secret(name: "sk", "SKlink"), token: Secret(name: "token", "TOKEN=="))

    private func refusal(_ request: SignableRequest, _ keys: AccessKeys, at now: Int, method: String = "GET") -> String?
    {
        let head = HTTPRequestHead(
            method: method, target: request.target, minorVersion: 1, fields: [.init(name: "Host", value: Self.host)])
        let known = StoreKeys(id: keys.id, secret: keys.secret.reveal { $0 }, token: keys.token?.reveal { $0 })
        do {
            _ = try StorageSignature(keys: [known.id: known], now: now, region: "cn-north-4")
                .check(StorageRequest(head, buckets: ["farm-payload"]))
            return nil
        } catch { return (error as? StorageRefusal)?.code ?? "\(error)" }
    }

    private func request(_ path: String = "/drover/app 1.apk") -> SignableRequest {
        SignableRequest("GET", host: Self.host, path: path)
    }

    @Test(arguments: [plain, temporary])
    func `of either kind, until they end, and for nothing else`(_ keys: AccessKeys) throws {
        for isFour in [false, true] {
            let added =
                isFour
                ? try AWS4Signature.query(
                    request(), region: "cn-north-4", keys: keys, at: SigningTime(secondsSince1970: Self.now), for: 60)
                : try OBSSignature.query(
                    request(), bucket: "farm-payload", keys: keys,
                    until: SigningTime(secondsSince1970: Self.now + 60))
            var link = request()
            link.query = added
            #expect(refusal(link, keys, at: Self.now) == nil)
            #expect(refusal(link, keys, at: Self.now + 59) == nil)
            #expect(refusal(link, keys, at: Self.now + 61) != nil)
            #expect(refusal(link, keys, at: Self.now, method: "DELETE") != nil)
            var other = request("/drover/app 2.apk")
            other.query = added
            #expect(refusal(other, keys, at: Self.now) != nil)
            var longer = request()
            longer.query = added.map { part in
                part.name == "Expires" || part.name == "X-Amz-Expires"
                    ? SignableRequest.Parameter(part.name, "\(Self.now + 6000)") : part
            }
            #expect(refusal(longer, keys, at: Self.now) != nil)
        }
    }
}
