/// A refusal with the store's own code (Cloud Phone API, OBS errors).
struct StorageRefusal: Error, Hashable {
    let status: Int
    let code: String
    let message: String
    /// Header lines beyond the usual ones.
    var fields: [String: String] = [:]
    /// Elements of the body beyond the usual ones.
    var details: [String: String] = [:]

    init(_ status: Int, _ code: String, _ message: String) {
        self.status = status
        self.code = code
        self.message = message
    }

    static let accessDenied = StorageRefusal(403, "AccessDenied", "Access Denied")
    static let wrongSignature = StorageRefusal(
        403, "SignatureDoesNotMatch",
        "The request signature we calculated does not match the signature you provided. Check your key and signing method."
    )
    static let unknownKey = StorageRefusal(
        403, "InvalidAccessKeyId", "The access key ID you provided does not exist in our records.")
    static let wrongToken = StorageRefusal(
        403, "InvalidToken", "The security token you provided is malformed or otherwise invalid.")
    static let expiredToken = StorageRefusal(403, "ExpiredToken", "The provided token has expired.")
    static let expiredURL = StorageRefusal(403, "AccessDenied", "Request has expired")
    static let skewed = StorageRefusal(
        403, "RequestTimeTooSkewed", "The difference between the request time and the current time is too large.")
    static let noBucket = StorageRefusal(404, "NoSuchBucket", "The specified bucket does not exist")
    static let noKey = StorageRefusal(404, "NoSuchKey", "The specified key does not exist.")
    static let noUpload = StorageRefusal(
        404, "NoSuchUpload",
        "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed."
    )
    static let badDigest = StorageRefusal(
        400, "BadDigest", "The Content-MD5 you specified did not match what we received.")
    static let invalidDigest = StorageRefusal(400, "InvalidDigest", "The Content-MD5 you specified is not valid.")
    static let wrongHash = StorageRefusal(
        400, "XAmzContentSHA256Mismatch", "The provided 'x-amz-content-sha256' header does not match what was computed."
    )
    static let tooLarge = StorageRefusal(
        400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed object size.")
    static let tooSmall = StorageRefusal(
        400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size")
    static let invalidPart = StorageRefusal(
        400, "InvalidPart",
        "One or more of the specified parts could not be found. The part might not have been uploaded, or the entity tag might not match."
    )
    static let invalidPartOrder = StorageRefusal(
        400, "InvalidPartOrder", "The list of parts was not in ascending order.")
    static let malformedXML = StorageRefusal(400, "MalformedXML", "The XML you provided was not well-formed.")
    static let noLength = StorageRefusal(
        411, "MissingContentLength", "You must provide the Content-Length HTTP header.")
    static let keyTooLong = StorageRefusal(400, "KeyTooLongError", "Your key is too long.")
    static let wrongMethod = StorageRefusal(
        405, "MethodNotAllowed", "The specified method is not allowed against this resource.")
    static let precondition = StorageRefusal(
        412, "PreconditionFailed", "At least one of the preconditions you specified did not hold.")
    static let noRange = StorageRefusal(416, "InvalidRange", "The requested range cannot be satisfied.")
    static let slowDown = StorageRefusal(503, "SlowDown", "Please reduce your request rate.")
    static let internalError = StorageRefusal(
        500, "InternalError", "We encountered an internal error. Please try again.")
    static let virtualHostRequired = StorageRefusal(
        403, "VirtualHostDomainRequired", "Virtual host domain is required when accessing a specific bucket.")

    static func invalidArgument(_ message: String) -> StorageRefusal { StorageRefusal(400, "InvalidArgument", message) }
    static func notImplemented(_ what: String) -> StorageRefusal {
        StorageRefusal(501, "NotImplemented", "\(what) is not part of this simulation.")
    }

    /// A bucket that is served elsewhere.
    static func elsewhere(_ bucket: String, region: String) -> StorageRefusal {
        var refusal = StorageRefusal(
            301, "PermanentRedirect",
            "The bucket you are attempting to access must be addressed using the specified endpoint.")
        refusal.fields = ["x-obs-bucket-location": region, "x-amz-bucket-region": region]
        refusal.details = ["Bucket": bucket, "Endpoint": "\(bucket).obs.\(region).myhuaweicloud.com"]
        return refusal
    }
}
