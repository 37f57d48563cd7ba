import Crypto
import DroverTesting
import Testing

@testable import Simulator

/// The programs that deliveries use, and what they say.
struct ToolTests {
    typealias Line = ShellTests.Line

    private static let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

    static let hashes: [Line] = [
        Line("printf abc > /sdcard/a; sha256sum /sdcard/a", "\(abc)  /sdcard/a\n"),
        Line("printf abc | sha256sum -b", "\(abc)\n"),
        Line("printf abc | sha1sum", "a9993e364706816aba3e25717850c26c9cd0d89d  -\n"),
        Line(
            "cd /sdcard; printf abc > a; sha256sum none a", "\(abc)  a\n",
            errors: "sha256sum: none: No such file or directory\n", status: 1),
        Line("cd /sdcard; printf abc > a; sha256sum a > l; sha256sum -c l", "a: OK\n"),
        Line("cd /sdcard; printf abc > a; sha256sum a > l; printf x > a; sha256sum -c l", "a: FAILED\n", status: 1),
        Line("cd /sdcard; printf abc > a; sha256sum a | sha256sum -c -; echo nothing | sha256sum -c", "a: OK\n"),
        Line(
            "cd /sdcard; echo '\(abc)  gone' | sha256sum -c -", "gone: FAILED\n",
            errors: "sha256sum: gone: No such file or directory\n", status: 1),
        Line("cd /sdcard; printf abc > a; sha256sum a > l; printf x > a; sha256sum -cs l", "", status: 1),
        Line("sha256sum -c /dev/null", "", errors: "sha256sum: /dev/null: no lines\n", status: 1),
        Line("cd /sdcard; printf 1 > a; printf 1 > b; cmp a b && printf 2 > b; cmp -s a b || echo differ", "differ\n"),
    ]

    static let parts: [Line] = [
        Line("cd /sdcard; printf 0123456789 > f; head -c 3 f; tail -c 3 f; tail -c +8 f", "012789789"),
        Line("printf 0123456789 | { head -c 3; cat; }", "012"),
        Line("printf 0123456789 | tail -c 4", "6789"),
        Line("head -c 4 /dev/zero | wc -c", "4\n"),
        Line("seq 5 | tail -n +4", "4\n5\n"),
        Line("cd /sdcard; printf 0123456789 > f; dd if=f bs=2 skip=1 count=2 2>/dev/null", "2345"),
        Line(
            "cd /sdcard; printf 0123456789 > f; printf ab | dd of=f bs=2 seek=2 conv=notrunc status=none; cat f",
            "0123ab6789"),
        Line("cd /sdcard; printf 0123456789 > f; printf ab | dd of=f bs=2 seek=2 status=none; cat f", "0123ab"),
        Line("cd /sdcard; printf ab | dd of=g bs=1 seek=2 status=none; wc -c g", "4 g\n"),
        Line(
            "printf abc | dd bs=2", "abc",
            errors: "1+1 records in\n1+1 records out\n3 bytes copied, 0.000001 s\n"),
        Line("dd if=/none", "", errors: "dd: /none: No such file or directory\n", status: 1),
        Line("dd if=/dev/zero bs=1M count=3 status=none | wc -c", "3145728\n"),
        Line("dd oops", "", errors: "dd: bad argument oops\n", status: 1),
        Line(
            "cd /sdcard; printf 01234 > f; split -b 2 f part.; cat part.aa part.ac; ls part.*",
            "014part.aa\npart.ab\npart.ac\n"),
        Line(
            "cd /sdcard; printf 01234 > f; truncate -s 3 f; cat f; truncate -s +2 f; wc -c f; truncate -s 1K f; wc -c f",
            "0125 f\n1024 f\n"),
    ]

