import Secrets
import Testing

@testable import Signing

/// The vectors O1 to O5 of the service's reference.
@Suite struct `Signatures of object stores` {
    private static let host = "farm-payload.obs.cn-north-4.myhuaweicloud.com"
    private static let date = "Fri, 02 Jan 2026 03:04:05 GMT"

    private func sign(_ request: SignableRequest, _ keys: AccessKeys = Vectors.keys) throws -> OBSSignature {
        try OBSSignature(request, bucket: "farm-payload", keys: keys, at: Vectors.time)
    }

    @Test func `an object is put (O1)`() throws {
        let signature = try sign(
            SignableRequest(
                "PUT", host: Self.host, path: "/file_01/app.apk",
                fields: [
                    .init("Content-Type", "application/octet-stream"),
                    .init("Content-MD5", "obL7xQBU+kcj2UiGTClhEw=="),
                ]))
        #expect(
            signature.stringToSign.reveal { $0 }
                == "PUT\nobL7xQBU+kcj2UiGTClhEw==\napplication/octet-stream\n\(Self.date)\n/farm-payload/file_01/app.apk"
        )
        #expect(signature.fields.text(of: "Date") == Self.date)
        #expect(
            signature.fields.text(of: "Authorization") == "OBS AKEXAMPLE00000000001:EiLI7+z2UMnG4f7N2LUhrepM4qc=")
    }

    @Test func `the service's own fields are signed, and a key that must be encoded (O2)`() throws {
        let request = SignableRequest(
            "PUT", host: Self.host, path: "/dir a/手机~1+#.tar",
            fields: [
                .init("x-obs-storage-class", "STANDARD"), .init("x-obs-date", Self.date),
                .init("Content-Type", "application/x-tar"),
            ])
        #expect(request.target == "/dir%20a/%E6%89%8B%E6%9C%BA~1%2B%23.tar")
        let signature = try sign(request, Vectors.temporaryKeys)
        #expect(
            signature.stringToSign.reveal { $0 }
                == "PUT\n\napplication/x-tar\n\nx-obs-date:\(Self.date)\nx-obs-security-token:TEMPTOKENEXAMPLE==\n"
                + "x-obs-storage-class:STANDARD\n/farm-payload/dir%20a/%E6%89%8B%E6%9C%BA~1%2B%23.tar")
        #expect(signature.fields.map(\.name) == ["x-obs-security-token", "Authorization"])
        #expect(
            signature.fields.text(of: "Authorization") == "OBS AKEXAMPLE00000000001:+89RQdHNlddxM0BKsgT/kFbcZSQ=")
    }

    @Test func `an upload in parts begins (O3)`() throws {
        let request = SignableRequest(
            "POST", host: Self.host, path: "/file_01/big.tar", query: [.init("uploads", nil)],
            fields: [.init("Content-Type", "application/x-tar")])
        #expect(request.target == "/file_01/big.tar?uploads")
        #expect(
            try sign(request).fields.text(of: "Authorization")
                == "OBS AKEXAMPLE00000000001:mzP5AojzHUqcqhmPoj+pFF5aTe4=")
    }

    @Test func `a part is put (O4)`() throws {
        let request = SignableRequest(
            "PUT", host: Self.host, path: "/file_01/big.tar",
            query: [.init("uploadId", "00000163D46218698DF407362295674C"), .init("partNumber", "2")],
            fields: [.init("Content-Length", "5242880")])
        #expect(
            try sign(request).fields.text(of: "Authorization")
                == "OBS AKEXAMPLE00000000001:i7E1grwzx/zT4mAGLtRvV4tyBc4=")
    }

    @Test func `what only narrows a list is not signed, and without a bucket nothing is meant`() throws {
        let listing = SignableRequest(
            "GET", host: Self.host, path: "/",
            query: [.init("prefix", "a/"), .init("max-keys", "10"), .init("versions", nil)],
            fields: [.init("x-obs-meta-a", " one "), .init("X-Obs-Meta-A", "two")])
        #expect(
            try sign(listing).stringToSign.reveal { $0 }
                == "GET\n\n\n\(Self.date)\nx-obs-meta-a:one,two\n/farm-payload/?versions")
        let all = SignableRequest("GET", host: "obs.cn-north-4.myhuaweicloud.com", path: "/")
        let signature = try OBSSignature(all, bucket: nil, keys: Vectors.keys, at: Vectors.time)
        #expect(signature.stringToSign.reveal { $0 } == "GET\n\n\n\(Self.date)\n/")
    }

    @Test func `a compatible store gets Amazon's signature (O5)`() throws {
        let request = SignableRequest(
            "PUT", host: Self.host, path: "/file_01/app.apk",
            fields: [.init("Content-Type", "application/octet-stream")])
        let signature = try AWS4Signature(request, region: "cn-north-4", keys: Vectors.keys, at: Vectors.time)
        #expect(
            signature.canonicalRequest.reveal { $0 } == """
                PUT
                /file_01/app.apk

                content-type:application/octet-stream
                host:\(Self.host)
                x-amz-content-sha256:UNSIGNED-PAYLOAD
                x-amz-date:20260102T030405Z

                content-type;host;x-amz-content-sha256;x-amz-date
                UNSIGNED-PAYLOAD
                """)
        #expect(
            signature.stringToSign == """
                AWS4-HMAC-SHA256
                20260102T030405Z
                20260102/cn-north-4/s3/aws4_request
                650f70ac2ad67621988e6d560d39e45086ff98a2ffc169c8f540f0c6f53b325d
                """)
        #expect(
            signature.fields.text(of: "Authorization")
                == "AWS4-HMAC-SHA256 Credential=AKEXAMPLE00000000001/20260102/cn-north-4/s3/aws4_request,"
                + "SignedHeaders=content-type;host;x-amz-content-sha256;x-amz-date,"
                + "Signature=a13ba1e5032fa829583ef134cb682a1c149b81f609480fb504aa3d78e72c0366")
    }

    @Test(arguments: [
        (0, "19700101T000000Z", "Thu, 01 Jan 1970 00:00:00 GMT"),
        (951_782_399, "20000228T235959Z", "Mon, 28 Feb 2000 23:59:59 GMT"),
        (4_102_444_800, "21000101T000000Z", "Fri, 01 Jan 2100 00:00:00 GMT"),
    ])
    func `moments are spelled in UTC`(seconds: Int, compact: String, header: String) {
        let time = SigningTime(secondsSince1970: seconds)
        #expect(time.compact == compact && time.header == header)
    }
}
