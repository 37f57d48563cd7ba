import Crypto

/// What one APK file says of itself, as far as a phone's package manager cares.
struct ApplicationFile: Sendable, Hashable {
    var package: String
    /// The name of the split; nil for the base.
    var split: String?
    var versionCode: Int64
    var versionName: String
    var minSDK: Int
    var targetSDK: Int
    var isTestOnly: Bool
    var isDebuggable: Bool
    /// The base says that it cannot run without splits.
    var requiresSplits: Bool
    var permissions: [String]
    /// The activity that the launcher shows; its full class name.
    var launcher: String?
    /// All activities, by full class name.
    var activities: [String]
    /// The SHA-256 of the signer's certificate.
    var signer: SHA256Digest

    /// The name of its file in the code folder.
    var fileName: String { split.map { "split_\($0).apk" } ?? "base.apk" }
}

/// Why a package manager says no: its own code, and its explanation.
struct InstallRefusal: Error, Sendable, Hashable {
    /// Such as `INSTALL_FAILED_VERSION_DOWNGRADE`.
    var code: String
    var detail: String?

    init(_ code: String, _ detail: String? = nil) {
        self.code = code
        self.detail = detail
    }

    /// The line that `pm` prints.
    func line(_ profile: Profile) -> String {
        guard let detail, !profile.quirks.contains(.terseFailures) else { return "Failure [\(code)]" }
        return "Failure [\(code): \(detail)]"
    }
}