    static let finding: [Line] = [
        Line("cd /sdcard; mkdir -p t/u; touch t/a.txt t/u/b; find t -type f", "t/a.txt\nt/u/b\n"),
        Line("cd /sdcard; mkdir t; touch t/a t/b; find t -type f -print0 | xargs -0 -n 1 echo x", "x t/a\nx t/b\n"),
        Line("cd /sdcard; mkdir t; touch t/a t/b; find t -type f -exec echo {} +", "t/a t/b\n"),
        Line("cd /sdcard; mkdir t; touch t/a t/b; find t -type f -exec echo {} ';'", "t/a\nt/b\n"),
        Line("cd /sdcard; mkdir t; touch t/a t/b; find t ! -name a -type f -o -name t -print", "t\n"),
        Line(
            "cd /sdcard; mkdir t; printf 12345 > t/a; touch t/b; find t -size +4c; find t -empty -type f", "t/a\nt/b\n"),
        Line(
            "cd /sdcard; mkdir -p t/u; touch t/u/a; find t -depth -delete; ls",
            "t/u/a\nt/u\nt\nAlarms\nAndroid\nDCIM\nDownload\nMovies\nMusic\nPictures\nRingtones\n"),
        Line("cd /sdcard; mkdir t; touch -d @1600000000 t/old; touch t/new; find t -type f -mtime +100", "t/old\n"),
        Line("cd /sdcard; mkdir t; touch -d @5 t/a; find t -type f -printf '%s %T@ %P\\n'", "0 5.0000000000 a\n"),
        Line("find /none", "", errors: "find: '/none': No such file or directory\n", status: 1),
        Line("find /sdcard -oops x", "", errors: "find: bad arg '-oops'\n", status: 1),
        Line("printf '' | xargs -r echo x; echo $?", "0\n"),
        Line("printf 'a b\\nc' | xargs echo", "a b c\n"),
        Line("echo none | xargs cat 2>/dev/null; echo $?", "123\n"),
        Line("cd /sdcard; mkdir -p a/b; head -c 2048 /dev/zero > a/b/f; du -s a; du -k a", "2\ta\n2\ta/b\n2\ta\n"),
    ]

    static let others: [Line] = [
        Line("printf 'b 2\\na 10\\nb 2\\n' | sort -u; seq 10 | sort -rn | head -n 2", "a 10\nb 2\n10\n9\n"),
        Line("printf 'a:b:c\\n' | cut -d : -f 1,3; printf 'abcdef\\n' | cut -c 2-3", "a:c\nbc\n"),
        Line(
            "cd /sdcard; touch -d 2001-09-09T01:46:40 a; touch -t 200109090146.40 b; stat -c %Y a b",
            "1000000000\n1000000000\n"),
        Line("cd /sdcard; touch -d @9 a; touch -r a b; cp -p a c; stat -c %Y b c", "9\n9\n"),
        Line("cd /sdcard; mkdir d; touch d/a; chmod -R 700 d; stat -c %a d d/a", "700\n700\n"),
        Line("cd /sdcard; printf a > x; printf b >> x; printf c | tee -a x; cat x; wc -c x", "cabc3 x\n"),
        Line("mkdir -m 700 /data/local/tmp/m; stat -c '%a %F' /data/local/tmp/m", "700 directory\n"),
        Line("cd /sdcard; : > a; printf 1 > b; stat -c %F a b", "regular empty file\nregular file\n"),
        Line("zstd -d", "", errors: "/system/bin/sh: zstd: inaccessible or not found\n", status: 127),
    ]

    @Test(
        "a program does what toybox' does", arguments: [hashes, parts, finding, others].flatMap(\.self))
    func program(_ line: Line) {
        let answer = DeviceOnDesk().run(line.line)
        #expect(answer.output == line.output)
        #expect(answer.errors == line.errors)
        #expect(answer.status == line.status)
    }

    @Test func `several files move into a folder`() {
        let answer = DeviceOnDesk().run("cd /sdcard; mkdir d; touch a b; mv a b d; ls d")
        #expect(answer == .init(output: "a\nb\n", status: 0))
    }

