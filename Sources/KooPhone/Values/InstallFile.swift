public import Secrets

/// An APK as instances get it.
public struct InstallFile: Hashable, Sendable {
    /// What APKs are said to be.
    static let contentType = "application/vnd.android.package-archive"

    /// A link that needs no login; it lets in whoever has it for as long as it holds.
    public let link: Secret
    /// The package.
    public let package: String
    /// The version of the app, in words.
    public let version: String
    /// Bytes.
    public let byteCount: Int
    /// The name of the file, which ends in `.apk`.
    public let name: String
    /// The MD5 of the content, 32 lower-case hexadecimal digits.
    public let md5: String

    /// Describes a file.
    public init(link: Secret, package: String, version: String, byteCount: Int, name: String, md5: String) {
        self.link = link
        self.package = package
        self.version = version
        self.byteCount = byteCount
        self.name = name
        self.md5 = md5
    }

    /// The size in MB, two places behind the point and never nothing.
    var megabytes: String {
        let hundredths = max(1, (byteCount * 100 + (1 << 19)) >> 20)
        let rest = hundredths % 100
        return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
    }
}
