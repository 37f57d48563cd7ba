/// `appctrl`: apps that the phones of a server share (Cloud Phone API, appctrl).
enum AppControlCommand {
    static let commands: [String: ShellCommand] = ["appctrl": .slow { call, then in run(call, then) }]

    /// The names under which configuration packages are pushed.
    private static let configurations: Set<String> = [
        "com.cph.config", "com.cph.config.level1", "com.cph.config.level2",
    ]

    private static func run(_ call: ShellCall, _ then: @escaping (Int32) -> Void) {
        var words = call.arguments[...]
        let verb = words.popFirst() ?? ""
        if words.first == "--user" { words = words.dropFirst(2) }
        guard let shelf = call.device.shelf else {
            return then(call.complain("inaccessible or not found", status: 127))
        }
        switch verb {
        case "install", "start":
            guard let package = words.first else { return then(usage(call)) }
            install(package, shelf, call) { status in
                if status == 0, verb == "start" { start(package, call.device) }
                then(status)
            }
        case "uninstall":
            guard let package = words.first else { return then(usage(call)) }
            then(uninstall(package, call))
        case "clear":
            dropSharedApps(call.device, installsPreinstalled: false)
            call.print("Success")
            then(0)
        case "applyConfig": then(applyConfiguration(words.first ?? "", shelf, call))
        default: then(usage(call))
        }
    }

    private static func usage(_ call: ShellCall) -> Int32 {
        call.complain("usage: appctrl install|start|uninstall|clear|applyConfig [--user ID] NAME")
    }

    private static func install(
        _ package: String, _ shelf: SharedShelf, _ call: ShellCall, _ then: @escaping (Int32) -> Void
    ) {
        let device = call.device
        guard !device.shelfPackages.contains(package) || device.packages[package] == nil else {
            call.print("Success")
            return then(0)
        }
        guard let app = shelf.app(package), !configurations.contains(package) else {
            return then(call.complain("\(package) is not on the shared storage"))
        }
        put(app, on: device) { problem in
            if let problem { return then(call.complain(problem)) }
            call.print("Success")
            then(0)
        }
    }

    /// Installs an app of the shelf; the problem is nil for success.
    private static func put(_ app: SharedShelf.App, on device: SimulatedDevice, _ then: @escaping (String?) -> Void) {
        var parts: [FileContent] = []
        do throws(ArchiveProblem) {
            try PhoneArchive.read(app.archive, into: device.making.contents) { entry, content in
                if let content, entry.path.hasSuffix(".apk") { parts.append(content) }
            }
        } catch { return then(error.text) }
        guard !parts.isEmpty else { return then("\(app.package): the archive holds no APK") }
        var options = InstallOptions()
        options.replaces = true
        options.allowsTest = true
        options.allowsDowngrade = true
        device.install(parts, options) { refusal in
            guard refusal == nil, device.packages[app.package] != nil else {
                return then(refusal?.line(device.profile) ?? "the archive holds another app than \(app.package)")
            }
            device.shelfPackages.insert(app.package)
            then(nil)
        }
    }

    private static func start(_ package: String, _ device: SimulatedDevice) {
        guard let launcher = device.packages[package]?.launcher else { return }
        device.foreground = "\(package)/\(launcher)"
        device.packages.update(package) { $0.isRunning = true }
        device.record.note { $0.launches.append("\(package)/\(launcher)") }
    }

    private static func uninstall(_ package: String, _ call: ShellCall) -> Int32 {
        guard call.device.shelfPackages.remove(package) != nil else {
            return call.complain("\(package) was not installed by appctrl")
        }
        _ = call.device.uninstall(package, keepsData: false)
        call.print("Success")
        return 0
    }

    private static func applyConfiguration(_ name: String, _ shelf: SharedShelf, _ call: ShellCall) -> Int32 {
        guard configurations.contains(name) else { return call.complain("\(name) is no configuration package") }
        guard let app = shelf.app(name) else { return call.complain("\(name) is not on the shared storage") }
        if let problem = call.device.unpack(app.archive) { return call.complain(problem) }
        call.print("Success")
        return 0
    }

    /// What a restart does to shared apps: those that are not preinstalled are gone, and those that are, are there.
    ///
    /// - Parameter installsPreinstalled: Whether those that are missing are installed.
    static func dropSharedApps(_ device: SimulatedDevice, installsPreinstalled: Bool = true) {
        guard let shelf = device.shelf else { return }
        let preinstalled = shelf.preinstalled.filter { !configurations.contains($0.package) }
        let staying = Set(preinstalled.map(\.package))
        for package in device.shelfPackages where !staying.contains(package) {
            _ = device.uninstall(package, keepsData: false)
            device.shelfPackages.remove(package)
        }
        guard installsPreinstalled else { return }
        for app in preinstalled where device.packages[app.package] == nil {
            put(app, on: device) { problem in
                if let problem { device.write("appctrl", problem, priority: "E") }
            }
        }
    }
}
