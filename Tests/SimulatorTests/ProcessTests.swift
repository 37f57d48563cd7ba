import Testing

@testable import Simulator

/// Programs, jobs and signals on a phone, as its shell has them.
struct ProcessTests {
    typealias Line = ShellTests.Line

    private static let script = "cd /data/local/tmp; printf '#!/system/bin/sh\\n%s\\n' "

    static let programs: [Line] = [
        Line(script + #"'echo "$0 $# $2"' >f; chmod 755 f; /data/local/tmp/f a 'b c'"#, "/data/local/tmp/f 2 b c\n"),
        Line(script + "'exit 3' >f; chmod 755 f; ./f; echo $?", "3\n"),
        Line(script + "'X=2; cd /' >f; chmod 755 f; X=1; ./f; echo $X; pwd", "1\n/data/local/tmp\n"),
        Line("cd /data/local/tmp; echo echo plain >f; chmod 755 f; ./f", "plain\n"),
        Line(
            script + "true >f; ./f", "", errors: "/system/bin/sh: ./f: can't execute: Permission denied\n", status: 126),
        Line(
            #"cd /data/local/tmp; printf '\177ELF\002\001' >f; chmod 755 f; ./f"#, "",
            errors: "/system/bin/sh: ./f: not executable: 64-bit ELF file\n", status: 126),
        Line(
            #"cd /data/local/tmp; printf '#!/usr/bin/python\n' >f; chmod 755 f; ./f"#, "",
            errors: "/system/bin/sh: ./f: inaccessible or not found\n", status: 127),
        Line("exec echo a; echo never", "a\n"),
        Line(
            "exec nothing; echo never", "", errors: "/system/bin/sh: nothing: inaccessible or not found\n", status: 127),
        Line("(exec echo a; echo never); echo b", "a\nb\n"),
        Line("while :; do exec echo a; done; echo never", "a\n"),
        Line(script + "'echo $$' >f; chmod 755 f; [ $(exec ./f) = $$ ] && echo same", "same\n"),
        Line(script + "'echo $$' >f; chmod 755 f; [ $(./f) = $$ ] || echo other", "other\n"),
        Line(script + "'cut -d\" \" -f5 /proc/$$/stat; echo $$' >f; sh f | uniq | wc -l", "1\n"),
        Line(script + "'tr=1; cat /proc/$$/cmdline' >f; sh f a | wc -c", "19\n"),
        Line(script + "'cat /proc/$$/environ | grep -c RATE=48' >f; export RATE=48; sh f", "1\n"),
    ]

    static let signals: [Line] = [
        Line("kill -TERM $$; echo never", "", status: 143),
        Line("trap 'echo told' TERM; kill $$; echo on", "told\non\n"),
        Line("trap 'echo told' SIGTERM INT; kill -INT $$; kill -15 $$; echo on", "told\ntold\non\n"),
        Line("trap '' TERM; kill $$; echo on", "on\n"),
        Line("trap 'echo told' TERM; trap - TERM; kill $$; echo never", "", status: 143),
        Line("trap 'echo told' KILL; kill -KILL $$; echo never", "", status: 137),
        Line("trap 'exit 4' TERM; kill $$; echo never", "", status: 4),
        Line("trap 'echo $?' TERM; false; kill $$; echo $?", "0\n0\n"),
        Line("trap 'echo bye' EXIT; echo a; exit 3", "a\nbye\n", status: 3),
        Line("trap 'echo bye' EXIT; echo a", "a\nbye\n"),
        Line("f() { echo told; }; trap f TERM; kill $$", "told\n"),
        Line("trap 'echo late' TERM; (sleep 1; kill $$) & sleep 5; echo then", "late\nthen\n"),
        Line("trap 'echo told; exit 2' TERM; sleep 60 & (sleep 1; kill $$) & wait; echo never", "told\n", status: 2),
        Line("trap nonsense NOSIG", "", errors: "/system/bin/sh: trap: bad signal 'NOSIG'\n", status: 1),
        Line("kill -NOSIG 1", "", errors: "/system/bin/sh: kill: bad signal 'NOSIG'\n", status: 1),
        Line("kill -0 99999", "", errors: "/system/bin/sh: kill: 99999: No such process\n", status: 1),
        Line(
            "kill x", "", errors: "/system/bin/sh: kill: x: arguments must be jobs or process IDs\n", status: 1),
    ]

    static let jobs: [Line] = [
        Line(
            "sleep 5 & p=$!; kill -0 $p && echo on; kill $p; wait $p; echo $?; kill -0 $p 2>/dev/null || echo off",
            "on\n143\noff\n"),
        Line("(exit 3) & wait $!; echo $?", "3\n"),
        Line("sleep 2 & sleep 1 & wait; echo both", "both\n"),
        Line(
            script
                + "'trap \"echo told $X; exit 0\" TERM; while :; do sleep 1; done' >f; chmod 755 f; "
                + "(export X=1; exec ./f) & sleep 1; kill $!; wait $!; echo $? $X", "told 1\n0\n"),
        Line("wait 99999; echo $?", "127\n"),
        Line(
            script
                + "'trap \"echo told; exit 0\" TERM; while :; do sleep 1; done' >f; sh f & sleep 1; kill $!; wait $!; echo $?",
            "told\n0\n"),
        Line("for x in 1 2; do continue; done; echo on", "on\n"),
        Line("x=0; while [ $x -lt 2 ]; do x=$((x + 1)); continue; done; echo $x", "2\n"),
    ]

    @Test("a script has processes as on a phone", arguments: [programs, signals, jobs].flatMap(\.self))
    func line(_ line: Line) {
        let phone = DeviceOnDesk()
        let answer = phone.run(line.line, isKnown: true)
        #expect(answer.output == line.output)
        #expect(answer.errors == line.errors)
        #expect(answer.status == line.status)
        #expect(phone.device.processes.isEmpty)
    }

    @Test func `a file that is being written holds what has come so far`() {
        let phone = DeviceOnDesk()
        #expect(phone.run("(echo a; sleep 5; echo b) >/data/local/tmp/f 2>&1 &", waits: false).status == 0)
        #expect(phone.run("cat /data/local/tmp/f", waits: false).output == "a\n")
        phone.letTimePass()
        #expect(phone.run("cat /data/local/tmp/f", waits: false).output == "a\nb\n")
    }

    @Test func `what goes on in the background ends with the phone`() {
        let phone = DeviceOnDesk()
        _ = phone.run("setsid sleep 500 </dev/null >/dev/null 2>&1 &", waits: false)
        #expect(phone.device.processes.count == 1)
        phone.device.boot()
        #expect(phone.device.processes.isEmpty)
        #expect(phone.run("ls /proc | grep -c '^[0-9]'", waits: false).output == "0\n")
    }
}
