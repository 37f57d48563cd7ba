public import Lanes

/// An app ready for delivery: one APK, or a base and its splits; shared by all phones.
public struct AppPayload: Sendable {
    /// One APK file of the app.
    public struct Part: Sendable {
        /// The name in the install session: `base.apk`, `split_config.en.apk`.
        public let name: String
        /// The whole APK.
        public let bytes: SharedBytes
        /// SHA-256 of the whole APK, 64 lower-case hex digits.
        public let sha256: String

        /// Names one APK.
        public init(name: String, bytes: SharedBytes, sha256: String) {
            self.name = name
            self.bytes = bytes
            self.sha256 = sha256
        }
    }

    /// The package name that the manifest tells.
    public let package: PackageName
    /// `versionCode`, with the major half above bit 32.
    public let versionCode: Int64
    /// `versionName`; empty when the manifest has none.
    public let versionName: String
    /// SHA-256 of the first signing certificate, 64 lower-case hex digits.
    public let signer: String
    /// The lowest SDK level that the manifest accepts.
    public let minSDK: Int
    /// Whether the manifest says `testOnly`.
    public let isTestOnly: Bool
    /// The APKs, base first.
    public let parts: [Part]
    /// Where it came from, for messages: `builds/game.apk`.
    public let source: String
    /// Expansion files beside the parts, which an install does not deliver: `Android/obb/com.x/main.1.com.x.obb`.
    public let expansions: [String]

    /// Describes an app.
    public init(
        package: PackageName, versionCode: Int64, versionName: String, signer: String, minSDK: Int, isTestOnly: Bool,
        parts: [Part], source: String, expansions: [String] = []
    ) {
        self.package = package
        self.versionCode = versionCode
        self.versionName = versionName
        self.signer = signer
        self.minSDK = minSDK
        self.isTestOnly = isTestOnly
        self.parts = parts
        self.source = source
        self.expansions = expansions
    }

    /// Bytes of all parts together.
    public var size: UInt64 { parts.reduce(0) { $0 + UInt64($1.bytes.count) } }
}

/// How an app is to be installed; the defaults are those of `adb install -r`.
public struct InstallOptions: Hashable, Sendable {
    /// Whether all runtime permissions are granted at once (`-g`).
    public var grantsAll = false
    /// Whether an older version may replace a newer one (`-d`).
    public var allowsDowngrade = false
    /// Whether test-only builds are accepted (`-t`).
    public var allowsTestOnly = false
    /// The Android user, as a number or `all`, `current`; nil leaves it to the phone.
    public var user: String?

    /// The defaults.
    public init() {}
}

/// What the package manager answered to an install or an uninstall.
public enum PackageReply: Hashable, Sendable {
    /// Done; some phones add warnings, kept here in their own words.
    case success(warnings: String?)
    /// Refused: a code such as `INSTALL_FAILED_VERSION_DOWNGRADE` (nil when none was told), and the phone's own words.
    case refused(code: String?, text: String)
    /// No answer that could be understood; look at the phone before anything is repeated.
    case unknown(text: String)
}
