import Crypto

/// `dumpsys package`.
enum PackageDump {
    static func run(_ call: ShellCall) -> Int32 {
        guard let name = call.arguments.dropFirst().first(where: { !$0.hasPrefix("-") }) else {
            for package in call.device.packages.all { call.print("  Package [\(package.name)]") }
            return 0
        }
        guard name != "installs" else {
            call.print("Active install sessions:")
            for (number, session) in call.device.packages.sessions.sorted(by: { $0.key < $1.key }) {
                call.print(
                    "  Session \(number):\n    userId=0 mInstallerUid=2000 sizeBytes=\(session.options.size ?? 0)")
            }
            return 0
        }
        guard let package = call.device.packages[name] else {
            call.print("Unable to find package: \(name)")
            return 0
        }
        call.print("Packages:")
        call.print(text(of: package, call.device))
        return 0
    }

    private static func text(of package: InstalledPackage, _ device: SimulatedDevice) -> String {
        let signature = package.signer.map { String($0.hex.prefix(8)) } ?? "00000000"
        let first = CivilTime(seconds: package.firstInstalled).text
        let last = CivilTime(seconds: package.lastUpdated).text
        var lines = [
            "  Package [\(package.name)] (\(signature.prefix(7))):",
            "    userId=\(package.uid)",
            "    pkg=Package{\(signature) \(package.name)}",
            "    codePath=\(package.codePath)",
            "    versionCode=\(package.versionCode) minSdk=\(package.minSDK) targetSdk=\(package.targetSDK)",
            "    versionName=\(package.versionName)",
            "    splits=[\((["base"] + package.splits).joined(separator: ", "))]",
            "    flags=[ \(package.isSystem ? "SYSTEM " : "")\(package.isDebuggable ? "DEBUGGABLE " : "")HAS_CODE ALLOW_BACKUP ]",
            "    timeStamp=\(last)",
        ]
        if device.profile.sdk < 34 { lines.append("    firstInstallTime=\(first)") }
        lines += [
            "    lastUpdateTime=\(last)",
            "    installerPackageName=\(package.installer ?? "null")",
            "    signatures=PackageSignatures{\(signature) version:2, signatures:[\(signature)], past signatures:[]}",
            "    requested permissions:",
        ]
        lines += package.requestedPermissions.map { "      \($0)" }
        lines.append("    install permissions:")
        lines += package.requestedPermissions.filter { !RuntimePermissions.contains($0) }
            .map { "      \($0): granted=true" }
        lines.append(
            "    User 0: ceDataInode=\(package.uid) installed=true hidden=false suspended=false stopped=\(!package.isRunning) notLaunched=\(!package.hasData) enabled=0"
        )
        if device.profile.sdk >= 34 { lines.append("      firstInstallTime=\(first)") }
        lines.append("      runtime permissions:")
        lines += package.requestedPermissions.filter(RuntimePermissions.contains).map {
            "        \($0): granted=\(package.grantedPermissions.contains($0)), flags=[ USER_SENSITIVE_WHEN_GRANTED]"
        }
        return lines.joined(separator: "\n")
    }
}
