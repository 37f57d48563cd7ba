/// The tree that a phone starts with.
enum SystemImage {
    /// Names in `/system/bin`, so that `ls` and `test -x` find what the shell can run.
    private static func programs(of profile: Profile) -> [String] {
        let others = [
            "am", "cmd", "dumpsys", "getprop", "input", "logcat", "monkey", "pm", "screencap", "setprop", "sh",
            "toybox",
        ]
        return (others + ShellCommand.toybox).filter { profile.has(program: $0) }
    }

    /// The image of a release.
    static func make(for profile: Profile) -> FileEntry {
        let programs = Dictionary(
            uniqueKeysWithValues: programs(of: profile).map { ($0, FileEntry.file("\u{7f}ELF", 0o755)) })
        let release = "ro.build.version.release=\(profile.release)\nro.build.version.sdk=\(profile.sdk)\n"
        return .folder(
            0o755,
            [
                "system": .folder(
                    0o755, ["bin": .folder(0o755, programs), "build.prop": .file(release), "etc": .folder()]),
                "vendor": .folder(), "product": .folder(), "apex": .folder(),
                "bin": .link("/system/bin"), "etc": .link("/system/etc"),
                "sdcard": .link("/storage/self/primary"),
                "storage": .folder(
                    0o711,
                    [
                        "emulated": .folder(0o711, ["0": sharedStorage]),
                        "self": .folder(0o711, ["primary": .link("/storage/emulated/0")]),
                    ]),
                "mnt": .folder(0o755, ["sdcard": .link("/storage/self/primary")]),
                "data": .folder(
                    0o771,
                    [
                        "app": .folder(0o771), "data": .folder(0o771), "user": .folder(0o711), "system": .folder(0o775),
                        "tombstones": .folder(0o771, owner: 1000), "anr": .folder(0o775, owner: 1000),
                        "local": .folder(0o751, ["tmp": .folder(0o771, owner: VirtualFiles.shellUser)]),
                    ]),
                "dev": .folder(0o755, ["null": .device(), "zero": .device(), "tty": .device(), "urandom": .device()]),
                "proc": .folder(
                    0o555,
                    [
                        "version": .file("Linux version 5.10.0 (simulated)\n"), "uptime": .file("1000.00 1000.00\n"),
                        "net": .folder(0o555, ["tcp": .file(sockets), "tcp6": .file(socketTitles)]),
                        "meminfo": .file("MemTotal:        8000000 kB\nMemAvailable:    4000000 kB\n"),
                        "sys": .folder(
                            0o555, ["kernel": .folder(0o555, ["random": .folder(0o555, ["boot_id": .file("")])])]),
                    ]),
            ])
    }

    private static let socketTitles =
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"

    /// adbd listens on 5555, and nothing else does.
    private static let sockets =
        socketTitles
        + "   0: 00000000:15B3 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1\n"

    private static var sharedStorage: FileEntry {
        let names = ["Alarms", "DCIM", "Download", "Movies", "Music", "Pictures", "Ringtones"]
        var children = Dictionary(uniqueKeysWithValues: names.map { ($0, shared()) })
        children["Android"] = shared(["data": shared(), "media": shared(), "obb": shared()])
        return shared(children)
    }

    private static func shared(_ children: [String: FileEntry] = [:]) -> FileEntry {
        var folder = FileEntry.folder(0o770, owner: VirtualFiles.shellUser, children)
        folder.group = 1023
        return folder
    }
}
