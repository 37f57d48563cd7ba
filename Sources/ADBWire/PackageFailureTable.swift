/// What is known about the package manager's codes.
enum PackageFailureTable {
    struct Entry: Sendable {
        let retry: PackageFailure.Retry
        let advice: String?
    }

    static let entries: [String: Entry] = {
        var entries: [String: Entry] = [:]
        for (name, retry) in installCodes {
            entries["INSTALL_FAILED_" + name] = Entry(retry: retry, advice: advice[name])
        }
        for name in parseCodes {
            let advice =
                damaged.contains(name) ? "the file did not arrive whole or is not signed; check the build" : nil
            entries["INSTALL_PARSE_FAILED_" + name] = Entry(retry: .never, advice: advice)
        }
        return entries
    }()

    /// The commonest refusals, each with the cure.
    private static let advice: [String: String] = [
        "ALREADY_EXISTS": "the app is there already; allow replacing it",
        "INVALID_APK": "the build is damaged or a split is missing its base; check the file, then try once more",
        "INSUFFICIENT_STORAGE": "free space on the phone, for example `pm trim-caches 999G`, then run again",
        "UPDATE_INCOMPATIBLE": "another key signed the installed app; uninstall it first (its data is lost)",
        "VERSION_DOWNGRADE": "a newer version is installed; set `downgrade: true` or uninstall it first",
        "OLDER_SDK": "this phone's Android is too old for the build; leave it out, for example with `sdk=..`",
        "TEST_ONLY": "the build is marked test-only; set `test: true`",
        "NO_MATCHING_ABIS": "the build has no native code for this phone's processor",
        "MISSING_SPLIT": "the app needs its splits; give the folder, .apks or .xapk instead of one .apk",
        "USER_RESTRICTED": "the phone forbids installing over USB or by policy; allow it in its developer options",
        "VERIFICATION_FAILURE": "Play Protect or another verifier refused; switch verifying adb installs off",
        "INTERNAL_ERROR": "often passes by itself; try again, and look into the phone's log if it stays",
        "ABORTED": "somebody refused the question on the screen, or the phone gave up; try once more",
    ]

    private static let damaged: Set<String> = ["NOT_APK", "NO_CERTIFICATES"]

    private static let installCodes: [(String, PackageFailure.Retry)] =
        [
            "REPLACE_COULDNT_DELETE", "DEXOPT", "CONTAINER_ERROR", "MEDIA_UNAVAILABLE", "VERIFICATION_TIMEOUT",
            "INTERNAL_ERROR", "ABORTED", "SESSION_INVALID", "OTHER_STAGED_SESSION_IN_PROGRESS",
        ].map { ($0, .soon) }
        + [
            "ALREADY_EXISTS", "INVALID_APK", "INVALID_URI", "INSUFFICIENT_STORAGE", "DUPLICATE_PACKAGE",
            "UPDATE_INCOMPATIBLE", "CONFLICTING_PROVIDER", "TEST_ONLY", "INVALID_INSTALL_LOCATION",
            "VERIFICATION_FAILURE", "UID_CHANGED", "VERSION_DOWNGRADE", "PERMISSION_MODEL_DOWNGRADE",
            "SANDBOX_VERSION_DOWNGRADE", "MISSING_SPLIT", "DEPRECATED_SDK_VERSION", "USER_RESTRICTED",
            "DUPLICATE_PERMISSION", "BAD_DEX_METADATA", "MULTIPACKAGE_INCONSISTENCY", "WRONG_INSTALLED_VERSION",
            "DUPLICATE_PERMISSION_GROUP", "BAD_PERMISSION_GROUP",
        ].map { ($0, .afterFix) }
        + [
            "NO_SHARED_USER", "SHARED_USER_INCOMPATIBLE", "MISSING_SHARED_LIBRARY", "OLDER_SDK", "NEWER_SDK",
            "CPU_ABI_INCOMPATIBLE", "MISSING_FEATURE", "PACKAGE_CHANGED", "NO_MATCHING_ABIS", "BAD_SIGNATURE",
            "PROCESS_NOT_DEFINED", "PRE_APPROVAL_NOT_AVAILABLE", "SHARED_LIBRARY_BAD_CERTIFICATE_DIGEST",
            "MULTI_ARCH_NOT_MATCH_ALL_NATIVE_ABIS",
        ].map { ($0, .never) }

    private static let parseCodes = [
        "NOT_APK", "BAD_MANIFEST", "UNEXPECTED_EXCEPTION", "NO_CERTIFICATES", "INCONSISTENT_CERTIFICATES",
        "CERTIFICATE_ENCODING", "BAD_PACKAGE_NAME", "BAD_SHARED_USER_ID", "MANIFEST_MALFORMED", "MANIFEST_EMPTY",
        "RESOURCES_ARSC_COMPRESSED", "SKIPPED",
    ]
}
