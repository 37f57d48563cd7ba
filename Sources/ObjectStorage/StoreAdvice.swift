import Curl
import Signing

extension ObjectStorageError {
    /// Says in plain words why the store said no, and what to do.
    ///
    /// - Parameter ours: The time that the request was signed with.
    init(_ answer: StoreAnswer, _ operation: String, store: ObjectStore, ours: SigningTime) {
        if let elsewhere = Self.elsewhere(answer, store) {
            self.init(
                .wrongRegion, operation,
                "the bucket \(store.bucket) is \(elsewhere), and \(store.endpoint.host) was asked",
                advice: "name the bucket's own region, and keep it in the region of the servers", status: answer.status,
                serviceCode: answer.code, requestID: answer.requestID)
            return
        }
        let (code, advice) = Self.meaning(answer, store, ours)
        let words = answer.message.isEmpty ? Self.words(answer.status) : answer.message
        self.init(
            code, operation, words, advice: advice, status: answer.status,
            serviceCode: answer.code.isEmpty ? nil : answer.code, requestID: answer.requestID,
            isPassing: answer.isPassing)
    }

    /// Where the bucket is, when it is not here.
    private static func elsewhere(_ answer: StoreAnswer, _ store: ObjectStore) -> String? {
        let codes = ["PermanentRedirect", "TemporaryRedirect", "AuthorizationHeaderMalformed", "IncorrectEndpoint"]
        guard codes.contains(answer.code) || [301, 307].contains(answer.status) else { return nil }
        if let region = answer.region, region != store.region { return "in the region \(region)" }
        if let endpoint = answer.endpoint { return "at \(endpoint)" }
        return answer.code == "AuthorizationHeaderMalformed" ? nil : "in another region"
    }

    private static func meaning(
        _ answer: StoreAnswer, _ store: ObjectStore, _ ours: SigningTime
    ) -> (Code, String?) {
        switch answer.code {
        case "NoSuchBucket": (.notFound, "check the bucket's name and its region (\(store.region))")
        case "NoSuchKey", "NotFound": (.notFound, "check the object's name; names are told apart by case")
        case "NoSuchUpload": (.notFound, "the upload was ended or has expired; send the file again")
        case "SignatureDoesNotMatch": (.forbidden, "check the secret key (SK), and that it belongs to this access key")
        case "InvalidAccessKeyId": (.forbidden, "check the access key (AK); it may have been deleted or disabled")
        case "ExpiredToken", "RequestExpired", "InvalidToken":
            (.forbidden, "the temporary keys have ended; ask for new ones")
        case "AccessDenied":
            (
                .forbidden,
                "give these keys the right to this action on the bucket \(store.bucket); a new right takes minutes"
            )
        case "RequestTimeTooSkewed":
            (
                .clockSkew,
                "it is \(ours.header) here and \(answer.date ?? "another time") there; set this machine's clock"
            )
        case "InArrearOrInsufficientBalance": (.forbidden, "the account is overdue: settle the bill first")
        case "InsufficientStorageSpace": (.refused, "the bucket's quota is used up: delete objects or raise it")
        case "VirtualHostDomainRequired": (.invalidRequest, "this store wants the bucket in the host's name")
        case "EntityTooLarge": (.overLimit, "one object may have 5 GB in one piece and 48.8 TB in parts")
        case "TooManyWrongSignature":
            (.forbidden, "correct the keys first; the store has locked this address for a while")
        case "InvalidArgument", "KeyTooLongError", "MalformedXML", "MethodNotAllowed", "FsNotSupport":
            (.invalidRequest, nil)
        case "PreconditionFailed": (.changed, "the object is not the one it was; ask again")
        case _ where answer.isPassing: (.noAnswer, "try later")
        case _ where answer.status == 401 || answer.status == 403:
            (.forbidden, "check the keys, and that they may use the bucket \(store.bucket)")
        case _ where answer.status == 404: (.notFound, "check the names of the bucket and the object")
        default: (.refused, nil)
        }
    }

    private static func words(_ status: Int) -> String {
        switch status {
        case 403: "the store forbids it"
        case 404: "there is no such thing"
        default: "the store answered \(status)"
        }
    }
}
