/// What an app's manifest says about it, as far as installing and starting it needs.
public struct AndroidManifest: Hashable, Sendable {
    /// The package name, valid by Android's rules.
    public let package: String
    /// `versionCode`, with `versionCodeMajor` above bit 32; 0 when the manifest has none.
    public let versionCode: Int64
    /// `versionName`, which may be any text.
    ///
    /// Empty when the manifest has none or refers to a resource.
    public let versionName: String
    /// The lowest SDK level that may install the app; 1 when the manifest has none.
    public let minSDK: Int
    /// The SDK level that the app was made for; ``minSDK`` when the manifest has none.
    public let targetSDK: Int
    /// Whether the app is for tests only and needs `-t`.
    public let isTestOnly: Bool
    /// Whether the app may be debugged.
    public let isDebuggable: Bool
    /// The name of the split; `nil` for a base or a whole app.
    public let split: String?
    /// Whether the app cannot run without splits, so that installing the base alone is refused.
    public let requiresSplits: Bool
    /// The permissions that the app asks for, in the manifest's order.
    public let permissions: [String]
    /// The first activity that the launcher shows, as a full class name; `nil` when there is none.
    public let launchableActivity: String?

    /// Reads a compiled `AndroidManifest.xml`.
    ///
    /// - Throws: ``APKError`` with `badManifest`; `path` is the path that the error names.
    public init(binaryXML bytes: [UInt8], path: String) throws(APKError) {
        var builder = ManifestBuilder()
        do {
            var xml = try BinaryXML(bytes)
            while let event = try xml.next() { builder.take(event) }
        } catch {
            throw APKError(.badManifest, path, "has an AndroidManifest.xml that cannot be read")
        }
        self = try builder.finish(path: path)
    }

    init(
        package: String, versionCode: Int64, versionName: String, minSDK: Int, targetSDK: Int, isTestOnly: Bool,
        isDebuggable: Bool, split: String?, requiresSplits: Bool, permissions: [String], launchableActivity: String?
    ) {
        self.package = package
        self.versionCode = versionCode
        self.versionName = versionName
        self.minSDK = minSDK
        self.targetSDK = targetSDK
        self.isTestOnly = isTestOnly
        self.isDebuggable = isDebuggable
        self.split = split
        self.requiresSplits = requiresSplits
        self.permissions = permissions
        self.launchableActivity = launchableActivity
    }
}

extension AndroidManifest {
    /// Whether Android accepts `name` for a package or, without the dot, for a split.
    ///
    /// Letters, digits and underscores in parts joined by dots; every part begins with a letter.
    static func isValid(name: String, needsDot: Bool) -> Bool {
        guard !name.isEmpty, name.utf8.count <= 223 else { return false }
        let parts = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count > 1 || !needsDot || name == "android" else { return false }
        return parts.allSatisfy { part in
            guard let first = part.first, isLetter(first) else { return false }
            return part.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "_") }
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
    }
}
