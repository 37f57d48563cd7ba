/// One line of advice for the refusals that phones give most often.
///
/// The code is the package manager's own word and is kept as it came; a vendor's code that is not in the table gets no
/// advice, which is better than a wrong one.
enum InstallAdvice {
    /// The advice by code, without the prefix `INSTALL_FAILED_`, `INSTALL_PARSE_FAILED_` or `DELETE_FAILED_`.
    private static let table: [String: String] = [
        "ALREADY_EXISTS": "set `force: true`, or uninstall it first",
        "CONFLICTING_PROVIDER": "another app on the phone owns the same content provider: uninstall that app first",
        "CPU_ABI_INCOMPATIBLE": "the build has no native code for this phone's processor: use a build for its ABI",
        "DEVICE_POLICY_MANAGER": "the app is a device administrator: switch that off on the phone first",
        "INSUFFICIENT_STORAGE": "free space on the phone: remove apps or files, or run `pm trim-caches 999G` on it",
        "INVALID_APK": "the file is damaged or incomplete: check the build, then install again",
        "MISSING_SPLIT": "the app needs all its parts at once: give the folder of splits, the .apks or the .xapk",
        "NO_CERTIFICATES": "the build is not signed, or damaged: sign it with apksigner",
        "NO_MATCHING_ABIS": "the build has no native code for this phone's processor: use a build for its ABI",
        "OLDER_SDK": "the build wants a newer Android than this phone has: leave the phone out, for example `sdk=33..`",
        "TEST_ONLY": "the build is marked test-only: set `test: true`, or make a release build",
        "UPDATE_INCOMPATIBLE": "another key signed the app that is there: uninstall it first (its data are lost)",
        "USER_RESTRICTED":
            "the phone forbids it: allow \"Install via USB\" in its developer options, or look at its policy",
        "VERIFICATION_FAILURE": "the phone's verifier refused it: switch off \"Verify apps over USB\"",
        "VERSION_DOWNGRADE": "a newer version is there: set `downgrade: true`, or uninstall it first",
    ]

    private static let prefixes = ["INSTALL_FAILED_", "INSTALL_PARSE_FAILED_", "DELETE_FAILED_"]

    /// What to do about a refusal, or `nil` when there is nothing good to say.
    static func line(for code: String) -> String? {
        for prefix in prefixes where code.hasPrefix(prefix) {
            return table[String(code.dropFirst(prefix.count))]
        }
        return nil
    }

    /// Refusals that the same request would get again: they follow from the build and what the phone has.
    ///
    /// Not here is what may pass by itself or by a person at the phone: storage, the verifier, a policy, a broken session.
    private static let hopeless: Set<String> = [
        "ALREADY_EXISTS", "BAD_DEX_METADATA", "BAD_PERMISSION_GROUP", "BAD_SIGNATURE", "CONFLICTING_PROVIDER",
        "CPU_ABI_INCOMPATIBLE", "DEPRECATED_SDK_VERSION", "DUPLICATE_PACKAGE", "DUPLICATE_PERMISSION",
        "DUPLICATE_PERMISSION_GROUP", "INVALID_APK", "INVALID_INSTALL_LOCATION", "MISSING_FEATURE",
        "MISSING_SHARED_LIBRARY", "MISSING_SPLIT", "MULTIPACKAGE_INCONSISTENCY", "NEWER_SDK", "NO_MATCHING_ABIS",
        "NO_SHARED_USER", "OLDER_SDK", "PERMISSION_MODEL_DOWNGRADE", "SANDBOX_VERSION_DOWNGRADE",
        "SHARED_USER_INCOMPATIBLE", "TEST_ONLY", "UID_CHANGED", "UPDATE_INCOMPATIBLE", "VERSION_DOWNGRADE",
        "WRONG_INSTALLED_VERSION",
    ]

    /// Whether the phone would refuse the same request again; a code that nobody knows may pass.
    static func isHopeless(_ code: String) -> Bool {
        switch code {
        case "INSTALL_PARSE_FAILED_UNEXPECTED_EXCEPTION": return false
        case "DELETE_FAILED_DEVICE_POLICY_MANAGER", "DELETE_FAILED_OWNER_BLOCKED": return true
        default: break
        }
        if code.hasPrefix("INSTALL_PARSE_FAILED_") { return true }
        guard code.hasPrefix(prefixes[0]) else { return false }
        return hopeless.contains(String(code.dropFirst(prefixes[0].count)))
    }
}
