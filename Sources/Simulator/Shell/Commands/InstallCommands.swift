/// `pm install` and its session forms.
enum InstallCommands {
    static func run(_ verb: String, _ call: ShellCall, isCmd: Bool, then: @escaping (Int32) -> Void) {
        do throws(InstallOptions.Mistake) {
            let (options, operands) = try InstallOptions.parse(call.arguments)
            switch verb {
            case "install": install(call, options, operands, then: then)
            case "install-create": create(call, options, then: then)
            case "install-write": write(call, options, operands, then: then)
            case "install-commit": commit(call, operands, isCmd: isCmd, then: then)
            case "install-add-session":
                guard let parent = number(operands.first) else { return then(noSession(call, operands.first)) }
                call.device.packages.sessions[parent]?.children += operands.dropFirst().compactMap { Int($0) }
                success(call, "", then)
            default:
                guard let session = number(operands.first),
                    call.device.packages.sessions.removeValue(forKey: session) != nil
                else { return then(noSession(call, operands.first)) }
                success(call, "", then)
            }
        } catch {
            call.streams.errors.write("\(error.text)\n")
            then(1)
        }
    }

    private static func number(_ word: String?) -> Int? { word.flatMap { Int($0) } }

    private static func success(_ call: ShellCall, _ more: String, _ then: (Int32) -> Void) {
        call.print("Success" + more)
        then(0)
    }

    private static func refuse(_ call: ShellCall, _ refusal: InstallRefusal) -> Int32 {
        call.print(refusal.line(call.device.profile))
        return 1
    }

    private static func noSession(_ call: ShellCall, _ word: String?) -> Int32 {
        call.streams.errors.write(
            "Exception occurred while executing:\njava.lang.SecurityException: Caller has no access to session \(word ?? "")\n"
        )
        return 255
    }

    // MARK: At one go

    private static func install(
        _ call: ShellCall, _ options: InstallOptions, _ operands: [String], then: @escaping (Int32) -> Void
    ) {
        let finish: (FileContent) -> Void = { content in
            call.device.install([content], options) { refusal in
                guard let refusal else { return success(call, "", then) }
                then(refuse(call, refusal))
            }
        }
        if let path = operands.first, path != "-" {
            // Android 6 and older say what they read, on the terminal that they have.
            if call.device.profile.quirks.contains(.terminalShell) { call.print("\tpkg: \(path)") }
            guard let content = try? call.device.files.read(call.absolute(path)) else {
                if call.device.profile.sdk < 28 {
                    return then(refuse(call, InstallRefusal("INSTALL_FAILED_INVALID_URI")))
                }
                call.streams.errors.write(
                    "Error: Unable to open file: \(path)\nConsider using a file under /data/local/tmp/\n"
                        + "Error: Can't open file: \(path)\n")
                return then(255)
            }
            return finish(content)
        }
        receive(call, options, then: then, finish)
    }

    /// Reads exactly as many bytes as `-S` says; a phone without room says so before the first byte is read.
    private static func receive(
        _ call: ShellCall, _ options: InstallOptions, then: @escaping (Int32) -> Void,
        _ finish: @escaping (FileContent) -> Void
    ) {
        guard let size = options.size else {
            call.streams.errors.write("Error: must specify an APK size\n")
            return then(1)
        }
        guard size <= call.device.files.freeBytes else {
            return then(refuse(call, InstallRefusal("INSTALL_FAILED_INSUFFICIENT_STORAGE")))
        }
        let writer = ContentWriter(store: call.device.making.contents, mustKeep: true)
        let record = call.device.record
        let input = call.streams.input
        input.isCountedByReader = true
        input.read { bytes, isEnded in
            let taken = Int(min(UInt64(bytes.count), size - writer.size))
            do throws(FileError) {
                try writer.append(UnsafeRawBufferPointer(rebasing: bytes[..<taken]))
                record.count { $0.payloadBytes += UInt64(taken) }
                if writer.size == size {
                    let content = try writer.finish()
                    return .done(taken) { finish(content) }
                }
                guard isEnded else { return .more(taken) }
                return .done(taken) { then(fail(call, "Error: failed to write; unexpected end of stream")) }
            } catch {
                return .done(taken) { then(fail(call, "Error: failed to write; \(error.text)")) }
            }
        }
    }

    private static func fail(_ call: ShellCall, _ text: String) -> Int32 {
        call.streams.errors.write("\(text)\n")
        return 1
    }

    // MARK: In a session

    private static func create(_ call: ShellCall, _ options: InstallOptions, then: (Int32) -> Void) {
        guard (options.size ?? 0) <= call.device.files.freeBytes else {
            return then(refuse(call, InstallRefusal("INSTALL_FAILED_INSUFFICIENT_STORAGE")))
        }
        success(call, ": created install session [\(call.device.packages.openSession(options))]", then)
    }

    /// `install-write -S SIZE SESSION NAME -` or with a path instead of `-`.
    private static func write(
        _ call: ShellCall, _ options: InstallOptions, _ operands: [String], then: @escaping (Int32) -> Void
    ) {
        guard let session = number(operands.first), call.device.packages.sessions[session] != nil else {
            return then(noSession(call, operands.first))
        }
        guard operands.count >= 2 else { return then(fail(call, "Error: file name not specified")) }
        let name = operands[1]
        let finish: (FileContent) -> Void = { content in
            call.device.packages.sessions[session]?.files[name] = content
            success(call, ": streamed \(content.size) bytes", then)
        }
        if operands.count > 2, operands[2] != "-" {
            guard let content = try? call.device.files.read(call.absolute(operands[2])) else {
                return then(fail(call, "Error: Can't open file: \(operands[2])"))
            }
            return finish(content)
        }
        receive(call, options, then: then, finish)
    }

    private static func commit(
        _ call: ShellCall, _ operands: [String], isCmd: Bool, then: @escaping (Int32) -> Void
    ) {
        guard let parent = number(operands.first),
            let session = call.device.packages.sessions.removeValue(forKey: parent)
        else { return then(noSession(call, operands.first)) }
        let children = session.children.compactMap { call.device.packages.sessions.removeValue(forKey: $0) }
        let isSilent = isCmd && call.device.profile.quirks.contains(.silentCommit)
        commit((session.options.isMultiPackage ? children : [session])[...], call) { refusal in
            if let refusal { return then(refuse(call, refusal)) }
            guard !isSilent else { return then(0) }
            success(call, "", then)
        }
    }

    private static func commit(
        _ sessions: ArraySlice<InstalledPackages.Session>, _ call: ShellCall, then: @escaping (InstallRefusal?) -> Void
    ) {
        guard let session = sessions.first else { return then(nil) }
        let files = session.files.sorted { $0.key < $1.key }.map(\.value)
        call.device.install(files, session.options) { refusal in
            if let refusal { return then(refusal) }
            commit(sessions.dropFirst(), call, then: then)
        }
    }
}
