/// What `dumpsys package NAME` says about one installed package.
///
/// Vendors and versions of Android print different things, so every field may be absent; who reads this value must
/// treat an absent field as "not known", never as "the same".
struct PackageDump: Sendable, Equatable {
    /// `versionCode=`, the number that Android compares.
    var versionCode: UInt64?
    /// `versionName=`, for people.
    var versionName: String?
    /// `lastUpdateTime=` as the phone wrote it; it changes with every install.
    var lastUpdateTime: String?
    /// `codePath=`: the folder of the installed files; since Android 11 it is new with every install.
    var codePath: String?
    /// The users for whom the package is installed or not: `User 0: ... installed=true`.
    var installedForUser: [Int: Bool] = [:]
    /// Whether Android holds it for stopped, by user: set by a force-stop, gone with the next start.
    var stoppedForUser: [Int: Bool] = [:]
    /// The permissions asked for at run time, and whether they were granted to any user.
    var runtimePermissions: [String: Bool] = [:]
    /// Everything in the list `requested permissions:`.
    var requestedPermissions: [String] = []
}

/// What a phone answered when it was asked for a package.
enum PackageAnswer: Sendable, Equatable {
    /// The phone has the package.
    case installed(PackageDump)
    /// The phone says that it has no such package, or has it for none of its users.
    case absent
    /// The answer could not be understood.
    case unclear(String)
}

extension PackageAnswer {
    /// Reads the answer to `dumpsys package NAME`.
    init(dump text: String, package: String) {
        if PhoneLines(text).contains(where: { $0.hasPrefix("Unable to find package: \(package)") }) {
            self = .absent
            return
        }
        guard let section = Self.section(of: package, in: text) else {
            let said = PhoneWords(text).firstLine
            self = .unclear(said.isEmpty ? "dumpsys said nothing" : "dumpsys did not speak of \(package): \(said)")
            return
        }
        var dump = PackageDump()
        var list = PermissionList.none
        for line in section {
            dump.take(line, list: &list)
        }
        if !dump.installedForUser.isEmpty, !dump.installedForUser.values.contains(true) {
            self = .absent
            return
        }
        guard dump.versionCode != nil else {
            self = .unclear("dumpsys named no version of \(package)")
            return
        }
        self = .installed(dump)
    }

    /// The lines that follow `  Package [NAME] (...)` in the part `Packages:`.
    ///
    /// A second copy may follow under `Hidden system packages:`; that one is the factory's and is not what runs.
    private static func section(of package: String, in text: String) -> [Substring]? {
        var lines: [Substring] = []
        var inside = false
        var part = Substring()
        for line in PhoneLines(text) {
            if let first = line.first, first != " ", first != "\t" {
                part = line
                if inside { break }
                continue
            }
            let trimmed = line.drop { $0 == " " || $0 == "\t" }
            if trimmed.hasPrefix("Package [") {
                if inside { break }
                inside = part.hasPrefix("Packages:") && trimmed.hasPrefix("Package [\(package)]")
                continue
            }
            if inside { lines.append(trimmed) }
        }
        return inside ? lines : nil
    }
}

extension PackageDump {
    fileprivate mutating func take(_ line: Substring, list: inout PermissionList) {
        if let heading = PermissionList(heading: line) {
            list = heading
            if line.contains("=") { list = .none }
        } else if line.hasPrefix("User ") {
            list = .none
            takeUser(line)
        } else if line.hasPrefix("android.") || line.contains(".permission.") {
            takePermission(line, list: list)
        }
        takeFields(line)
    }

    private mutating func takeFields(_ line: Substring) {
        for word in line.split(separator: " ") {
            if versionCode == nil, let value = word.value(of: "versionCode") { versionCode = UInt64(value) }
        }
        if versionName == nil, let value = line.value(of: "versionName") { versionName = String(value) }
        if lastUpdateTime == nil, let value = line.value(of: "lastUpdateTime") { lastUpdateTime = String(value) }
        if codePath == nil, let value = line.value(of: "codePath") { codePath = String(value) }
    }

    /// Reads `User 0: ceDataInode=1 installed=true hidden=false ...`.
    private mutating func takeUser(_ line: Substring) {
        guard let colon = line.firstIndex(of: ":"), let user = Int(line[..<colon].dropFirst(5)) else { return }
        for word in line[colon...].split(separator: " ") {
            if let value = word.value(of: "installed") { installedForUser[user] = value == "true" }
            if let value = word.value(of: "stopped") { stoppedForUser[user] = value == "true" }
        }
    }

    private mutating func takePermission(_ line: Substring, list: PermissionList) {
        let end = line.firstIndex { $0 == ":" || $0 == " " || $0 == "," } ?? line.endIndex
        let name = String(line[..<end])
        switch list {
        case .requested: requestedPermissions.append(name)
        case .runtime:
            let granted = line.contains("granted=true")
            runtimePermissions[name] = granted || runtimePermissions[name] == true
        case .none: break
        }
    }
}

/// Which list of permissions a line of `dumpsys package` stands in.
private enum PermissionList {
    case none
    case requested
    case runtime

    init?(heading line: Substring) {
        if line.hasPrefix("requested permissions:") {
            self = .requested
        } else if line.hasPrefix("runtime permissions:") {
            self = .runtime
        } else if line.hasSuffix(":"), !line.contains(".permission.") {
            self = .none
        } else {
            return nil
        }
    }
}

extension Substring {
    /// The text after `NAME=` when this text starts so.
    fileprivate func value(of name: String) -> Substring? {
        guard hasPrefix(name) else { return nil }
        let rest = dropFirst(name.count)
        guard rest.first == "=" else { return nil }
        return rest.dropFirst()
    }
}
