/// `am`, `cmd activity` and `monkey`: starting and stopping apps.
enum ActivityCommands {
    static let commands: [String: ShellCommand] = [
        "am": .slow { call, then in run(call, then: then) },
        "monkey": .slow(monkey),
    ]

    static func run(_ call: ShellCall, then: @escaping (Int32) -> Void) {
        guard call.device.isBooted else {
            return then(call.with("cmd", []).complain("Can't find service: activity", status: 20))
        }
        let words = Array(call.arguments.dropFirst())
        switch call.arguments.first {
        case "start", "start-activity": start(call.with("am", words), then: then)
        case "force-stop":
            guard let name = words.last else { return then(missing(call)) }
            forceStop(name, call.device)
            then(0)
        case "kill", "kill-all", "set-inactive", "wait-for-broadcast-idle": then(0)
        case "broadcast":
            call.print("Broadcasting: Intent { \(words.joined(separator: " ")) flg=0x400000 }")
            call.print("Broadcast completed: result=0")
            then(0)
        case "instrument": InstrumentCommand.run(call.with("am", words), then: then)
        case "get-current-user":
            call.print("0")
            then(0)
        case let other:
            call.streams.errors.write("Unknown command: \(other ?? "")\n")
            then(255)
        }
    }

    private static func missing(_ call: ShellCall) -> Int32 {
        call.streams.errors.write("Error: Argument expected after \"\(call.arguments.last ?? "")\"\n")
        return 255
    }

    private static func forceStop(_ name: String, _ device: SimulatedDevice) {
        device.record.note { $0.forceStops.append(name) }
        guard device.packages[name]?.isRunning == true else { return }
        device.packages.update(name) { $0.isRunning = false }
        if device.foreground?.hasPrefix(name + "/") == true { device.foreground = nil }
        device.write("ActivityManager", "Force stopping \(name) appid=10000 user=0: from pid 1")
    }

    // MARK: Starting

    private static func start(_ call: ShellCall, then: @escaping (Int32) -> Void) {
        let device = call.device
        var component: String?
        var package: String?
        var waits = false
        var stopsFirst = false
        var words = call.arguments[...]
        while let word = words.popFirst() {
            switch word {
            case "-W": waits = true
            case "-S": stopsFirst = true
            case "-n": component = words.popFirst()
            case "-p": package = words.popFirst()
            case "-a", "-c", "-d", "-t", "-f", "--user", "--display", "--windowingMode": words = words.dropFirst()
            case "-e", "--es", "--ei", "--ez", "--el", "--ef", "--eu": words = words.dropFirst(2)
            case _ where word.hasPrefix("-"): continue
            default: if word.contains("/") { component = word } else { package = word }
            }
        }
        if let package, component == nil { component = device.packages[package]?.launcher.map { "\(package)/\($0)" } }
        guard let component, let slash = component.firstIndex(of: "/") else {
            call.print("Starting: Intent { act=android.intent.action.MAIN }")
            call.streams.errors.write(
                "Error: Activity not started, unable to resolve Intent { act=android.intent.action.MAIN flg=0x10000000 }\n"
            )
            return then(failure(device))
        }
        let name = String(component[..<slash])
        let activity = String(component[component.index(after: slash)...])
        if stopsFirst {
            call.print("Stopping: \(name)")
            forceStop(name, device)
        }
        call.print("Starting: Intent { cmp=\(component) }")
        guard let app = device.packages[name], app.activities.contains(fullName(activity, in: name)) else {
            call.streams.errors.write(
                "Error type 3\nError: Activity class {\(name)/\(fullName(activity, in: name))} does not exist.\n")
            return then(failure(device))
        }
        launch(app, fullName(activity, in: name), call, waits: waits, then: then)
    }

    private static func failure(_ device: SimulatedDevice) -> Int32 {
        device.profile.quirks.contains(.startAlwaysSucceeds) ? 0 : 1
    }

    private static func fullName(_ activity: String, in package: String) -> String {
        if activity.hasPrefix(".") { return package + activity }
        return activity.contains(".") ? activity : "\(package).\(activity)"
    }

    private static func shortName(_ activity: String, in package: String) -> String {
        activity.hasPrefix(package + ".") ? String(activity.dropFirst(package.count)) : activity
    }

    private static func launch(
        _ app: InstalledPackage, _ activity: String, _ call: ShellCall, waits: Bool, then: @escaping (Int32) -> Void
    ) {
        let device = call.device
        let wasRunning = app.isRunning
        let component = "\(app.name)/\(shortName(activity, in: app.name))"
        device.packages.update(app.name) {
            $0.isRunning = true
            $0.hasData = true
        }
        device.foreground = component
        device.record.note { $0.launches.append(component) }
        device.write("ActivityTaskManager", "START u0 {act=android.intent.action.MAIN cmp=\(component)} from uid 2000")
        if !wasRunning {
            device.write(
                "ActivityManager",
                "Start proc \(app.uid):\(app.name)/u0a\(app.uid % 10_000) for next-top-activity {\(component)}")
        } else {
            call.streams.errors.write(
                "Warning: Activity not started, intent has been delivered to currently running top-most instance.\n")
        }
        let duration = wasRunning ? .zero : device.making.launchDuration
        // The app is up even when nobody waits for it.
        device.timers.after(duration) { appIsUp(app, component, duration, device) }
        guard waits else { return then(0) }
        call.process.after(duration) {
            call.print("Status: ok")
            if device.profile.sdk >= 29 { call.print("LaunchState: \(wasRunning ? "UNKNOWN (0)" : "COLD")") }
            call.print("Activity: \(component)")
            let milliseconds = duration.wholeMilliseconds
            if device.profile.sdk < 29 { call.print("ThisTime: \(milliseconds)") }
            call.print("TotalTime: \(milliseconds)")
            call.print("WaitTime: \(milliseconds + 2)")
            call.print("Complete")
            then(0)
        }
    }

    private static func appIsUp(
        _ app: InstalledPackage, _ component: String, _ duration: Duration, _ device: SimulatedDevice
    ) {
        device.write("ActivityTaskManager", "Displayed \(component): +\(duration.wholeMilliseconds)ms")
        device.write(
            app.name.split(separator: ".").last.map(String.init) ?? app.name, "MainMenu ready", pid: Int(app.uid))
    }

    /// `monkey -p PACKAGE -c CATEGORY N`: the usual way to start an app whose activity nobody knows.
    private static func monkey(_ call: ShellCall, then: @escaping (Int32) -> Void) {
        guard let flag = call.arguments.firstIndex(of: "-p"), flag + 1 < call.arguments.count else {
            return then(call.complain("** Error: no package given", status: 255))
        }
        let name = call.arguments[flag + 1]
        guard let app = call.device.packages[name], let launcher = app.launcher else {
            call.print("** No activities found to run, monkey aborted.")
            return then(252)
        }
        call.print("Events injected: 1")
        launch(app, launcher, call, waits: false, then: then)
    }
}

extension Duration {
    /// Whole milliseconds.
    var wholeMilliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}
