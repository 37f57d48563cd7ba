/// `pm` and `cmd package`.
enum PackageCommands {
    static let commands: [String: ShellCommand] = [
        "pm": .slow { call, then in run(call, isCmd: false, then: then) }
    ]

    static func run(_ call: ShellCall, isCmd: Bool, then: @escaping (Int32) -> Void) {
        guard call.device.isBooted else { return then(notReady(call, isCmd)) }
        let verb = call.arguments.first ?? ""
        let words = Array(call.arguments.dropFirst())
        let inner = call.with(call.name, words)
        let isPoor = isCmd && call.device.profile.quirks.contains(.fewPackageCommands)
        switch verb {
        case "install", "install-create", "install-write", "install-commit", "install-abandon", "install-add-session":
            InstallCommands.run(verb, inner, isCmd: isCmd, then: then)
        case "uninstall": then(uninstall(inner))
        case "path" where !isPoor: then(path(inner))
        case "list" where !isPoor: then(list(inner))
        case "clear": then(clear(inner))
        case "grant", "revoke": then(setPermission(inner, granted: verb == "grant"))
        case "dump": then(PackageDump.run(call))
        case "resolve-activity": then(resolve(inner))
        case "trim-caches", "compile", "bg-dexopt-job", "set-install-location", "enable", "disable-user", "suspend":
            then(0)
        case "get-install-location":
            call.print("0[auto]")
            then(0)
        default:
            call.streams.errors.write("Unknown command: \(verb)\n")
            then(255)
        }
    }

    private static func notReady(_ call: ShellCall, _ isCmd: Bool) -> Int32 {
        if isCmd {
            call.streams.errors.write("cmd: Can't find service: package\n")
            return 20
        }
        call.streams.errors.write("Error: Could not access the Package Manager.  Is the system running?\n")
        return 1
    }

    // MARK: Removing

    private static func uninstall(_ call: ShellCall) -> Int32 {
        var keeps = false
        var operands: [String] = []
        var hasUser = false
        var words = call.arguments[...]
        while let word = words.popFirst() {
            switch word {
            case "-k": keeps = true
            case "--user":
                hasUser = true
                words = words.dropFirst()
            case "--versionCode": words = words.dropFirst()
            case _ where word.hasPrefix("-"):
                call.print("Error: Unknown option: \(word)")
                return 1
            default: operands.append(word)
            }
        }
        guard let name = operands.first else {
            call.print("Error: package name not specified")
            return 1
        }
        guard call.device.uninstall(name, keepsData: keeps) else {
            let isUnknown = call.device.packages[name] == nil
            call.print(
                hasUser && isUnknown ? "Failure [not installed for 0]" : "Failure [DELETE_FAILED_INTERNAL_ERROR]")
            return 1
        }
        call.print("Success")
        return 0
    }

    private static func clear(_ call: ShellCall) -> Int32 {
        guard let name = call.flags.operands.last, call.device.packages[name] != nil else {
            call.print("Failed")
            return 1
        }
        call.device.packages.update(name) {
            $0.hasData = false
            $0.isRunning = false
            $0.grantedPermissions = []
        }
        call.device.record.note { $0.clears.append(name) }
        call.print("Success")
        return 0
    }

    private static func setPermission(_ call: ShellCall, granted: Bool) -> Int32 {
        let operands = call.flags.operands.suffix(2)
        guard let name = operands.first, let permission = operands.last, operands.count == 2 else { return 1 }
        guard let package = call.device.packages[name] else {
            call.streams.errors.write(
                "Exception occurred while executing '\(granted ? "grant" : "revoke")':\njava.lang.IllegalArgumentException: Unknown package: \(name)\n"
            )
            return 255
        }
        guard package.requestedPermissions.contains(permission) else {
            call.streams.errors.write(
                "Exception occurred while executing '\(granted ? "grant" : "revoke")':\njava.lang.SecurityException: Package \(name) has not requested permission \(permission)\n"
            )
            return 255
        }
        guard RuntimePermissions.contains(permission) else {
            call.streams.errors.write(
                "Exception occurred while executing '\(call.name)':\njava.lang.SecurityException: "
                    + "Permission \(permission) requested by \(name) is not a changeable permission type\n")
            return 255
        }
        call.device.record.note { $0.permissions.append("\(granted ? "grant" : "revoke") \(name) \(permission)") }
        call.device.packages.update(name) {
            if granted { $0.grantedPermissions.insert(permission) } else { $0.grantedPermissions.remove(permission) }
        }
        return 0
    }

    // MARK: Asking

    private static func path(_ call: ShellCall) -> Int32 {
        guard let name = call.arguments.last, let package = call.device.packages[name] else { return 1 }
        for path in package.paths { call.print("package:\(path)") }
        return 0
    }

    /// `list packages [-f] [-U] [-3] [-s] [--show-versioncode] [FILTER]`.
    private static func list(_ call: ShellCall) -> Int32 {
        guard call.arguments.first == "packages" || call.arguments.first == "package" else {
            return call.arguments.first == "users" ? users(call) : 0
        }
        var letters: Set<Character> = []
        var showsVersion = false
        var filter = ""
        var words = call.arguments.dropFirst()
        while let word = words.popFirst() {
            switch word {
            case "--show-versioncode": showsVersion = true
            case "--user": words = words.dropFirst()
            case _ where word.hasPrefix("--"): continue
            case _ where word.hasPrefix("-"): letters.formUnion(word.dropFirst())
            default: filter = word
            }
        }
        for package in call.device.packages.all where package.name.contains(filter) {
            if letters.contains("3"), package.isSystem { continue }
            if letters.contains("s"), !package.isSystem { continue }
            var line = "package:"
            if letters.contains("f") { line += "\(package.paths[0])=" }
            line += package.name
            if showsVersion { line += " versionCode:\(package.versionCode)" }
            if letters.contains("i") { line += "  installer=\(package.installer ?? "null")" }
            if letters.contains("U") { line += " uid:\(package.uid)" }
            call.print(line)
        }
        return 0
    }

    private static func users(_ call: ShellCall) -> Int32 {
        call.print("Users:\n\tUserInfo{0:Owner:c13} running")
        return 0
    }

    /// `resolve-activity --brief [-c CATEGORY] PACKAGE`.
    private static func resolve(_ call: ShellCall) -> Int32 {
        guard let name = call.arguments.last, let package = call.device.packages[name], let launcher = package.launcher
        else {
            call.print("No activity found")
            return 0
        }
        let short = launcher.hasPrefix(name + ".") ? String(launcher.dropFirst(name.count)) : launcher
        call.print("priority=0 preferredOrder=0 match=0x108000 specificIndex=-1 isDefault=true")
        call.print("\(name)/\(short)")
        return 0
    }
}
