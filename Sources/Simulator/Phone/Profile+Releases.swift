extension Profile {
    /// Every profile, oldest first.
    public static let all: [Profile] = [.android6, .android7, .android9, .android11, .android14]

    /// The profile with a name such as `android-9`, `android9` or `9`; nil when there is none.
    public init?(named name: String) {
        let digits = name.drop { !$0.isNumber }
        guard let profile = Profile.all.first(where: { $0.release == digits }) else { return nil }
        guard [profile.name, "android\(digits)", String(digits)].contains(name.lowercased()) else { return nil }
        self = profile
    }

    /// Android 6: no features, 4 KiB packets, checksums.
    public static let android6 = Profile(
        name: "android-6", release: "6", sdk: 23, protocolVersion: 0x0100_0000, maxPayload: 4096, features: [],
        quirks: [
            .checksums, .eatsLastByte, .ignoresWindows, .noCmd, .terminalShell, .replaceMustBeAsked,
            .startAlwaysSucceeds, .plainCodePaths, .terseFailures, .fewPackageCommands,
        ],
        missing: [.ddFlags, .headBytes, .zstd],
        models: [
            PhoneModel("LGE", "Nexus 5", "hammerhead", "hammerhead", .init(width: 1080, height: 1920, density: 480)),
            PhoneModel("motorola", "Moto G", "osprey", "osprey_reteu", .init(width: 720, height: 1280, density: 320)),
        ]
    )

    /// Android 7: shell_v2 and cmd, 256 KiB packets, checksums.
    public static let android7 = Profile(
        name: "android-7", release: "7", sdk: 24, protocolVersion: 0x0100_0000, maxPayload: 256 << 10,
        features: ["shell_v2", "cmd"],
        quirks: [
            .checksums, .eatsLastByte, .ignoresWindows, .silentCommit, .fewPackageCommands, .replaceMustBeAsked,
            .startAlwaysSucceeds, .plainCodePaths, .terseFailures,
        ],
        missing: [.ddFlags, .headBytes, .zstd],
        models: [
            PhoneModel("samsung", "SM-G930F", "herolte", "heroltexx", .init(width: 1440, height: 2560, density: 640)),
            PhoneModel("HUAWEI", "EVA-L09", "HWEVA", "EVA-L09", .init(width: 1080, height: 1920, density: 480)),
        ]
    )

    /// Android 9: 1 MiB packets, no checksums, pushes that do not make folders.
    public static let android9 = Profile(
        name: "android-9", release: "9", sdk: 28, protocolVersion: 0x0100_0001, maxPayload: 1 << 20,
        features: ["shell_v2", "cmd", "stat_v2"],
        quirks: [.brokenPushFolders, .startAlwaysSucceeds, .plainCodePaths],
        missing: [.ddFlags, .zstd],
        models: [
            PhoneModel("samsung", "SM-G960F", "starlte", "starltexx", .init(width: 1440, height: 2960, density: 560)),
            PhoneModel("Xiaomi", "MI 8", "dipper", "dipper", .init(width: 1080, height: 2248, density: 440)),
        ]
    )

    /// Android 11: abb, version 2 of sync.
    public static let android11 = Profile(
        name: "android-11", release: "11", sdk: 30, protocolVersion: 0x0100_0001, maxPayload: 1 << 20,
        features: [
            "shell_v2", "cmd", "stat_v2", "ls_v2", "fixed_push_mkdir", "apex", "abb", "fixed_push_symlink_timestamp",
            "abb_exec", "remount_shell", "sendrecv_v2",
        ],
        quirks: [],
        models: [
            PhoneModel("Google", "Pixel 4a", "sunfish", "sunfish", .init(width: 1080, height: 2340, density: 440)),
            PhoneModel(
                "OnePlus", "IN2023", "OnePlus8Pro", "OnePlus8Pro_EEA", .init(width: 1440, height: 3168, density: 560)),
        ]
    )

    /// Android 14: everything above and windowed flow control.
    public static let android14 = Profile(
        name: "android-14", release: "14", sdk: 34, protocolVersion: 0x0100_0001, maxPayload: 1 << 20,
        features: android11.features + ["track_app", "sendrecv_v2_dry_run_send", "openscreen_mdns", "delayed_ack"],
        quirks: [],
        models: [
            PhoneModel("Google", "Pixel 8", "shiba", "shiba", .init(width: 1080, height: 2400, density: 420)),
            PhoneModel("samsung", "SM-S911B", "dm1q", "dm1qxeea", .init(width: 1080, height: 2340, density: 480)),
            PhoneModel("Xiaomi", "2312DRA50G", "garnet", "garnet_eea", .init(width: 1220, height: 2712, density: 446)),
        ]
    )
}
