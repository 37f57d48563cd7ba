import Farm

/// Starts one app on one phone.
struct AppStarter {
    let package: PackageName
    let phone: any ConnectedPhone

    /// Starts an activity, or the one that the launcher would.
    func start(_ activity: String?) async throws -> StartReply {
        if let component = try await component(activity) {
            let result = try await phone.run(ShellLine("am", "start", "-W", "-n", component).description)
            return StartReply(start: result.text + "\n" + result.errorText)
        }
        // Old phones cannot tell which activity it is; their monkey finds it.
        let result = try await phone.run(
            ShellLine("monkey", "-p", package.description, "-c", "android.intent.category.LAUNCHER", "1").description)
        return StartReply(monkey: result.text + "\n" + result.errorText)
    }

    private func component(_ activity: String?) async throws -> String? {
        if let activity {
            return activity.contains("/") ? activity : "\(package)/\(activity)"
        }
        let line = ShellLine(
            "cmd", "package", "resolve-activity", "--brief", "-c", "android.intent.category.LAUNCHER",
            package.description)
        let result = try await phone.run(line.description)
        let last = Array(PhoneLines(result.text)).last.map(String.init) ?? ""
        let isComponent = last.hasPrefix("\(package)/") && !last.contains(" ")
        return isComponent ? last : nil
    }

    /// Whether an activity is the one on the screen.
    func isResumed(_ name: String) async throws -> Bool {
        let result = try await phone.run("dumpsys activity activities", input: [], outputLimit: 4 << 20)
        return PhoneLines(result.text).contains { line in
            guard line.contains("ResumedActivity"), line.contains(package.description) else { return false }
            return line.contains("\(name) ") || line.contains("\(name)}") || line.hasSuffix(name)
        }
    }
}
