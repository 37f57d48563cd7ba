import Crypto

/// One app on a phone.
struct InstalledPackage: Sendable {
    var name: String
    var versionCode: Int64
    var versionName: String
    var minSDK: Int
    var targetSDK: Int
    var isDebuggable: Bool
    /// nil for what came with the system.
    var signer: SHA256Digest?
    /// The folder of its APKs.
    var codePath: String
    /// The split names, without the base.
    var splits: [String]
    var requestedPermissions: [String]
    var grantedPermissions: Set<String>
    var launcher: String?
    var activities: [String]
    var installer: String?
    var uid: UInt32
    /// Seconds since 1970.
    var firstInstalled: Int64
    /// Seconds since 1970.
    var lastUpdated: Int64
    /// Whether the app has written data since it was installed or cleared.
    var hasData = false
    var isRunning = false

    var isSystem: Bool { signer == nil }

    /// The paths of base and splits.
    var paths: [String] {
        if codePath.hasSuffix(".apk") { return [codePath] }
        return ["\(codePath)/base.apk"] + splits.map { "\(codePath)/split_\($0).apk" }
    }

    /// Something that came with the system.
    static func system(_ name: String, path: String, profile: Profile, uid: UInt32, launcher: String? = nil) -> Self {
        InstalledPackage(
            name: name, versionCode: Int64(profile.sdk), versionName: profile.release, minSDK: profile.sdk,
            targetSDK: profile.sdk, isDebuggable: false, signer: nil, codePath: path, splits: [],
            requestedPermissions: [], grantedPermissions: [], launcher: launcher,
            activities: launcher.map { [$0] } ?? [],
            installer: nil, uid: uid, firstInstalled: FileEntry.epoch, lastUpdated: FileEntry.epoch)
    }
}
