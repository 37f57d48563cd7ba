import Testing

@testable import Simulator

/// The vectors O1 to O5 of the service's reference, taken by the store.
@Suite struct `Signatures that the simulated store takes` {
    private static let now = 1_767_323_045  // Fri, 02 Jan 2026 03:04:05 GMT
    private static let date = "Fri, 02 Jan 2026 03:04:05 GMT"
    private static let id = "AKEXAMPLE00000000001"
    private static let host = "farm-payload.obs.cn-north-4.myhuaweicloud.com"
    private static let keys = StoreKeys(id: id, secret: "SKexample0000000000000000000000000000001")
    private static let temporary = StoreKeys(id: id, secret: keys.secret, token: "TEMPTOKENEXAMPLE==", end: now + 60)

    private func check(
        _ method: String, _ target: String, _ fields: [(String, String)], _ keys: StoreKeys = keys, at now: Int = now
    ) throws -> StorageSignature.Payload {
        let head = HTTPRequestHead(
            method: method, target: target, minorVersion: 1,
            fields: [.init(name: "Host", value: Self.host)] + fields.map { .init(name: $0.0, value: $0.1) })
        let request = StorageRequest(head, buckets: ["farm-payload"])
        #expect(request.bucket == "farm-payload")
        #expect(request.isVirtualHost)
        return try StorageSignature(keys: [keys.id: keys], now: now, region: "cn-north-4").check(request)
    }

    /// The refusal's code; nil when the request is let in.
    private func refusal(_ body: () throws -> StorageSignature.Payload) -> String? {
        do {
            _ = try body()
            return nil
        } catch { return (error as? StorageRefusal)?.code }
    }

    private static let put = [
        ("Date", date), ("Content-Type", "application/octet-stream"), ("Content-MD5", "obL7xQBU+kcj2UiGTClhEw=="),
        ("Authorization", "OBS \(id):EiLI7+z2UMnG4f7N2LUhrepM4qc="),
    ]

    @Test func `an object is put (O1), and nothing of it may be changed`() throws {
        #expect(try check("PUT", "/file_01/app.apk", Self.put) == .unsigned)
        #expect(refusal { try check("GET", "/file_01/app.apk", Self.put) } == "SignatureDoesNotMatch")
        #expect(refusal { try check("PUT", "/file_01/app.apk2", Self.put) } == "SignatureDoesNotMatch")
        #expect(refusal { try check("PUT", "/file_01/app.apk?uploads", Self.put) } == "SignatureDoesNotMatch")
        #expect(refusal { try check("PUT", "/file_01/app.apk?prefix=a", Self.put) } == nil)
        for place in Self.put.indices.dropLast() {
            var other = Self.put
            other[place].1 = place == 0 ? "Fri, 02 Jan 2026 03:04:06 GMT" : "other"
            #expect(refusal { try check("PUT", "/file_01/app.apk", other) } == "SignatureDoesNotMatch")
        }
        let more = Self.put + [("x-obs-acl", "public-read")]
        #expect(refusal { try check("PUT", "/file_01/app.apk", more) } == "SignatureDoesNotMatch")
    }

    @Test func `temporary keys, a date of the service's own and a name that is encoded (O2)`() throws {
        let path = "/dir%20a/%E6%89%8B%E6%9C%BA~1%2B%23.tar"
        let fields = [
            ("x-obs-date", Self.date), ("x-obs-security-token", "TEMPTOKENEXAMPLE=="),
            ("x-obs-storage-class", "STANDARD"), ("Content-Type", "application/x-tar"),
            ("Authorization", "OBS \(Self.id):+89RQdHNlddxM0BKsgT/kFbcZSQ="),
        ]
        #expect(try check("PUT", path, fields, Self.temporary) == .unsigned)
        #expect(refusal { try check("PUT", path, fields, Self.temporary, at: Self.now + 60) } == "ExpiredToken")
        #expect(refusal { try check("PUT", path, fields) } == "InvalidToken")
        let stranger = StoreKeys(id: "OTHER", secret: "x")
        #expect(refusal { try check("PUT", path, fields, stranger) } == "InvalidAccessKeyId")
    }

