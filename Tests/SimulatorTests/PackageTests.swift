import DroverTesting
import Crypto
import Testing

@testable import Simulator

/// The package manager: what it takes, what it refuses, and in which words.
struct PackageTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var before: [String]
        var apk: String
        var flags = ""
        var answer: String
        var profile = Profile.android14

        var testDescription: String { "\(apk) \(flags) over \(before) on \(profile.name)" }
    }

    static let cases: [Case] = [
        Case(before: [], apk: "game-1.apk", answer: "Success\n"),
        Case(before: ["game-1.apk"], apk: "game-2.apk", answer: "Success\n"),
        Case(before: ["game-2.apk"], apk: "game-2-other.apk", answer: "Success\n"),
        Case(
            before: ["game-2.apk"], apk: "game-1.apk",
            answer: "Failure [INSTALL_FAILED_VERSION_DOWNGRADE: Downgrade detected: "
                + "Update version code 1 is older than current 2]\n"),
        Case(before: ["game-2.apk"], apk: "game-1.apk", flags: "-d", answer: "Success\n"),
        Case(
            before: ["game-1.apk"], apk: "game-2-foreign.apk",
            answer: "Failure [INSTALL_FAILED_UPDATE_INCOMPATIBLE: Existing package com.studio.game "
                + "signatures do not match newer version; ignoring!]\n"),
        Case(
            before: ["game-1.apk"], apk: "game-2-foreign.apk",
            answer: "Failure [INSTALL_FAILED_UPDATE_INCOMPATIBLE: Package com.studio.game "
                + "signatures do not match previously installed version; ignoring!]\n", profile: .android11),
        Case(
            before: [], apk: "test-only.apk",
            answer: "Failure [INSTALL_FAILED_TEST_ONLY: Failed to install test-only apk. "
                + "Did you forget to add -t?]\n"),
        Case(before: [], apk: "test-only.apk", flags: "-t", answer: "Success\n"),
        Case(
            before: [], apk: "needs-sdk-99.apk",
            answer: "Failure [INSTALL_FAILED_OLDER_SDK: Failed parse during installPackageLI: "
                + "Requires newer sdk version #99 (current version is #34)]\n"),
        Case(
            before: [], apk: "unsigned.apk",
            answer: "Failure [INSTALL_PARSE_FAILED_NO_CERTIFICATES: Failed to collect certificates from "
                + "/data/app/vmdl1.tmp/base.apk: Attempt to get length of null array]\n"),
        Case(
            before: [], apk: "README.md",
            answer: "Failure [INSTALL_PARSE_FAILED_NOT_APK: Failed to parse /data/app/vmdl1.tmp/base.apk]\n"),
        Case(
            before: ["game-1.apk"], apk: "game-2.apk", answer: "Failure [INSTALL_FAILED_ALREADY_EXISTS]\n",
            profile: .android7),
        Case(before: ["game-1.apk"], apk: "game-2.apk", flags: "-r", answer: "Success\n", profile: .android7),
        Case(before: [], apk: "game-1.apk", flags: "--sideways", answer: ""),
    ]

    @Test("an install is judged as Android judges it", arguments: cases)
    func judged(_ one: Case) throws {
        let phone = DeviceOnDesk(one.profile)
        for apk in one.before {
            try phone.place(apk)
            #expect(phone.run("pm install -r /data/local/tmp/app.apk").output == "Success\n")
        }
        try phone.place(one.apk)
        let answer = phone.run("pm install \(one.flags) /data/local/tmp/app.apk")
        #expect(answer.output == one.answer)
        #expect(answer.status == (one.answer == "Success\n" ? 0 : 1))
    }

    @Test("the same refusals come when only hashes are kept", arguments: [ContentStore.Retention.hash, .size])
    func discarding(_ retention: ContentStore.Retention) throws {
        let phone = DeviceOnDesk(retention: retention)
        try phone.place("game-2.apk")
        #expect(phone.run("pm install /data/local/tmp/app.apk").output == "Success\n")
        try phone.place("game-1.apk")
        #expect(phone.run("pm install /data/local/tmp/app.apk").output.contains("VERSION_DOWNGRADE"))
        let path = try #require(phone.run("pm path com.studio.game").output.split(separator: ":").last)
        let digest = FileContent.bytes(try Fixture.bytes("apps/game-2.apk")).digest?.hex
        #expect(phone.run("sha256sum \(path)").output.split(separator: " ").first.map(String.init) == digest)
    }

    @Test func `an installed app is found where pm says, and its file is the one that was sent`() throws {
        let phone = DeviceOnDesk()
        try phone.place("game-2.apk")
        _ = phone.run("pm install -g -i com.store /data/local/tmp/app.apk")
        let path = phone.run("pm path com.studio.game").output.dropFirst("package:".count).dropLast()
        #expect(path.hasPrefix("/data/app/~~") && path.hasSuffix("==/base.apk"))
        #expect(phone.run("cmp_none; cat \(path) | wc -c").output == "\(try Fixture.bytes("apps/game-2.apk").count)\n")
        let dump = phone.run("dumpsys package com.studio.game").output
        #expect(dump.contains("\n    versionCode=2 minSdk="))
        #expect(dump.contains("\n    lastUpdateTime=2023-11-14 22:13:20\n"))
        #expect(dump.contains("\n    installerPackageName=com.store\n"))
        #expect(phone.run("pm list packages -3 -f --show-versioncode -U").output.hasPrefix("package:/data/app/~~"))
        #expect(phone.run("ls -d \(path)").status == 0)
    }

    @Test func `an update leaves no file of the old version behind`() throws {
        let phone = DeviceOnDesk()
        try phone.place("game-1.apk")
        _ = phone.run("pm install /data/local/tmp/app.apk; rm /data/local/tmp/app.apk")
        let used = phone.device.files.usedBytes
        for _ in 0..<3 {
            try phone.place("game-2.apk")
            _ = phone.run("pm install /data/local/tmp/app.apk; rm /data/local/tmp/app.apk")
        }
        #expect(phone.device.files.usedBytes <= used + 64)
        _ = phone.run("pm uninstall com.studio.game")
        #expect(phone.device.files.usedBytes == 0)
    }

    @Test func `uninstalling what is not there is refused`() throws {
        let phone = DeviceOnDesk()
        let refused = DeviceOnDesk.Answer(output: "Failure [DELETE_FAILED_INTERNAL_ERROR]\n", status: 1)
        #expect(phone.run("pm uninstall com.none") == refused)
        #expect(phone.run("pm uninstall --user 0 com.none").output == "Failure [not installed for 0]\n")
        #expect(phone.run("pm uninstall com.android.settings") == refused)
        try phone.place("game-1.apk")
        #expect(
            phone.run("pm install /data/local/tmp/app.apk; cmd package uninstall com.studio.game").output
                == "Success\nSuccess\n")
        #expect(phone.run("pm path com.studio.game") == .init(status: 1))
    }

    @Test func `splits become one app by a session`() throws {
        let phone = DeviceOnDesk()
        let session = phone.run("pm install-create -r -S 40000").output
        let number = try #require(session.split(whereSeparator: { "[]".contains($0) }).dropFirst().first)
        for name in ["base", "config.en", "config.xxhdpi"] {
            try phone.place("game-splits/\(name).apk", at: "/data/local/tmp/\(name).apk")
            let answer = phone.run("pm install-write \(number) \(name) /data/local/tmp/\(name).apk")
            #expect(answer.output.hasPrefix("Success: streamed "))
        }
        #expect(phone.run("pm install-commit \(number)").output == "Success\n")
        #expect(phone.run("pm path com.studio.game | wc -l").output == "3\n")
        #expect(phone.run("pm install-commit \(number)").status == 255)
    }

    @Test func `a session without a base is refused`() throws {
        let phone = DeviceOnDesk()
        let session = phone.run("pm install-create").output
        let number = try #require(session.split(whereSeparator: { "[]".contains($0) }).dropFirst().first)
        try phone.place("game-splits/config.en.apk")
        _ = phone.run("pm install-write \(number) x /data/local/tmp/app.apk")
        #expect(
            phone.run("pm install-commit \(number)").output
                == "Failure [INSTALL_FAILED_INVALID_APK: Full install must include a base package]\n")
    }

    @Test func `a base that needs splits is refused alone`() throws {
        var file = try ApplicationReader.apk().read(.bytes(try Fixture.bytes("apps/game-1.apk")))
        file.requiresSplits = true
        let phone = DeviceOnDesk(reader: ApplicationReader { [file] _ in .success(file) })
        try phone.place("game-1.apk")
        #expect(
            phone.run("pm install /data/local/tmp/app.apk").output
                == "Failure [INSTALL_FAILED_MISSING_SPLIT: Missing split for com.studio.game]\n")
    }

    @Test func `permissions are granted where they can be`() throws {
        let phone = DeviceOnDesk()
        try phone.place("game-1.apk")
        _ = phone.run("pm install -g /data/local/tmp/app.apk")
        let dump = phone.run("dumpsys package com.studio.game").output
        #expect(dump.contains("android.permission.INTERNET: granted=true\n"))
        #expect(dump.contains("android.permission.CAMERA: granted=true, flags="))
        #expect(phone.run("pm revoke com.studio.game android.permission.CAMERA").status == 0)
        #expect(phone.run("dumpsys package com.studio.game | grep CAMERA:").output.contains("granted=false"))
        let refused = phone.run("pm grant com.studio.game android.permission.INTERNET")
        #expect(refused.status == 255 && refused.errors.contains("not a changeable permission type"))
        #expect(phone.run("pm grant com.studio.game android.permission.READ_SMS").errors.contains("has not requested"))
    }

    @Test func `exactly the announced bytes are read from the stream`() throws {
        let phone = DeviceOnDesk()
        let apk = try Fixture.bytes("apps/game-1.apk")
        let input = ShellInput()
        var output = ""
        var status: Int32?
        let process = ShellProcess(phone.device) { status = $0 }
        let sink = ShellOutput { output += String(decoding: $0, as: UTF8.self) }
        process.start(
            line: Array("cmd package install -S \(apk.count)".utf8),
            ShellStreams(input: input, output: sink, errors: sink))
        for start in stride(from: 0, to: apk.count, by: 1000) {
            #expect(status == nil)
            apk[start..<min(start + 1000, apk.count)].withUnsafeBytes { input.feed($0) }
        }
        #expect(output == "Success\n" && status == 0)
        let deeds = phone.record.phone("sim-001").deeds
        #expect(deeds.payloadBytes == UInt64(apk.count))
        #expect(deeds.installs.map(\.package) == ["com.studio.game"])
    }

    @Test func `a phone without room says so before it reads`() {
        let phone = DeviceOnDesk(capacity: 1000)
        let answer = phone.run("cmd package install -S 5000")
        #expect(answer == .init(output: "Failure [INSTALL_FAILED_INSUFFICIENT_STORAGE]\n", status: 1))
    }

    @Test func `apps start, stop, and forget`() throws {
        let phone = DeviceOnDesk()
        try phone.place("game-1.apk")
        _ = phone.run("pm install /data/local/tmp/app.apk")
        let launcher = try #require(phone.device.packages["com.studio.game"]?.launcher)
        let started = phone.run("am start -W -n com.studio.game/\(launcher)")
        #expect(started.status == 0 && started.output.contains("Status: ok\nLaunchState: COLD\n"))
        #expect(phone.run("pidof com.studio.game").status == 0)
        #expect(phone.run("logcat -d").output.contains("MainMenu ready"))
        #expect(phone.run("dumpsys activity activities").output.contains(" com.studio.game/.MainActivity "))
        _ = phone.run("am force-stop com.studio.game")
        #expect(!phone.run("dumpsys activity activities").output.contains("com.studio.game"))
        #expect(phone.run("pidof com.studio.game").status == 1)
        #expect(phone.run("monkey -p com.studio.game -c android.intent.category.LAUNCHER 1").status == 0)
        #expect(phone.run("pm clear com.studio.game").output == "Success\n")
        #expect(phone.run("pm clear com.none") == .init(output: "Failed\n", status: 1))
        let missing = phone.run("am start -n com.none/.Main")
        #expect(missing.status == 1 && missing.errors.contains("Error type 3"))
        #expect(DeviceOnDesk(.android9).run("am start -n com.none/.Main").status == 0)
    }

    @Test func `before the end of booting packages are not answered for`() {
        let phone = DeviceOnDesk()
        phone.device.boot()
        #expect(phone.run("getprop sys.boot_completed").output == "\n")
        #expect(phone.run("cmd package path android").errors == "cmd: Can't find service: package\n")
        phone.device.finishBoot()
        #expect(phone.run("pm path android").status == 0)
    }

    @Test func `every boot has an id of its own`() {
        let phone = DeviceOnDesk()
        let first = phone.run("cat /proc/sys/kernel/random/boot_id").output
        phone.device.boot()
        let second = phone.run("cat /proc/sys/kernel/random/boot_id").output
        #expect(first.count == 37 && first != second)
    }
}
