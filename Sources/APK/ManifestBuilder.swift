/// Gathers from a manifest's elements what ``AndroidManifest`` keeps.
struct ManifestBuilder {
    /// Numbers of attributes in Android's public resource table; names may be stripped from a manifest, these may not.
    private enum Resource {
        static let name: UInt32 = 0x0101_0003
        static let enabled: UInt32 = 0x0101_000e
        static let debuggable: UInt32 = 0x0101_000f
        static let minSDK: UInt32 = 0x0101_020c
        static let versionCode: UInt32 = 0x0101_021b
        static let versionName: UInt32 = 0x0101_021c
        static let targetSDK: UInt32 = 0x0101_0270
        static let testOnly: UInt32 = 0x0101_0272
        static let versionCodeMajor: UInt32 = 0x0101_0576
        static let isSplitRequired: UInt32 = 0x0101_0591
    }

    /// The level that stands for a release without a number yet, which manifests name by a letter.
    private static let unreleasedSDK = 10_000

    private var path: [String] = []
    private var package: String?
    private var split: String?
    private var versionCode: UInt32 = 0
    private var versionCodeMajor: UInt32 = 0
    private var versionName = ""
    private var minSDK: Int?
    private var targetSDK: Int?
    private var isTestOnly = false
    private var isDebuggable = false
    private var requiresSplits = false
    private var permissions: [String] = []
    private var activity: String?
    private var filterHasMain = false
    private var filterHasLauncher = false
    private var launchable: String?

    mutating func take(_ event: BinaryXML.Event) {
        switch event {
        case .start(let name, let attributes):
            path.append(name)
            take(attributes)
        case .end:
            if path == ["manifest", "application", "activity", "intent-filter"]
                || path == ["manifest", "application", "activity-alias", "intent-filter"]
            {
                if filterHasMain, filterHasLauncher, launchable == nil { launchable = activity }
            }
            _ = path.popLast()
        }
    }

    private mutating func take(_ attributes: [BinaryXML.Attribute]) {
        // No element of interest lies deeper; a hostile manifest may nest much further.
        guard path.count <= 5 else { return }
        switch path.joined(separator: "/") {
        case "manifest": takeManifest(attributes)
        case "manifest/uses-sdk":
            minSDK = level(Resource.minSDK, in: attributes) ?? minSDK
            targetSDK = level(Resource.targetSDK, in: attributes) ?? targetSDK
        case "manifest/uses-permission", "manifest/uses-permission-sdk-23":
            if let name = text(Resource.name, in: attributes), !permissions.contains(name) { permissions.append(name) }
        case "manifest/application":
            if let flag = flag(Resource.isSplitRequired, in: attributes) { requiresSplits = flag }
            isTestOnly = flag(Resource.testOnly, in: attributes) ?? false
            isDebuggable = flag(Resource.debuggable, in: attributes) ?? false
        case "manifest/application/activity", "manifest/application/activity-alias":
            let isEnabled = flag(Resource.enabled, in: attributes) ?? true
            activity = isEnabled ? text(Resource.name, in: attributes) : nil
        case let place where place.hasSuffix("/intent-filter"):
            filterHasMain = false
            filterHasLauncher = false
        case let place where place.hasSuffix("/intent-filter/action"):
            if text(Resource.name, in: attributes) == "android.intent.action.MAIN" { filterHasMain = true }
        case let place where place.hasSuffix("/intent-filter/category"):
            if text(Resource.name, in: attributes) == "android.intent.category.LAUNCHER" { filterHasLauncher = true }
        default: break
        }
    }

    private mutating func takeManifest(_ attributes: [BinaryXML.Attribute]) {
        guard package == nil else { return }
        for attribute in attributes {
            switch (attribute.plainName, attribute.value) {
            case ("package", .text(let text)): package = text
            case ("split", .text(let text)): split = text
            default: break
            }
        }
        requiresSplits = flag(Resource.isSplitRequired, in: attributes) ?? false
        versionCode = number(Resource.versionCode, in: attributes) ?? 0
        versionCodeMajor = number(Resource.versionCodeMajor, in: attributes) ?? 0
        versionName = text(Resource.versionName, in: attributes) ?? ""
    }

    func finish(path: String) throws(APKError) -> AndroidManifest {
        guard let package else {
            throw APKError(.badManifest, path, "has an AndroidManifest.xml without a package name")
        }
        // A hostile name could otherwise reach a phone's shell.
        guard AndroidManifest.isValid(name: package, needsDot: true) else {
            throw APKError(.badManifest, path, "has an AndroidManifest.xml with an impossible package name")
        }
        guard split.map({ AndroidManifest.isValid(name: $0, needsDot: false) }) ?? true else {
            throw APKError(.badManifest, path, "has an AndroidManifest.xml with an impossible split name")
        }
        let lowest = minSDK ?? 1
        return AndroidManifest(
            package: package, versionCode: Int64(bitPattern: UInt64(versionCodeMajor) << 32 | UInt64(versionCode)),
            versionName: versionName, minSDK: lowest, targetSDK: targetSDK ?? lowest, isTestOnly: isTestOnly,
            isDebuggable: isDebuggable, split: split, requiresSplits: requiresSplits, permissions: permissions,
            launchableActivity: launchable.map { full($0, in: package) })
    }

    private func full(_ activity: String, in package: String) -> String {
        if activity.hasPrefix(".") { return package + activity }
        return activity.contains(".") ? activity : "\(package).\(activity)"
    }

    private func value(_ resource: UInt32, in attributes: [BinaryXML.Attribute]) -> BinaryXML.Value? {
        attributes.first { $0.resource == resource }?.value
    }

    private func text(_ resource: UInt32, in attributes: [BinaryXML.Attribute]) -> String? {
        if case .text(let text) = value(resource, in: attributes) { text } else { nil }
    }

    private func number(_ resource: UInt32, in attributes: [BinaryXML.Attribute]) -> UInt32? {
        if case .number(let number) = value(resource, in: attributes) { number } else { nil }
    }

    private func flag(_ resource: UInt32, in attributes: [BinaryXML.Attribute]) -> Bool? {
        switch value(resource, in: attributes) {
        case .boolean(let flag): flag
        case .number(let number): number != 0
        case .text(let text): text == "true"
        case .other, nil: nil
        }
    }

    private func level(_ resource: UInt32, in attributes: [BinaryXML.Attribute]) -> Int? {
        switch value(resource, in: attributes) {
        case .number(let number): Int(number)
        case .text(let text): Int(text) ?? Self.unreleasedSDK
        case .boolean, .other, nil: nil
        }
    }
}
