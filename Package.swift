// swift-tools-version: 6.2
import PackageDescription

/// Every Swift target is built the same way: language mode 6, explicit existentials, internal imports,
/// `nonisolated` async functions that stay on their caller's lane, and no warning left standing.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let deque = Target.Dependency.product(name: "DequeModule", package: "swift-collections")

func target(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(of name: String, _ more: [Target.Dependency] = []) -> Target {
    .testTarget(
        name: "\(name)Tests",
        dependencies: [.target(name: name), "DroverTesting"] + more,
        swiftSettings: settings
    )
}

let package = Package(
    name: "drover",
    products: [.executable(name: "drover", targets: ["drover"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // Level 0: the system.
        .target(name: "CLinux"),
        .target(name: "CSHA256"),
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        // Loaded when it is first used: it would double the start of every command.
        .target(name: "CCurl", linkerSettings: [.linkedLibrary("dl")]),
        // Loaded when it is first used, too; and a private one may stand beside the program.
        .target(name: "CSSH2", linkerSettings: [.linkedLibrary("dl")]),
        // Loaded when it is first used, which only simulated servers do.
        .target(name: "CTLS", linkerSettings: [.linkedLibrary("crypto"), .linkedLibrary("dl")]),
        target("Lanes", ["CLinux", deque]),
        target("Crypto", ["CCrypto", "CSHA256", "CTLS"]),
        target("SourceText"),
        target("Secrets"),
        target("JSON"),
        // Level 1: values and wires.
        target("Farm", ["JSON", "Lanes", "SourceText"]),
        target("ADBWire"),
        target("Archive", ["CArchive", "CZstd"]),
        target("Curl", ["CCurl", "Secrets", "SourceText", "Lanes"]),
        target("SSH", ["CSSH2", "Crypto", "Secrets", "SourceText", "Lanes"]),
        target("Signing", ["Crypto", "Secrets"]),
        .systemLibrary(name: "CXML", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
        // Level 2: languages and records.
        target("PlaybookLanguage", ["SourceText", "Secrets", "Farm", yams]),
        target("Journal", ["CLinux", "JSON", "Secrets", "Farm", "Crypto", "Lanes", "SourceText"]),
        target("Tunnels", ["Farm", "Lanes"]),
        target("APK", ["Archive", "Crypto"]),
        target("Fetching", ["Curl", "Crypto", "SourceText", "Lanes"]),
        target("Packing", ["CLinux", "Archive", "Crypto", "Lanes", "SourceText"]),
        // Level 3: what can be done to a phone.
        target(
            "Steps",
            ["PlaybookLanguage", "Journal", "Packing", "Archive", "Crypto", "Secrets", "SourceText", "Farm", "Lanes"]),
        target("ADB", ["ADBWire", "Crypto", "Lanes", deque]),
        target("CloudPhone", ["Curl", "Signing", "Crypto", "JSON", "Secrets", "SourceText", "Lanes"]),
        target("KooPhone", ["CloudPhone", "JSON", "Secrets", "SourceText", "Farm"]),
        target(
            "ObjectStorage",
            ["Curl", "Fetching", "Signing", "Crypto", "CXML", "Secrets", "SourceText", "Lanes"]),
        target("Custody", ["Journal", "SourceText", "Farm", "Lanes"]),
        // Level 4: who does it to whom.
        target(
            "Planning", ["Secrets", "Steps", "PlaybookLanguage", "Journal", "JSON", "SourceText", "Farm", "Lanes"]),
        target(
            "CloudSteps",
            [
                "Steps", "CloudPhone", "KooPhone", "PlaybookLanguage", "Journal", "JSON", "Secrets", "SourceText",
                "Farm", "Lanes",
            ]),
        target("HostLinks", ["Farm", "SSH", "Tunnels", "Secrets", "Lanes"]),
        target(
            "CloudLinks",
            [
                "Farm", "CloudPhone", "KooPhone", "ObjectStorage", "Archive", "ADBWire", "Curl", "Signing", "Crypto",
                "JSON", "Secrets", "Lanes",
            ]),
        target("PhoneLinks", ["Farm", "ADB", "ADBWire", "Tunnels", "Lanes"]),
        target("Payloads", ["Farm", "APK", "Archive", "Packing", "Fetching", "Curl", "Crypto", "Lanes"]),
        // Level 5: a run, its reports, and phones to practise on.
        target(
            "Runner",
            ["Custody", "Planning", "Steps", "PlaybookLanguage", "Journal", "SourceText", "Farm", "Lanes", deque]),
        target("Reports", ["Journal", "Farm", "SourceText"]),
        target(
            "Simulator", ["ADBWire", "APK", "CArchive", "Crypto", "JSON", "Secrets", "Signing", "Lanes", deque]),
        // Levels 6 and 7: the command line.
        target(
            "Commands",
            [
                "Runner", "Reports", "Simulator", "Planning", "PhoneLinks", "CloudLinks", "CloudSteps", "CloudPhone",
                "KooPhone", "HostLinks", "Tunnels", "Payloads", "ObjectStorage", "Steps", "Custody", "ADB", "APK",
                "Archive", "ADBWire", "Packing", "Curl", "Fetching", "PlaybookLanguage", "Journal", "JSON", "Secrets",
                "Signing", "SourceText", "Farm", "Crypto", "Lanes", argumentParser,
            ]),
        .executableTarget(name: "drover", dependencies: ["Commands"], swiftSettings: settings),
        // Tests.
        .target(
            name: "DroverTesting", dependencies: ["Farm", "Tunnels", "Lanes"], path: "Tests/DroverTesting",
            swiftSettings: settings
        ),
        tests(of: "Lanes"),
        tests(of: "Crypto"),
        tests(of: "SourceText"),
        tests(of: "Secrets"),
        tests(of: "JSON"),
        tests(of: "Farm", ["Lanes"]),
        tests(of: "ADBWire"),
        tests(of: "Archive"),
        tests(of: "Curl", ["Secrets", "Lanes"]),
        tests(of: "Tunnels", ["Farm", "Lanes"]),
        tests(of: "HostLinks", ["Farm", "SSH", "Tunnels", "Secrets", "Lanes"]),
        tests(of: "SSH", ["Crypto", "Secrets", "SourceText", "Lanes"]),
        tests(of: "Signing", ["Secrets"]),
        tests(of: "CloudPhone", ["Curl", "JSON", "Secrets", "Signing", "Lanes"]),
        tests(of: "KooPhone", ["CloudPhone", "JSON", "Secrets", "Farm"]),
        tests(of: "ObjectStorage", ["Curl", "Fetching", "Crypto", "Secrets", "Signing", "Simulator", "Lanes"]),
        tests(of: "APK", ["Crypto"]),
        tests(of: "Fetching", ["Curl", "Crypto", "Lanes"]),
        tests(of: "Packing", ["Archive", "Crypto", "Lanes"]),
        tests(of: "PlaybookLanguage", ["Secrets", "SourceText", "Farm"]),
        tests(of: "Journal", ["JSON", "Farm", "Lanes", "Secrets", "SourceText"]),
        tests(of: "Steps", ["PlaybookLanguage", "Journal", "Archive", "SourceText", "Farm", "Lanes"]),
        tests(of: "ADB", ["ADBWire", "Crypto", "Lanes", "Simulator"]),
        tests(of: "Custody", ["Journal", "SourceText", "Farm", "Lanes"]),
        tests(
            of: "Planning",
            [
                "CloudSteps", "CloudPhone", "KooPhone", "Steps", "PlaybookLanguage", "Journal", "JSON", "SourceText",
                "Farm", "Lanes",
            ]),
        tests(of: "PhoneLinks", ["Farm", "ADB", "ADBWire", "Lanes", "Simulator", "Tunnels"]),
        tests(of: "Payloads", ["Farm", "APK", "Curl", "Fetching", "Packing", "Crypto", "Lanes"]),
        tests(of: "Runner", ["Planning", "Steps", "PlaybookLanguage", "Journal", "SourceText", "Farm", "Lanes"]),
        tests(of: "Reports", ["Journal", "Farm", "SourceText"]),
        tests(of: "Simulator", ["ADBWire", "APK", "Crypto", "JSON", "Lanes", "Secrets", "Signing"]),
        tests(
            of: "Commands",
            [
                "Archive", "CloudSteps", "Curl", "PlaybookLanguage", "Journal", "SourceText", "Steps", "Farm", "Lanes",
                argumentParser,
            ]),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "DroverTesting", "Commands", "Simulator", "Journal", "Reports", "Farm", "Crypto", "Secrets", "Signing",
                "Lanes",
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "FarmRunTests",
            dependencies: [
                "DroverTesting", "Runner", "Reports", "Simulator", "PhoneLinks", "Payloads", "Planning", "Steps",
                "PlaybookLanguage", "Journal", "SourceText", "Farm", "ADB", "Crypto", "Lanes",
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "CloudRunTests",
            dependencies: [
                "DroverTesting", "CloudLinks", "CloudSteps", "CloudPhone", "KooPhone", "Runner", "Simulator",
                "PhoneLinks",
                "Payloads",
                "Planning",
                "Steps", "PlaybookLanguage", "Journal", "JSON", "SourceText", "Farm", "Secrets", "Signing", "Lanes",
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "InteropTests",
            dependencies: [
                "DroverTesting", "Runner", "Custody", "Planning", "Payloads", "Steps", "PlaybookLanguage", "Journal",
                "SourceText", "PhoneLinks", "Farm", "ADB", "ADBWire", "Crypto", "Simulator", "Lanes", "APK",
                "Archive", "Packing", "Curl", "Fetching", "ObjectStorage", "CloudPhone", "Signing", "Secrets", "JSON",
            ],
            swiftSettings: settings
        ),
    ]
)
