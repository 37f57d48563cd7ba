import Secrets

@testable import Signing

/// The account and the moment of the vectors in the service's reference.
enum Vectors {
    static let keys = AccessKeys(
        id: "AKEXAMPLE00000000001", secret: Secret(name: "sk", "SKexample0000000000000000000000000000001"))
    static let temporaryKeys = AccessKeys(
        id: keys.id, secret: keys.secret, token: Secret(name: "token", "TEMPTOKENEXAMPLE=="))
    /// 2026-01-02, 03:04:05 UTC.
    static let time = SigningTime(secondsSince1970: 1767323045)
    static let host = "cph.cn-north-4.myhuaweicloud.com"
    static let project = "05e1aef0a1b2c3d4e5f60718293a4b5c"
    static let phones = "/v1/\(project)/cloud-phone/phones"
    static let ofProject = SignableRequest.Field("X-Project-Id", project)
    static let json = SignableRequest.Field("Content-Type", "application/json")
}

extension [SignedField] {
    /// What a field says, as it is sent.
    func text(of name: String) -> String? { first { $0.name == name }?.value.reveal { $0 } }
}