    @Test func `uploads in parts (O3, O4)`() throws {
        let begin = [
            ("Date", Self.date), ("Content-Type", "application/x-tar"),
            ("Authorization", "OBS \(Self.id):mzP5AojzHUqcqhmPoj+pFF5aTe4="),
        ]
        #expect(try check("POST", "/file_01/big.tar?uploads", begin) == .unsigned)
        let part = [
            ("Date", Self.date), ("Content-Length", "5242880"),
            ("Authorization", "OBS \(Self.id):i7E1grwzx/zT4mAGLtRvV4tyBc4="),
        ]
        let upload = "uploadId=00000163D46218698DF407362295674C"
        #expect(try check("PUT", "/file_01/big.tar?partNumber=2&\(upload)", part) == .unsigned)
        #expect(try check("PUT", "/file_01/big.tar?\(upload)&partNumber=2", part) == .unsigned)
        #expect(
            refusal { try check("PUT", "/file_01/big.tar?partNumber=3&\(upload)", part) } == "SignatureDoesNotMatch")
    }

    @Test func `version 4 (O5), with and without blanks behind its commas`() throws {
        let scope = "\(Self.id)/20260102/cn-north-4/s3/aws4_request"
        let names = "content-type;host;x-amz-content-sha256;x-amz-date"
        let code = "a13ba1e5032fa829583ef134cb682a1c149b81f609480fb504aa3d78e72c0366"
        func fields(_ separator: String, _ scope: String = scope) -> [(String, String)] {
            [
                ("X-Amz-Date", "20260102T030405Z"), ("Content-Type", "application/octet-stream"),
                ("x-amz-content-sha256", "UNSIGNED-PAYLOAD"),
                (
                    "Authorization",
                    "AWS4-HMAC-SHA256 Credential=\(scope)\(separator)SignedHeaders=\(names)\(separator)Signature=\(code)"
                ),
            ]
        }
        for separator in [",", ", "] {
            #expect(try check("PUT", "/file_01/app.apk", fields(separator)) == .unsigned)
        }
        #expect(refusal { try check("PUT", "/file_01/app.apk?uploads", fields(",")) } == "SignatureDoesNotMatch")
        let unsigned = fields(",") + [("x-amz-meta-a", "b")]
        #expect(refusal { try check("PUT", "/file_01/app.apk", unsigned) } == "SignatureDoesNotMatch")
        let elsewhere = fields(",", scope.replacing("cn-north-4", with: "cn-south-1"))
        #expect(refusal { try check("PUT", "/file_01/app.apk", elsewhere) } == "AuthorizationHeaderMalformed")
    }

    @Test(arguments: [-901, -900, 900, 901])
    func `a clock may be fifteen minutes off`(_ skew: Int) {
        let code = refusal { try check("PUT", "/file_01/app.apk", Self.put, at: Self.now + skew) }
        #expect(code == (abs(skew) > 900 ? "RequestTimeTooSkewed" : nil))
    }

    @Test func `who does not sign is not let in`() {
        #expect(refusal { try check("GET", "/a", []) } == "AccessDenied")
        #expect(refusal { try check("GET", "/a", [("Authorization", "Basic YTpi")]) } == "InvalidArgument")
        #expect(refusal { try check("GET", "/a", [("Authorization", "OBS nothing")]) } == "InvalidArgument")
        #expect(
            refusal { try check("GET", "/a", [("Authorization", "AWS4-HMAC-SHA256 rubbish")]) } == "InvalidArgument")
        let undated = [("Authorization", "OBS \(Self.id):AAAA")]
        #expect(refusal { try check("GET", "/a", undated) } == "AccessDenied")
    }
}
