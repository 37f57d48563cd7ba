import DroverTesting
import Testing

@testable import Simulator

/// Phones that let themselves be looked at only.
struct ReadOnlyTests {
    @Test(
        "a change is refused and noted",
        arguments: [
            ("echo a > /sdcard/a", "change /storage/emulated/0/a"), ("mkdir /sdcard/d", "change /storage/emulated/0/d"),
            ("rm -rf /sdcard/DCIM", "change /storage/emulated/0/DCIM"),
            ("touch /sdcard/DCIM", "change /storage/emulated/0/DCIM"),
            ("mv /sdcard/DCIM /sdcard/x", "change /storage/emulated/0/DCIM"),
            ("chmod 700 /sdcard/DCIM", "change /storage/emulated/0/DCIM"),
            ("settings put global a 1", "settings put global a 1"), ("setprop debug.a 1", "setprop debug.a 1"),
            ("cmd package install -S 5", "package install -S 5"), ("pm clear com.x", "pm clear com.x"),
            ("am force-stop com.x", "am force-stop com.x"), ("input tap 1 1", "input tap 1 1"),
        ])
    func refusal(line: String, deed: String) {
        let phone = DeviceOnDesk()
        phone.lock.isOn = true
        #expect(phone.run(line).status != 0)
        let deeds = phone.record.phone("sim-001").deeds
        #expect(deeds.refusals == [deed])
        #expect(deeds.refusedChanges == 1)
    }

    @Test(
        "looking is not refused",
        arguments: [
            "ls /sdcard", "getprop", "pm list packages", "settings get global a", "mkdir -p /sdcard",
            "echo a > /dev/null",
            "find /sdcard -type f -print0 | xargs -0 -r sha256sum", "df -k /data", "rm -f /sdcard/none",
            "cmd package path android", "[ -w /sdcard ]", "dumpsys package com.x",
        ])
    func looking(line: String) {
        let phone = DeviceOnDesk()
        phone.lock.isOn = true
        _ = phone.run(line)
        #expect(phone.record.phone("sim-001").deeds.refusals == [])
    }

    @Test func `what was switched on can be switched off`() {
        let phone = DeviceOnDesk()
        phone.lock.isOn = true
        #expect(phone.run("touch /sdcard/a").errors == "touch: '/sdcard/a': Read-only file system\n")
        phone.lock.isOn = false
        #expect(phone.run("touch /sdcard/a").status == 0)
    }
}
