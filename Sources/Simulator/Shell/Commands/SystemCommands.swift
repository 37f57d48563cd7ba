import Lanes

/// Programs that tell about the phone and set it.
enum SystemCommands {
    static let commands: [String: ShellCommand] = [
        "getprop": .quick(getProperty), "setprop": .quick(setProperty), "id": .quick(identity), "uname": .quick(system),
        "date": .quick(date), "whoami": .quick(printing { _ in "shell" }),
        "uptime": .quick(
            printing { " up \($0.timers.now.nanoseconds / 60_000_000_000) min,  0 users,  load average: 0.00" }),
        "hostname": .quick(printing { $0.making.model.device }),
        "nproc": .quick(printing { _ in "8" }),
        "settings": .quick(settings), "input": .quick(input), "wm": .quick(window), "svc": .quick { _ in 0 },
        "screencap": .quick(screenshot), "reboot": .quick(reboot), "cmd": .slow(command), "service": .quick(service),
        "dumpsys": .quick(dump),
        "env": .quick { call in
            for (name, value) in call.process.variables.sorted(by: { $0.key < $1.key }) {
                call.print("\(name)=\(value)")
            }
            return 0
        },
        "su": .quick { call in
            call.streams.errors.write("/system/bin/sh: su: inaccessible or not found\n")
            return 127
        },
    ]

    private static func printing(_ text: @escaping @Sendable (SimulatedDevice) -> String)
        -> @Sendable (ShellCall) -> Int32
    {
        { call in
            call.print(text(call.device))
            return 0
        }
    }

    private static func getProperty(_ call: ShellCall) -> Int32 {
        if let name = call.arguments.first {
            let value = call.device.properties[name]
            call.print(value.isEmpty && call.arguments.count > 1 ? call.arguments[1] : value)
        } else {
            call.streams.output.write(call.device.properties.all.map { "[\($0.name)]: [\($0.value)]\n" }.joined())
        }
        return 0
    }

    private static func setProperty(_ call: ShellCall) -> Int32 {
        guard call.arguments.count == 2 else {
            return call.complain("Needs \(call.arguments.count < 2 ? "2 arguments" : "at most 2 arguments")")
        }
        guard call.device.properties.setByShell(call.arguments[0], call.arguments[1]) else {
            return call.complain("failed to set property '\(call.arguments[0])' to '\(call.arguments[1])'")
        }
        call.device.record.note { $0.settings.append("setprop \(call.arguments.joined(separator: " "))") }
        return 0
    }

    private static func identity(_ call: ShellCall) -> Int32 {
        let letters = call.flags.letters
        if letters.contains("u") {
            call.print(letters.contains("n") ? "shell" : "2000")
        } else {
            call.print(
                "uid=2000(shell) gid=2000(shell) groups=2000(shell),1004(input),1007(log),1011(adb),1015(sdcard_rw),"
                    + "1028(sdcard_r),3001(net_bt_admin),3002(net_bt),3003(inet) context=u:r:shell:s0")
        }
        return 0
    }

    private static func system(_ call: ShellCall) -> Int32 {
        let letters = call.flags.letters
        if letters.contains("a") {
            call.print("Linux localhost 5.10.0-simulated #1 SMP PREEMPT aarch64")
        } else {
            call.print(letters.contains("m") ? "aarch64" : letters.contains("r") ? "5.10.0-simulated" : "Linux")
        }
        return 0
    }

    private static func date(_ call: ShellCall) -> Int32 {
        let seconds = call.device.seconds
        let time = CivilTime(seconds: seconds)
        switch call.arguments.last {
        case "+%s": call.print(String(seconds))
        case "+%s%N", "+%s%3N":
            call.print(String(call.device.milliseconds) + (call.arguments.last == "+%s%N" ? "000000" : ""))
        case let format? where format.hasPrefix("+"):
            call.print("\(time.logText.prefix(5)) \(time.clock).000")
        default: call.print(time.text)
        }
        return 0
    }

    private static func settings(_ call: ShellCall) -> Int32 {
        let words = call.arguments
        guard words.count >= 3 else { return call.complain("Bad arguments", status: 255) }
        let key = "\(words[1]) \(words[2])"
        switch words[0] {
        case "get": call.print(call.device.settings[key] ?? "null")
        case "put":
            call.device.settings[key] = words.dropFirst(3).joined(separator: " ")
            call.device.record.note { $0.settings.append("settings \(words.joined(separator: " "))") }
        case "delete":
            call.device.record.note { $0.settings.append("settings \(words.joined(separator: " "))") }
            call.print("Deleted \(call.device.settings.removeValue(forKey: key) == nil ? 0 : 1) rows")
        default: return call.complain("Invalid command: \(words[0])", status: 255)
        }
        return 0
    }

