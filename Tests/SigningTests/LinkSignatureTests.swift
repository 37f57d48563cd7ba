import Secrets
import Testing

@testable import Signing

/// Signatures that stand in the query of a link.
@Suite struct `Signatures of links` {
    private func target(_ request: SignableRequest, _ added: [SignableRequest.Parameter]) -> String {
        var request = request
        request.query += added
        return request.target
    }

    /// The vector that the maker of version 4 gives for presigned addresses.
    @Test func `version 4 signs a link as its maker does`() throws {
        let keys = AccessKeys(
            id: "AKIAIOSFODNN7EXAMPLE",
            secret: Secret(name: "sk", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"))
        let request = SignableRequest("GET", host: "examplebucket.s3.amazonaws.com", path: "/test.txt")
        // 2013-05-24T00:00:00Z
        let time = SigningTime(secondsSince1970: 1_369_353_600)
        let added = try AWS4Signature.query(request, region: "us-east-1", keys: keys, at: time, for: 86_400)
        let signature = "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"
        #expect(added.last == SignableRequest.Parameter("X-Amz-Signature", signature))
        #expect(target(request, added).contains("X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3"))
    }

    /// Codes that `openssl` made over the strings to sign.
    @Test func `the service's own signature takes the end in the place of a date`() throws {
        let request = SignableRequest(
            "GET", host: "farm-payload.obs.cn-north-4.myhuaweicloud.com", path: "/drover/app 1.apk")
        let end = SigningTime(secondsSince1970: 1_767_400_000)
        let plain = try OBSSignature.query(request, bucket: "farm-payload", keys: Vectors.keys, until: end)
        #expect(plain.map(\.name) == ["AccessKeyId", "Expires", "Signature"])
        #expect(plain.last == SignableRequest.Parameter("Signature", "faXOiO8IpOt0/EQsUAn2q8wL2EU="))
        let temporary = try OBSSignature.query(
            request, bucket: "farm-payload", keys: Vectors.temporaryKeys, until: end)
        #expect(temporary.last == SignableRequest.Parameter("Signature", "LJkdPKOK9+JgKwS6JZ8SpHGcCD0="))
        #expect(target(request, temporary).contains("x-obs-security-token=TEMPTOKENEXAMPLE%3D%3D"))
    }
}
