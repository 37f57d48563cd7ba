import Crypto

extension SimulatedDevice {
    /// Takes APKs and makes them an app, or says why not; the answer comes after ``Making/installDuration``.
    func install(
        _ contents: [FileContent], _ options: InstallOptions, then: @escaping (InstallRefusal?) -> Void
    ) {
        let duration = making.installDuration
        guard duration > .zero else { return then(installNow(contents, options)) }
        timers.after(duration) { [self] in then(installNow(contents, options)) }
    }

    private func installNow(_ contents: [FileContent], _ options: InstallOptions) -> InstallRefusal? {
        var deed = PhoneDeeds.Install(
            package: nil, versionCode: nil, refusal: nil, files: contents.count,
            bytes: contents.reduce(0) { $0 + $1.size })
        var refusal: InstallRefusal?
        do throws(InstallRefusal) {
            let package = try putInPlace(contents, options)
            deed.package = package.name
            deed.versionCode = package.versionCode
            record.count { $0.successfulInstalls += 1 }
        } catch {
            refusal = error
            deed.refusal = error.code
            deed.package = contents.lazy.compactMap { try? self.making.reader.read($0).package }.first
        }
        record.note { $0.installs.append(deed) }
        return refusal
    }

    private func putInPlace(
        _ contents: [FileContent], _ options: InstallOptions
    ) throws(InstallRefusal) -> InstalledPackage {
        var parts: [(file: ApplicationFile, content: FileContent)] = []
        for content in try inherited(options) + contents {
            let file = try making.reader.read(content)
            // A split given anew replaces the inherited one of the same name.
            parts.removeAll { $0.file.split == file.split && options.inherits != nil }
            parts.append((file, content))
        }
        guard !parts.isEmpty else { throw InstallRefusal("INSTALL_FAILED_INVALID_APK", "Session contains no files") }
        guard let base = parts.first(where: { $0.file.split == nil })?.file else {
            throw InstallRefusal("INSTALL_FAILED_INVALID_APK", "Full install must include a base package")
        }
        guard parts.count(where: { $0.file.split == nil }) == 1, Set(parts.map(\.file.split)).count == parts.count
        else {
            throw InstallRefusal("INSTALL_FAILED_INVALID_APK", "Split null was defined multiple times")
        }
        let splits = parts.map(\.file).filter { $0.split != nil }
        try packages.judge(base, splits: splits, options: options)
        let size = parts.reduce(UInt64(0)) { $0 + $1.content.size }
        guard size <= files.freeBytes else { throw InstallRefusal("INSTALL_FAILED_INSUFFICIENT_STORAGE") }
        let folder = makeCodeFolder(base.package)
        do throws(FileError) {
            try store(parts, in: folder)
        } catch {
            throw InstallRefusal("INSTALL_FAILED_CONTAINER_ERROR", error.text)
        }
        write("PackageManager", "installed \(base.package) version \(base.versionCode)")
        return packages.put(base, splits: splits, codePath: folder, options: options, at: seconds)
    }

    /// The APKs that a session with `-p` starts from.
    private func inherited(_ options: InstallOptions) throws(InstallRefusal) -> [FileContent] {
        guard let name = options.inherits else { return [] }
        guard let package = packages[name] else {
            throw InstallRefusal("INSTALL_FAILED_INVALID_APK", "Missing existing base package for \(name)")
        }
        return package.paths.compactMap { try? files.read($0, as: .system) }  // a path of ours is always there
    }

    private func makeCodeFolder(_ package: String) -> String {
        let number = UInt64(bitPattern: milliseconds) &+ UInt64(makePID())
        if profile.quirks.contains(.plainCodePaths) {
            let current = packages[package]?.codePath
            return "/data/app/\(package)-\(current == "/data/app/\(package)-1" ? 2 : 1)"
        }
        let outer = SplitMix.folderName(making.serial, number)
        let inner = SplitMix.folderName(making.serial + package, number)
        return "/data/app/~~\(outer)==/\(package)-\(inner)=="
    }

    private func store(_ parts: [(file: ApplicationFile, content: FileContent)], in folder: String) throws(FileError) {
        if let base = parts.first, let old = packages[base.file.package] { removeCode(of: old) }
        try files.makeFolder(folder, parents: true, permissions: 0o755, at: seconds, as: .system)
        for part in parts {
            let content = making.contents.retention == .keep ? part.content : part.content.discarded()
            try files.write(content, to: "\(folder)/\(part.file.fileName)", at: seconds, as: .system)
        }
    }

    private func removeCode(of package: InstalledPackage) {
        let folder = package.codePath
        let outermost = folder.contains("/~~") ? RemotePath.parent(folder) : folder
        // It was put there by an install; if it is gone, that is as well.
        try? files.remove(outermost, recursive: true, at: seconds, as: .system)
    }

    /// Removes an app.
    ///
    /// - Returns: Whether it was there; what came with the system stays.
    func uninstall(_ name: String, keepsData: Bool) -> Bool {
        guard let package = packages[name], !package.isSystem else { return false }
        removeCode(of: package)
        packages.remove(name)
        write("PackageManager", "removed \(name)")
        record.note { $0.uninstalls.append(name) }
        return true
    }
}