    @Test func `without fullblock a short read counts as a block`() {
        let phone = DeviceOnDesk()
        for (flag, expected) in [("", "ab"), (" iflag=fullblock", "abcd")] {
            let input = ShellInput()
            var output = ""
            let process = ShellProcess(phone.device) { _ in }
            let sink = ShellOutput { output += String(decoding: $0, as: UTF8.self) }
            let streams = ShellStreams(input: input, output: sink, errors: sink)
            process.start(line: Array("dd bs=4 count=1 status=none\(flag)".utf8), streams)
            Array("ab".utf8).withUnsafeBytes { input.feed($0) }
            Array("cdef".utf8).withUnsafeBytes { input.feed($0) }
            #expect(output == expected)
        }
    }

    @Test(
        "what a phone lacks is refused in its words",
        arguments: [
            (PhoneTool.sha256sum, "sha256sum /sdcard/x", "/system/bin/sh: sha256sum: inaccessible or not found\n"),
            (.tar, "tar -t", "/system/bin/sh: tar: inaccessible or not found\n"),
            (.ddNotrunc, "dd if=/dev/zero count=0 conv=notrunc", "dd: bad conv=notrunc\n"),
            (.ddFlags, "dd if=/dev/zero count=0 iflag=fullblock", "dd: bad argument iflag=fullblock\n"),
            (.headBytes, "head -c 1 /dev/zero", "head: Unknown option 'c'\n"),
        ])
    func missing(tool: PhoneTool, line: String, errors: String) {
        let answer = DeviceOnDesk(Profile.android14.without(tool)).run(line)
        #expect(answer.errors == errors)
        #expect(answer.status != 0)
    }

    @Test func `a patched file is parts of others, and its hash is right`() throws {
        let phone = DeviceOnDesk()
        let bytes = SeededNumbers.bytes(1 << 20)
        let content = try bytes.withUnsafeBytes { buffer in
            let writer = ContentWriter(store: phone.contents)
            try writer.append(buffer)
            return try writer.finish()
        }
        try phone.device.files.write(content, to: "/sdcard/big", at: 0)
        let line =
            "cd /sdcard; cp big new; printf 1234 | dd of=new bs=4 seek=1000 conv=notrunc status=none; sha256sum new"
        var patched = bytes
        patched.replaceSubrange(4000..<4004, with: Array("1234".utf8))
        let digest = patched.withUnsafeBytes { SHA256.hash(of: $0) }
        #expect(phone.run(line).output == "\(digest.hex)  new\n")
        let first = try phone.device.files.read("/sdcard/new")
        guard case .joined(let slices) = first.body else { return #expect(Bool(false), "the file was copied") }
        #expect(slices.count == 3 && slices[0].content === content)
        // The same patch on the same file is the same content.
        _ = phone.run("cd /sdcard; cp big other; printf 1234 | dd of=other bs=4 seek=1000 conv=notrunc status=none")
        #expect(try phone.device.files.read("/sdcard/other") === first)
        #expect(phone.run("cat /sdcard/new | tail -c +4001 | head -c 4").output == "1234")
    }

    @Test func `a full disk ends a patch, and the file stays as it was`() {
        let phone = DeviceOnDesk(capacity: 10)
        let answer = phone.run("cd /sdcard; printf 12345678 > f; printf abc | dd of=f seek=8 bs=1 conv=notrunc; cat f")
        #expect(answer.errors == "dd: f: No space left on device\n")
        #expect(answer.output == "12345678")
    }

    @Test func `a redirection to a full disk fails the command`() {
        let answer = DeviceOnDesk(capacity: 4).run("printf 12345 > /sdcard/f")
        #expect(answer.errors == "f: No space left on device\n")
        #expect(answer.status == 1)
    }

    @Test func `storage that loses times has none but its own`() {
        var profile = Profile.android14
        profile.quirks.insert(.sharedStorageLosesTimes)
        let phone = DeviceOnDesk(profile)
        let line = "for d in /sdcard /data/local/tmp; do touch -d @5 $d/a; touch -d @6 $d/a; stat -c %Y $d/a; done"
        #expect(phone.run(line).output == "1700000000\n6\n")
    }
}
