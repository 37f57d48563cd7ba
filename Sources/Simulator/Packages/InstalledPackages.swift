import Crypto

/// The apps of one phone and the sessions that are to become apps.
struct InstalledPackages: Sendable {
    /// APKs that are being gathered for one install.
    struct Session: Sendable {
        var options: InstallOptions
        var files: [String: FileContent] = [:]
        var children: [Int] = []
    }

    private(set) var table: [String: InstalledPackage] = [:]
    var sessions: [Int: Session] = [:]
    private var nextSession: Int
    private var nextUID: UInt32 = 10_100
    private let profile: Profile

    init(profile: Profile, seed: UInt64) {
        self.profile = profile
        nextSession = Int(seed % 900_000_000) + 1_000_000
        for (index, app) in Self.preinstalled.enumerated() {
            table[app.name] = .system(
                app.name, path: app.path, profile: profile, uid: 1000 + UInt32(index), launcher: app.launcher)
        }
    }

    private static let preinstalled: [(name: String, path: String, launcher: String?)] = [
        ("android", "/system/framework/framework-res.apk", nil),
        ("com.android.settings", "/system/priv-app/Settings/Settings.apk", "com.android.settings.Settings"),
        ("com.android.shell", "/system/priv-app/Shell/Shell.apk", nil),
        ("com.android.systemui", "/system/priv-app/SystemUI/SystemUI.apk", nil),
    ]

    subscript(name: String) -> InstalledPackage? { table[name] }

    /// All apps, sorted by name.
    var all: [InstalledPackage] { table.values.sorted { $0.name < $1.name } }

    mutating func update(_ name: String, _ body: (inout InstalledPackage) -> Void) {
        guard var package = table[name] else { return }
        body(&package)
        table[name] = package
    }

    mutating func remove(_ name: String) { table[name] = nil }

    mutating func openSession(_ options: InstallOptions) -> Int {
        nextSession += 7_919
        sessions[nextSession] = Session(options: options)
        return nextSession
    }

    /// Puts an app in, new or over its older self.
    ///
    /// - Returns: The app as it is now.
    mutating func put(
        _ base: ApplicationFile, splits: [ApplicationFile], codePath: String, options: InstallOptions, at seconds: Int64
    ) -> InstalledPackage {
        let old = table[base.package]
        if old == nil { nextUID += 1 }
        var granted = old?.grantedPermissions ?? []
        if options.grantsAll { granted.formUnion(base.permissions.filter(RuntimePermissions.contains)) }
        let package = InstalledPackage(
            name: base.package, versionCode: base.versionCode, versionName: base.versionName, minSDK: base.minSDK,
            targetSDK: base.targetSDK, isDebuggable: base.isDebuggable, signer: base.signer, codePath: codePath,
            splits: splits.compactMap(\.split).sorted(), requestedPermissions: base.permissions,
            grantedPermissions: granted.intersection(base.permissions), launcher: base.launcher,
            activities: base.activities + splits.flatMap(\.activities), installer: options.installer,
            uid: old?.uid ?? nextUID, firstInstalled: old?.firstInstalled ?? seconds, lastUpdated: seconds,
            hasData: old?.hasData ?? false)
        table[base.package] = package
        return package
    }

    /// Judges an install as Android does; the first reason found is thrown.
    func judge(_ base: ApplicationFile, splits: [ApplicationFile], options: InstallOptions) throws(InstallRefusal) {
        for split in splits { try judge(split, belongsTo: base) }
        guard base.minSDK <= profile.sdk else {
            throw InstallRefusal(
                "INSTALL_FAILED_OLDER_SDK",
                "Failed parse during installPackageLI: Requires newer sdk version #\(base.minSDK) "
                    + "(current version is #\(profile.sdk))")
        }
        guard !base.isTestOnly || options.allowsTest else {
            let text = "Failed to install test-only apk. Did you forget to add -t?"
            throw InstallRefusal("INSTALL_FAILED_TEST_ONLY", profile.sdk >= 33 ? text : "installPackageLI")
        }
        guard !base.requiresSplits || !splits.isEmpty else {
            throw InstallRefusal("INSTALL_FAILED_MISSING_SPLIT", "Missing split for \(base.package)")
        }
        guard let old = table[base.package] else { return }
        try judge(base, over: old, options)
    }

    private func judge(_ split: ApplicationFile, belongsTo base: ApplicationFile) throws(InstallRefusal) {
        let name = split.fileName
        guard split.package == base.package else {
            throw InstallRefusal(
                "INSTALL_FAILED_INVALID_APK", "\(name) package \(split.package) inconsistent with \(base.package)")
        }
        guard split.versionCode == base.versionCode else {
            throw InstallRefusal(
                "INSTALL_FAILED_INVALID_APK",
                "\(name) version code \(split.versionCode) inconsistent with \(base.versionCode)")
        }
        guard split.signer == base.signer else {
            throw InstallRefusal("INSTALL_FAILED_INVALID_APK", "\(name) signatures are inconsistent")
        }
    }

    private func judge(
        _ new: ApplicationFile, over old: InstalledPackage, _ options: InstallOptions
    ) throws(InstallRefusal) {
        let mustAsk = profile.quirks.contains(.replaceMustBeAsked)
        guard !options.refusesReplacing, options.replaces || !mustAsk else {
            throw InstallRefusal(
                "INSTALL_FAILED_ALREADY_EXISTS",
                "Attempt to re-install \(new.package) without first uninstalling.")
        }
        guard old.signer == new.signer else {
            throw InstallRefusal(
                "INSTALL_FAILED_UPDATE_INCOMPATIBLE",
                profile.sdk >= 31
                    ? "Existing package \(new.package) signatures do not match newer version; ignoring!"
                    : "Package \(new.package) signatures do not match previously installed version; ignoring!")
        }
        guard new.versionCode >= old.versionCode || options.allowsDowngrade else {
            throw InstallRefusal(
                "INSTALL_FAILED_VERSION_DOWNGRADE",
                "Downgrade detected: Update version code \(new.versionCode) is older than current \(old.versionCode)")
        }
    }
}
