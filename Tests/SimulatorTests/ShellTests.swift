import Testing

@testable import Simulator

/// The shell of a phone: quoting, joining, redirections, and what each program says.
struct ShellTests {
    struct Line: Sendable, CustomTestStringConvertible {
        var line: String
        var output: String
        var errors = ""
        var status: Int32 = 0

        init(_ line: String, _ output: String, errors: String = "", status: Int32 = 0) {
            self.line = line
            self.output = output
            self.errors = errors
            self.status = status
        }

        var testDescription: String { line }
    }

    static let quoting: [Line] = [
        Line(#"echo 'a  b' "c;d" e\ f"#, "a  b c;d e f\n"),
        Line(#"echo '$HOME' "$HOME" $HOME"#, "$HOME / /\n"),
        Line(#"echo -E "say \"hi\" \$x \n""#, "say \"hi\" $x \\n\n"),
        Line(#"echo 'it'\''s'"#, "it's\n"),
        Line("echo a#b # comment", "a#b\n"),
        Line("echo ${NOTHING:-spare} $NOTHING.", "spare .\n"),
        Line("X='a b'; echo $X; echo \"$X\"", "a b\na b\n"),
        Line("X=\"a   b\"; echo $X; echo \"$X\"", "a b\na   b\n"),
        Line("echo ''", "\n"),
        Line("echo \"unfinished", "", errors: "/system/bin/sh: no closing quote\n", status: 1),
        Line("echo ü\\ö 'ä'", "üö ä\n"),
    ]

    static let joining: [Line] = [
        Line("true && echo yes || echo no", "yes\n"),
        Line("false && echo yes || echo no", "no\n"),
        Line("false; echo $?", "1\n"),
        Line("false", "", status: 1),
        Line("exit 7; echo never", "", status: 7),
        Line("(exit 3); echo $?", "3\n"),
        Line("{ echo a; echo b; } > /data/local/tmp/x; cat /data/local/tmp/x", "a\nb\n"),
        Line("if [ -d /sdcard ]; then echo there; else echo gone; fi", "there\n"),
        Line("if [ 1 -gt 2 ]; then echo a; elif [ 2 -gt 1 ]; then echo b; fi", "b\n"),
        Line("for x in 1 2 3; do echo n$x; done", "n1\nn2\nn3\n"),
        Line("! false && echo inverted", "inverted\n"),
        Line("echo $(echo inner; echo more)", "inner more\n"),
        Line("echo `echo back`", "back\n"),
        Line("echo one | cat | wc -l", "1\n"),
        Line("printf '%s\\n' b a | sort | head -n 1", "a\n"),
        Line("echo hello | grep -q hell && echo found", "found\n"),
        Line("sleep 5 && echo late", "late\n"),
        Line("cd /sdcard; pwd", "/storage/emulated/0\n"),
        Line("sh -c 'echo in; exit 4'; echo $?", "in\n4\n"),
        Line("echo a;; echo b", "", errors: "/system/bin/sh: syntax error: unexpected ';'\n", status: 1),
        Line("; echo", "", errors: "/system/bin/sh: syntax error: unexpected ';'\n", status: 1),
    ]

    static let redirecting: [Line] = [
        Line("echo err >&2", "", errors: "err\n"),
        Line("echo err 1>&2 2>/dev/null", "", errors: "err\n"),
        Line("ls /nowhere 2>/dev/null", "", status: 1),
        Line("ls /nowhere 2>&1", "ls: /nowhere: No such file or directory\n", status: 1),
        Line(
            "cat < /data/local/tmp/none", "",
            errors: "/system/bin/sh: can't open /data/local/tmp/none: No such file or directory\n", status: 1),
        Line("echo a > /data/local/tmp/f; echo b >> /data/local/tmp/f; cat < /data/local/tmp/f", "a\nb\n"),
        Line(
            "echo x > /system/f", "", errors: "/system/bin/sh: can't create /system/f: Read-only file system\n",
            status: 1),
        Line("cat </dev/null", ""),
    ]

    static let programs: [Line] = [
        Line("foo", "", errors: "/system/bin/sh: foo: inaccessible or not found\n", status: 127),
        Line("getprop ro.product.model", "Pixel 8\n"),
        Line("getprop ro.build.version.sdk", "34\n"),
        Line("getprop sys.boot_completed", "1\n"),
        Line("getprop no.such", "\n"),
        Line("setprop debug.x 5; getprop debug.x", "5\n"),
        Line("setprop ro.x 5", "", errors: "setprop: failed to set property 'ro.x' to '5'\n", status: 1),
        Line("id -u", "2000\n"),
        Line("mkdir -p /data/local/tmp/a/b; ls /data/local/tmp", "a\n"),
        Line(
            "mkdir /data/local/tmp/a/b", "", errors: "mkdir: '/data/local/tmp/a/b': No such file or directory\n",
            status: 1),
        Line("mkdir /data/local/tmp", "", errors: "mkdir: '/data/local/tmp': File exists\n", status: 1),
        Line("rm /data/local/tmp/none", "", errors: "rm: /data/local/tmp/none: No such file or directory\n", status: 1),
        Line("rm -rf /data/local/tmp/none", ""),
        Line(
            "touch /data/local/tmp/a /data/local/tmp/b; ls /data/local/tmp/*", "/data/local/tmp/a\n/data/local/tmp/b\n"),
        Line("echo /data/local/tmp/*.none", "/data/local/tmp/*.none\n"),
        Line("cd /data/local/tmp; echo 1 > a; mv a b; cp b c; cat b c; ls", "1\n1\nb\nc\n"),
        Line("cd /data/local/tmp; mkdir d; echo 1 > a; mv a d; cat d/a", "1\n"),
        Line("cd /data/local/tmp; ln -s b a; readlink a; [ -L a ] && echo link", "b\nlink\n"),
        Line("cd /data/local/tmp; echo 123 > a; chmod 600 a; stat -c '%s %a %n' a", "4 600 a\n"),
        Line("cd /data/local/tmp; touch -d @1700000001 a; stat -c %Y a", "1700000001\n"),
        Line("printf abc | sha256sum", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  -\n"),
        Line("printf abc > /sdcard/a; md5sum /sdcard/a", "900150983cd24fb0d6963f7d28e17f72  /sdcard/a\n"),
        Line("date +%s", "1700000000\n"),
        Line("wm size", "Physical size: 1080x2400\n"),
        Line("input tap 1 2", ""),
        Line("settings put global x 1; settings get global x; settings get global y", "1\nnull\n"),
        Line("pm path android", "package:/system/framework/framework-res.apk\n"),
        Line("cmd package path com.none", "", status: 1),
        Line("ls /data/data", "", errors: "ls: /data/data: Permission denied\n", status: 1),
        Line("[ -w /data/local/tmp ] && ! [ -w /system ] && echo right", "right\n"),
        Line("find /data/local -type d", "/data/local\n/data/local/tmp\n"),
        Line(
            "log -t a one; log -p e -t b two; logcat -d -v brief -s b",
            "--------- beginning of main\nE/b       ( 4001): two\n"),
        Line("log -t a one; logcat -d -v raw -T 1700000000.000 | tail -n 1", "one\n"),
        Line("log -t a one; logcat -d -v raw -T 1700000001.000", "--------- beginning of main\n"),
        Line("log -t a one; logcat -d -v raw -T '11-14 22:13:20.000' | tail -n 1", "one\n"),
        Line("log -t a one; logcat -d -v raw -T '2023-11-14 22:13:20.001'", "--------- beginning of main\n"),
        Line("logcat -d -v raw -t 1", "--------- beginning of main\nBoot completed\n"),
        Line("grep -c 15B3 /proc/net/tcp", "1\n"),
        Line(
            "touch /sdcard/a; mv -f /sdcard/a /sdcard/none/", "", errors: "mv: bad '/sdcard/none/': Not a directory\n",
            status: 1),
        Line("log -t game hello; logcat -d -s game | tail -n 1 | grep -c hello", "1\n"),
    ]

    @Test(
        "a line does what a phone's shell does", arguments: [quoting, joining, redirecting, programs].flatMap(\.self))
    func line(_ line: Line) {
        let answer = DeviceOnDesk().run(line.line)
        #expect(answer.output == line.output)
        #expect(answer.errors == line.errors)
        #expect(answer.status == line.status)
    }

    @Test func `a command that sleeps holds its place and nothing else`() {
        let phone = DeviceOnDesk()
        #expect(phone.run("echo a; sleep 10; echo b", waits: false) == .init(output: "a\n", status: nil))
        #expect(phone.run("echo other", waits: false).status == 0)
    }

    @Test func `a background job holds the output unless it is redirected`() {
        #expect(DeviceOnDesk().run("sleep 100 &", waits: false).status == nil)
        #expect(DeviceOnDesk().run("sleep 100 >/dev/null 2>&1 </dev/null &", waits: false).status == 0)
    }

    @Test func `input goes to the command that reads it`() {
        #expect(DeviceOnDesk().run("cat > /sdcard/in; wc -c /sdcard/in", input: "12345").output == "5 /sdcard/in\n")
    }

    @Test func `a loop that never ends does not keep the lane`() {
        let answer = DeviceOnDesk().run("while true; do :; done", waits: false)
        #expect(answer.status == nil)
    }

    @Test func `a loop ends when its condition fails`() {
        let answer = DeviceOnDesk().run("cd /sdcard; touch f; while [ -f f ]; do echo once; rm f; sleep 1; done")
        #expect(answer == .init(output: "once\n", status: 0))
    }

    @Test func `older phones word a missing program differently`() {
        #expect(DeviceOnDesk(.android9).run("foo").errors == "/system/bin/sh: foo: not found\n")
        #expect(DeviceOnDesk(.android6).run("cmd package list packages").status == 127)
    }
}