    private static func input(_ call: ShellCall) -> Int32 {
        let numbers = ["tap": 2...2, "swipe": 4...5, "roll": 2...2]
        guard let action = call.arguments.first, ["tap", "swipe", "keyevent", "text", "press", "roll"].contains(action)
        else {
            call.streams.errors.write("Error: Unknown command: \(call.arguments.first ?? "")\n")
            return 255
        }
        let words = call.arguments.dropFirst()
        let isShort = action == "text" || action == "keyevent" ? words.isEmpty : false
        if isShort || numbers[action]?.contains(words.count) == false {
            call.streams.errors.write("Error: Invalid arguments for command: \(action)\n")
            return 255
        }
        call.device.record.note { $0.inputs.append(call.arguments.joined(separator: " ")) }
        call.device.write("InputDispatcher", call.arguments.joined(separator: " "))
        return 0
    }

    private static func window(_ call: ShellCall) -> Int32 {
        let screen = call.device.making.model.screen
        switch call.arguments.first {
        case "size": call.print("Physical size: \(screen.width)x\(screen.height)")
        case "density": call.print("Physical density: \(screen.density)")
        default: return call.complain("unknown command '\(call.arguments.first ?? "")'", status: 255)
        }
        return 0
    }

    /// A grey dot: one valid picture for every phone.
    static let picture: [UInt8] = [
        0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 1, 0, 0, 0, 1,
        8, 6, 0, 0, 0, 0x1f, 0x15, 0xc4, 0x89, 0, 0, 0, 0x0d, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9c, 0x63, 0x60, 0x60,
        0x60, 0xf8, 0x0f, 0, 1, 4, 1, 0, 0x5f, 0xe5, 0xc3, 0x4b, 0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42,
        0x60, 0x82,
    ]

    private static func screenshot(_ call: ShellCall) -> Int32 {
        let (letters, operands) = call.flags
        let isPicture = letters.contains("p") || operands.first?.hasSuffix(".png") == true
        // Without -p: width, height, RGBA, colour space, then the pixel.
        let bytes = isPicture ? picture : [1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0x80, 0x80, 0x80, 0xff]
        guard let path = operands.first else {
            call.streams.output.write(bytes)
            return 0
        }
        do throws(FileError) {
            try call.device.files.write(try call.process.store(bytes), to: call.absolute(path), at: call.device.seconds)
            return 0
        } catch { return call.complain("Error opening file: \(path) (\(error.text))") }
    }

    private static func reboot(_ call: ShellCall) -> Int32 {
        call.device.requestReboot(call.arguments.first ?? "")
        return 0
    }

    // MARK: Services

    /// `cmd SERVICE ...`; `abb` calls come here too.
    static func command(_ call: ShellCall, then: @escaping (Int32) -> Void) {
        guard !call.device.profile.quirks.contains(.noCmd) else {
            call.streams.errors.write("/system/bin/sh: cmd: not found\n")
            return then(127)
        }
        guard let service = call.arguments.first else {
            return then(call.complain("No service specified; use -l to list", status: 255))
        }
        let words = Array(call.arguments.dropFirst())
        switch service {
        case "package": PackageCommands.run(call.with("cmd", words), isCmd: true, then: then)
        case "activity": ActivityCommands.run(call.with("am", words), then: then)
        case "settings": then(settings(call.with("settings", words)))
        case "input": then(input(call.with("input", words)))
        default: then(call.complain("Can't find service: \(service)", status: 20))
        }
    }

    private static func service(_ call: ShellCall) -> Int32 {
        guard call.arguments.first == "check", let name = call.arguments.dropFirst().first else { return 1 }
        let isThere = call.device.isBooted && ["package", "activity", "settings", "input", "window"].contains(name)
        call.print("Service \(name): \(isThere ? "found" : "not found")")
        return 0
    }

    private static func dump(_ call: ShellCall) -> Int32 {
        guard call.device.isBooted else { return call.complain("Can't find service: \(call.arguments.first ?? "")") }
        switch call.arguments.first {
        case "package": return PackageDump.run(call)
        case "battery":
            call.print(
                "Current Battery Service state:\n  AC powered: false\n  USB powered: true\n  status: 2\n  health: 2\n  present: true\n  level: 100\n  scale: 100\n"
                    + "  voltage: 4300\n  temperature: 285\n  technology: Li-ion")
            return 0
        case "activity":
            let component = call.device.foreground ?? "com.android.launcher/.Launcher"
            call.print("ACTIVITY MANAGER ACTIVITIES (dumpsys activity activities)")
            call.print("  topResumedActivity=ActivityRecord{1a2b3c4 u0 \(component) t12}")
            call.print("  ResumedActivity: ActivityRecord{1a2b3c4 u0 \(component) t12}")
            return 0
        case "window", "power", "display", "meminfo", "cpuinfo": return 0
        default:
            call.streams.errors.write("Can't find service: \(call.arguments.first ?? "")\n")
            return 0
        }
    }
}
