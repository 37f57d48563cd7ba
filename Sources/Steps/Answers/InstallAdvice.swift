/// One line of advice for the refusals that phones give most often.
///
/// The code is the package manager's own word and is kept as it came; a vendor's code that is not in the table gets no
/// advice, which is better than a wrong one.
enum InstallAdvice {
    /// The advice by code, without the prefix `INSTALL_FAILED_`, `INSTALL_PARSE_FAILED_` or `DELETE_FAILED_`.
    private static let table: [String: String] = [
        "ALREADY_EXISTS": "set `force: true` (or --force), or uninstall it first",
        "CONFLICTING_PROVIDER": "another app on the phone owns the same content provider: uninstall that app first",
        "CPU_ABI_INCOMPATIBLE": "the build has no native code for this phone's processor: use a build for its ABI",
        "DEVICE_POLICY_MANAGER": "the app is a device administrator: switch that off on the phone first",
        "INSUFFICIENT_STORAGE": "free space on the phone: remove apps or files, or run `pm trim-caches 999G` on it",
        "INVALID_APK": "the file is damaged or incomplete: check the build, then install again",
        "MISSING_SPLIT": "the app needs all its parts at once: give the folder of splits, the .apks or the .xapk",
        "NO_CERTIFICATES": "the build is not signed, or damaged: sign it with apksigner",
        "NO_MATCHING_ABIS": "the build has no native code for this phone's processor: use a build for its ABI",
        "OLDER_SDK": "the build wants a newer Android than this phone has: leave the phone out, for example `sdk=33..`",
        "TEST_ONLY": "the build is marked test-only: set `test: true` (or --test), or make a release build",
        "UPDATE_INCOMPATIBLE": "another key signed the app that is there: uninstall it first (its data are lost)",
        "USER_RESTRICTED":
            "the phone forbids it: allow \"Install via USB\" in its developer options, or look at its policy",
        "VERIFICATION_FAILURE": "the phone's verifier refused it: switch off \"Verify apps over USB\"",
        "VERSION_DOWNGRADE": "a newer version is there: set `downgrade: true` (or --downgrade), or uninstall it first",
    ]

    private static let prefixes = ["INSTALL_FAILED_", "INSTALL_PARSE_FAILED_", "DELETE_FAILED_"]

    /// What to do about a refusal, or `nil` when there is nothing good to say.
    static func line(for code: String) -> String? {
        for prefix in prefixes where code.hasPrefix(prefix) {
            return table[String(code.dropFirst(prefix.count))]
        }
        return nil
    }

    /// Whether the same build on the same phone is refused again, however often it is tried.
    ///
    /// Only what Android decides by comparing the two; a damaged delivery, a lack of room or a person may change.
    static func staysSo(_ code: String) -> Bool {
        prefixes.contains { code.hasPrefix($0) && lasting.contains(String(code.dropFirst($0.count))) }
    }

    private static let lasting: Set<String> = [
        "ALREADY_EXISTS", "CONFLICTING_PROVIDER", "CPU_ABI_INCOMPATIBLE", "DEPRECATED_SDK_VERSION",
        "DEVICE_POLICY_MANAGER", "DUPLICATE_PERMISSION", "INCONSISTENT_CERTIFICATES", "MANIFEST_MALFORMED",
        "MISSING_FEATURE", "MISSING_SHARED_LIBRARY", "MISSING_SPLIT", "NEWER_SDK", "NO_MATCHING_ABIS", "NO_SHARED_USER",
        "OLDER_SDK", "SHARED_USER_INCOMPATIBLE", "TEST_ONLY", "UPDATE_INCOMPATIBLE", "VERSION_DOWNGRADE",
    ]
}
