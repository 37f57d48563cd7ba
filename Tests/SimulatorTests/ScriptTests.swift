import Testing

@testable import Simulator

/// The language of the phone's shell: loops over input, numbers, here-documents, functions.
struct ScriptTests {
    typealias Line = ShellTests.Line

    static let reading: [Line] = [
        Line("printf 'a b c\\nd\\n' | while read -r x y; do echo \"$x|$y\"; done", "a|b c\nd|\n"),
        Line("printf ' a\\\\qb \\n' | while IFS= read -r x; do echo -E \"[$x]\"; done", "[ a\\qb ]\n"),
        Line("printf 'a:b::c\\n' | { IFS=: read -r x y z; echo \"$x-$y-$z\"; }", "a-b-:c\n"),
        Line("printf 'one' | { read -r x; echo \"$? $x\"; }", "1 one\n"),
        Line("printf '1\\n2\\n3\\n' | { read a; read b; cat; echo $a$b; }", "3\n12\n"),
        Line("IFS=, ; x=a,b; echo $x", "a b\n"),
        Line("X=1 true; echo \"[$X]\"", "[]\n"),
        Line("seq 3000 | while read n; do :; done; echo done", "done\n"),
        Line("x=$(seq 2500 | while read n; do echo $n; done | tail -n 1); echo $x", "2500\n"),
    ]

    static let numbers: [Line] = [
        Line("echo $((1+2*3)) $(( (1+2)*3 )) $((7/2)) $((7%2)) $((-7/2))", "7 9 3 1 -3\n"),
        Line("i=5; i=$((i+1)); echo $i $((i*i)) $((i<7)) $((i==6&&1)) $((!i))", "6 36 1 1 0\n"),
        Line("i=1; echo $((i+=2)) $i $((i++)) $i $((++i))", "3 3 3 4 5\n"),
        Line("echo $((1<<20)) $((0x10)) $((5>3?1:2)) $((~0)) $((6&3)) $((6|1)) $((6^2))", "1048576 16 1 -1 2 7 4\n"),
        Line("echo $((2147483647+1)) $((65536*65536))", "-2147483648 0\n"),
        Line("[ 3000000000 -gt 1 ] || echo wraps", "wraps\n"),
        Line("x=4; echo $(( $x / 2 )) $((${x}1))", "2 41\n"),
        Line("i=0; while [ $i -lt 3 ]; do i=$((i+1)); done; echo $i", "3\n"),
        Line("echo $((1+)); echo never", "", errors: "/system/bin/sh: 1+: unexpected 'end of expression'\n", status: 1),
    ]

    static let documents: [Line] = [
        Line("cat <<EOF\na $((1+1)) \"q\"\n$HOME\nEOF\necho after", "a 2 \"q\"\n/\nafter\n"),
        Line("cat <<'EOF'\n$HOME `x`\nEOF", "$HOME `x`\n"),
        Line("cat <<-EOF\n\t\tin\n\tEOF\necho after", "in\nafter\n"),
        Line("cat <<A; cat <<B\none\nA\ntwo\nB\necho z", "one\ntwo\nz\n"),
        Line("wc -l <<EOF | cat\n1\n2\nEOF", "2\n"),
        Line("cat <<< word", "word\n"),
    ]

    static let control: [Line] = [
        Line("for i in 1 2 3 4; do [ $i = 2 ] && continue; [ $i = 4 ] && break; echo $i; done", "1\n3\n"),
        Line("case abc in x) echo x;; a*|b) echo a;; *) echo other;; esac", "a\n"),
        Line("case '*' in '?') echo no;; '*') echo star;;\nesac", "star\n"),
        Line("case q in\n  a) echo a\n  ;;\n  *) echo b\n  ;;\nesac; echo c", "b\nc\n"),
        Line("f() { echo \"$1-$#\"; return 3; }; f x y; echo $?", "x-2\n3\n"),
        Line("f() { for i in 1 2; do return 4; done; }; f; echo $?", "4\n"),
        Line("set -- a 'b c'; for x in \"$@\"; do echo \"$x\"; done; shift; echo $1", "a\nb c\nb c\n"),
        Line("sh -c 'echo $0 $1 $#' name arg", "name arg 1\n"),
        Line("p=/a/b/c.txt; echo ${p##*/} ${p%/*} ${p%.txt} ${#p} ${p#/a}", "c.txt /a/b /a/b/c 10 /b/c.txt\n"),
        Line("command -v tar && command -v none; echo $?", "/system/bin/tar\n1\n"),
        Line("printf 'echo from script\\nexit 5\\n' | sh; echo $?", "from script\n5\n"),
    ]

    @Test(
        "a script does what a phone's shell does",
        arguments: [reading, numbers, documents, control].flatMap(\.self))
    func script(_ line: Line) {
        let answer = DeviceOnDesk().run(line.line)
        #expect(answer.output == line.output)
        #expect(answer.errors == line.errors)
        #expect(answer.status == line.status)
    }

    @Test func `a long script on standard input runs to its end`() {
        let phone = DeviceOnDesk()
        let script = (1...5000).map { "mkdir -p /sdcard/t/\($0 % 50)" }.joined(separator: "\n") + "\necho made\n"
        #expect(phone.run("sh", input: script).output == "made\n")
        #expect(phone.run("ls /sdcard/t | wc -l").output == "50\n")
    }

    @Test func `commands in a loop read on where the one before stopped`() {
        let phone = DeviceOnDesk()
        let line =
            "cd /sdcard; while read -r n; do dd bs=$n count=1 iflag=fullblock status=none | sha256sum; done > sums; "
            + "cut -c 1-8 sums"
        let answer = phone.run(line, input: "3\nabc1\nx2\nyz")
        #expect(answer.output == "ba7816bf\n2d711642\n\(phone.run("printf yz | sha256sum").output.prefix(8))\n")
    }
}
