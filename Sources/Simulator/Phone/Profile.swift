/// An Android release as it shows on the wire: what a phone announces, and what it gets wrong.
///
/// The figures are those of Android's own sources; a profile is a value, so tests may change one field of it.
public struct Profile: Sendable, Hashable {
    /// The name used by `--profile`, such as `android-14`.
    public var name: String
    /// The Android version that `ro.build.version.release` tells.
    public var release: String
    /// The API level that `ro.build.version.sdk` tells.
    public var sdk: Int
    /// The transport version announced in CNXN.
    public var protocolVersion: UInt32
    /// The largest payload the phone accepts, in bytes.
    public var maxPayload: UInt32
    /// The features of the banner, in the phone's order; empty up to Android 6.
    public var features: [String]
    /// How this release differs from a current one.
    public var quirks: Quirks
    /// What this release's toolbox lacks.
    public var missing: Set<PhoneTool> = [.zstd]
    /// The hardware that phones of this profile may be, dealt round-robin by the farm.
    public var models: [PhoneModel]

    /// The differences between releases that are not written in the feature list.
    public struct Quirks: OptionSet, Sendable, Hashable {
        /// One bit per quirk.
        public let rawValue: Int
        /// Makes a set from its bits.
        public init(rawValue: Int) { self.rawValue = rawValue }

        /// Packets whose byte sum is wrong end the connection (up to 8.1).
        public static let checksums = Quirks(rawValue: 1 << 0)
        /// The last byte of a service name is overwritten with NUL, whatever it was (up to 8.1).
        public static let eatsLastByte = Quirks(rawValue: 1 << 1)
        /// An OPEN with a window is not answered at all (up to 8.1).
        public static let ignoresWindows = Quirks(rawValue: 1 << 2)
        /// A pushed file's missing folders are not made (Android 9).
        public static let brokenPushFolders = Quirks(rawValue: 1 << 3)
        /// `cmd package install-commit` says nothing (Android 7).
        public static let silentCommit = Quirks(rawValue: 1 << 4)
        /// `cmd package` knows neither `path` nor `list` (Android 7 and 8).
        public static let fewPackageCommands = Quirks(rawValue: 1 << 5)
        /// There is no `cmd` at all (up to 6).
        public static let noCmd = Quirks(rawValue: 1 << 6)
        /// `shell:` runs on a terminal that turns `\n` into `\r\n` (up to 6).
        public static let terminalShell = Quirks(rawValue: 1 << 7)
        /// An installed package is only replaced when `-r` is given (up to 8.1).
        public static let replaceMustBeAsked = Quirks(rawValue: 1 << 8)
        /// `am start` ends with 0 even when nothing was started (up to 9).
        public static let startAlwaysSucceeds = Quirks(rawValue: 1 << 9)
        /// Code folders are `/data/app/NAME-1` (up to 10) instead of `/data/app/~~x==/NAME-y==`.
        public static let plainCodePaths = Quirks(rawValue: 1 << 10)
        /// Failures are bare codes without an explanation (up to 8.1).
        public static let terseFailures = Quirks(rawValue: 1 << 11)
        /// Files on the shared storage have the time of their writing, whatever they are given.
        public static let sharedStorageLosesTimes = Quirks(rawValue: 1 << 12)
    }
}

/// One make of phone: what its banner and properties say.
public struct PhoneModel: Sendable, Hashable {
    /// The maker, as in `ro.product.manufacturer`.
    public var manufacturer: String
    /// The name people know, as in `ro.product.model`.
    public var model: String
    /// The code name, as in `ro.product.device`.
    public var device: String
    /// The product name, as in `ro.product.name`.
    public var product: String
    /// The screen, in pixels.
    public var screen: Screen

    /// A screen's size and density.
    public struct Screen: Sendable, Hashable {
        /// Pixels across.
        public var width: Int
        /// Pixels down.
        public var height: Int
        /// Dots per inch.
        public var density: Int
    }

    init(_ manufacturer: String, _ model: String, _ device: String, _ product: String, _ screen: Screen) {
        self.manufacturer = manufacturer
        self.model = model
        self.device = device
        self.product = product
        self.screen = screen
    }
}

extension Profile {
    /// The banner a phone of this profile and model sends, without a trailing NUL.
    ///
    /// - Parameter offered: The features to list; releases without features list none.
    public func banner(of model: PhoneModel) -> String {
        let head =
            "device::ro.product.name=\(model.product);ro.product.model=\(model.model);"
            + "ro.product.device=\(model.device);"
        guard !features.isEmpty else { return head }
        return head + "features=" + features.joined(separator: ",")
    }

    /// Whether the phone lists a feature.
    public func offers(_ feature: String) -> Bool { features.contains(feature) }
}
