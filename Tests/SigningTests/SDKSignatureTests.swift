import Secrets
import Testing

@testable import Signing

/// The vectors A1 to A4 of the service's reference, which the official SDK's own signer made.
@Suite struct `Signatures of the cloud's APIs` {
    private func authorization(_ names: String, _ code: String) -> String {
        "SDK-HMAC-SHA256 Access=AKEXAMPLE00000000001, SignedHeaders=\(names), Signature=\(code)"
    }

    @Test func `a query is sorted, and every byte that could be mistaken is encoded (A1)`() throws {
        let request = SignableRequest(
            "GET", host: Vectors.host, path: Vectors.phones,
            query: [
                .init("status", "-7"), .init("phone_name", "farm a&b=1/c+d~*手机"), .init("offset", "0"),
                .init("limit", "100"),
            ], fields: [Vectors.ofProject])
        let query = "limit=100&offset=0&phone_name=farm%20a%26b%3D1%2Fc%2Bd~%2A%E6%89%8B%E6%9C%BA&status=-7"
        #expect(request.target == "\(Vectors.phones)?\(query)")
        let signature = try SDKSignature(request, keys: Vectors.keys, at: Vectors.time)
        #expect(
            signature.canonicalRequest.reveal { $0 } == """
                GET
                \(Vectors.phones)/
                \(query)
                host:\(Vectors.host)
                x-project-id:\(Vectors.project)
                x-sdk-date:20260102T030405Z

                host;x-project-id;x-sdk-date
                e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
                """)
        #expect(
            signature.stringToSign == """
                SDK-HMAC-SHA256
                20260102T030405Z
                7cac78d766966ea299ed5c0b09d5e44e043ef300662a34076fb303d3b0b5662d
                """)
        #expect(signature.fields.map(\.name) == ["X-Sdk-Date", "Authorization"])
        #expect(signature.fields.text(of: "X-Sdk-Date") == "20260102T030405Z")
        #expect(
            signature.fields.text(of: "Authorization")
                == authorization(
                    "host;x-project-id;x-sdk-date", "4ab9a49dbbdf7dfa3b0edb7507e47cae650f87a6b695f27b9d2f51840e60671e")
        )
    }

    @Test func `a body is signed by its hash (A2)`() throws {
        let body =
            #"{"command":"shell","content":"getprop ro.build.version.release","#
            + #""phone_ids":["1234567b8bab40ffb711234cb80d0234"]}"#
        let request = SignableRequest(
            "POST", host: Vectors.host, path: "\(Vectors.phones)/sync-commands",
            fields: [Vectors.json, Vectors.ofProject])
        let signature = try SDKSignature(request, body: Array(body.utf8), keys: Vectors.keys, at: Vectors.time)
        #expect(
            signature.fields.text(of: "Authorization")
                == authorization(
                    "content-type;host;x-project-id;x-sdk-date",
                    "ac5f6b246c8f735625175f0c1e14cea8bb35fd7da86e3c22045fe43b772fb544"))
    }

    @Test func `so is that of a DELETE (A3)`() throws {
        let body = #"{"package_name":"com.example.app","server_ids":["1678567b8bab40f93711234cb80d0764"]}"#
        let request = SignableRequest(
            "DELETE", host: Vectors.host, path: "\(Vectors.phones)/share-apps", fields: [Vectors.json])
        let signature = try SDKSignature(request, body: Array(body.utf8), keys: Vectors.keys, at: Vectors.time)
        #expect(
            signature.fields.text(of: "Authorization")
                == authorization(
                    "content-type;host;x-sdk-date", "27d14ff4f9bfe616e3494493260f170a3ab033ec12eca3dc3a69a783edc7343c")
        )
    }

    @Test func `temporary keys bring a token, which is signed (A4)`() throws {
        let request = SignableRequest(
            "GET", host: Vectors.host, path: "/v1/\(Vectors.project)/cloud-phone/jobs",
            query: [
                .init("request_ids", "6837531fd3f54550927b930180a706bf,6a63a18b8bab40ffb71ebd9cb80d0085"),
                .init("limit", "100"),
            ])
        let signature = try SDKSignature(request, keys: Vectors.temporaryKeys, at: Vectors.time)
        #expect(signature.fields.map(\.name) == ["X-Sdk-Date", "X-Security-Token", "Authorization"])
        #expect(
            signature.fields.text(of: "Authorization")
                == authorization(
                    "host;x-sdk-date;x-security-token",
                    "64a7b0cf0af917241e79d523a9d5b7189e1172c8c540179f330aa208e2ae7a5f"))
    }

    @Test func `nothing prints a signature, a token or a key`() throws {
        let request = SignableRequest("GET", host: Vectors.host, path: "/")
        let signature = try SDKSignature(request, keys: Vectors.temporaryKeys, at: Vectors.time)
        let obs = try OBSSignature(request, bucket: "b", keys: Vectors.temporaryKeys, at: Vectors.time)
        let amazon = try AWS4Signature(request, region: "r", keys: Vectors.temporaryKeys, at: Vectors.time)
        var shown = "\(signature) \(obs) \(amazon) \(Vectors.temporaryKeys)"
        dump([signature.fields, obs.fields, amazon.fields], to: &shown)
        for word in ["Signature=", "TEMPTOKEN", "SKexample"] { #expect(!shown.contains(word)) }
    }

    @Test func `names with an underscore are left out, and a payload that is not to be signed is said so`() throws {
        let request = SignableRequest(
            "PUT", host: "h:8443", path: "/a b/",
            fields: [.init("My_Field", "x"), .init("X-Sdk-Content-Sha256", "UNSIGNED-PAYLOAD"), .init("Empty", " ")])
        let signature = try SDKSignature(request, body: [1], keys: Vectors.keys, at: Vectors.time)
        #expect(
            signature.canonicalRequest.reveal { $0 } == """
                PUT
                /a%20b/

                empty:
                host:h:8443
                x-sdk-content-sha256:UNSIGNED-PAYLOAD
                x-sdk-date:20260102T030405Z

                empty;host;x-sdk-content-sha256;x-sdk-date
                UNSIGNED-PAYLOAD
                """)
    }
}
