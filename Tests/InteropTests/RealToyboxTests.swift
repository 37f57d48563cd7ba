import ADB
import Foundation
import Lanes
import Simulator
import Testing

/// Toybox and mksh, which are the programs and the shell of phones, as Debian packs them: they and our phones must say
/// the same.
@Suite(
    "Our phones and real toybox",
    .enabled(if: RealToybox.isThere, "toybox and mksh are not installed; scripts/setup.sh does it"),
    .timeLimit(.minutes(5))
)
struct RealToyboxTests {
    static let lines = [
        // Hashes.
        "printf abc > a; sha256sum a; sha1sum a; md5sum a; printf abc | sha256sum; sha256sum -b a",
        "printf abc > a; sha256sum a > l; sha256sum -c l; printf x > a; sha256sum -c l; echo $?; sha256sum -cs l; echo $?",
        "printf abc > a; sha256sum a > l; rm a; sha256sum -c l; echo $?; sha256sum none a; echo $?",
        "sha256sum -c /dev/null; echo $?; printf 'x\\n' | sha256sum -c; echo $?; printf 'x\\n' | sha256sum -c -; echo $?",
        "printf '%5s|%-5s|%05d|%x|%o|%c|%%\\n' ab ab 7 255 8 q; echo 'a\\nb\\x41\\0101'; echo -n x; echo -E 'a\\tb'",
        // Parts.
        "printf 0123456789 > f; head -c 3 f; tail -c 3 f; tail -c +8 f; printf 0123456789 | { head -c 3; cat; }",
        "printf 01234 > f; split -b 2 f part.; cat part.aa part.ac; ls part.*",
        "printf 01234 > f; truncate -s 3 f; cat f; truncate -s +2 f; wc -c f; truncate -s 1K f; wc -c f",
        "seq 5 | tail -n +4; seq 20 | head -n 2; seq 3 | tail -n 1",
        // Blocks.
        "printf 0123456789 > f; dd if=f bs=2 skip=1 count=2 status=none; printf ab | dd of=f bs=2 seek=2 conv=notrunc status=none; cat f",
        "printf 0123456789 > f; printf ab | dd of=f bs=2 seek=2 status=none; cat f; printf ab | dd of=g bs=1 seek=2 status=none; wc -c g",
        "printf abcdef | dd bs=4 count=1 iflag=fullblock status=none; dd if=/dev/zero bs=1M count=3 status=none | wc -c",
        "printf '3\\nabc1\\nx' | while read -r n; do dd bs=$n count=1 iflag=fullblock status=none | sha256sum; done",
        "printf 0123456789 > f; dd if=f iflag=skip_bytes,count_bytes skip=3 count=4 bs=1M status=none; wc -c f",
        "printf 0123456789 > f; printf Z | dd of=f oflag=seek_bytes seek=5 bs=1M conv=notrunc status=none; cat f",
        "printf 12 > f; printf 34 | dd of=f oflag=append conv=notrunc status=none; cat f; dd if=none of=x 2>/dev/null; echo $?",
        "head -c 300000 /dev/zero > f; i=0; while [ $i -lt 3 ]; do dd if=f bs=131072 skip=$i count=1 2>/dev/null | sha256sum; i=$((i+1)); done",
        // Finding.
        "mkdir -p t/u; touch t/a.txt t/u/b; find t -type f | sort; find t -name '*.txt'; find t -type d | sort",
        "mkdir t; touch t/a t/b; find t -type f -print0 | sort -z | xargs -0 -n 1 echo x",
        "mkdir t; printf 12345 > t/a; touch t/b; find t -size +4c -type f; find t -empty -type f; find t -maxdepth 0",
        "mkdir t; touch -d @5 t/a; find t -type f -printf '%s %P %p %f %m\\n'; find t -type f -exec echo {} +",
        "mkdir -p t/u; touch t/u/a; find t -depth -delete; ls; find /none; echo $?",
        "echo none | xargs cat; echo $?; printf '' | xargs -r echo x; printf '' | xargs echo y; printf 'a b\\nc' | xargs echo",
        // What is removed beside a delivery.
        "mkdir -p t/u/v; touch t/a t/u/b; ln -s /tmp t/l; cd -P t && find . -xdev ! -type d -print0 | sort -z | xargs -0 -n 1 echo",
        "mkdir -p t/u; touch t/a; cd t; find . -xdev -type d -print0 | xargs -0 -n 1 echo; find . -xdev ! -type d -print0 | wc -c",
        "mkdir -p t/u; touch t/-rf 't/a b'; ln -s . t/l; cd t; printf './-rf\\0./a b\\0./l\\0./none\\0./u\\0' | xargs -0 rm -f; echo $?; ls",
        "mkdir -p t/u t/v; touch t/u/c; cd t; printf './u\\0./v\\0./none\\0' | xargs -0 rmdir; echo $?; ls",
        "mkdir t; ln -s t l; w=$(pwd -P); cd -P l && [ \"$(pwd -P)\" = \"$w/t\" ] && echo same; [ -L ../l ] && echo link",
        "[ -L none ] && echo link; cd -P none && pwd -P && cat x; echo $?; touch m; [ -f m ] && [ ! -L m ] && cat m; echo $?",
        "printf '%s\\n' 'a\\b %d' > m; cat m; for t in find nonesuch rmdir; do command -v $t >/dev/null 2>&1 || echo lacks $t; done",
        // Files.
        "mkdir -p d/e; touch a b; mv a b d; ls d; cp -r d f; ls f; rm -rf d f; ls; rm none; rm -f none; rmdir none",
        "touch -d @9 a; touch -r a b; cp -p a c; stat -c '%Y %s %F' a b c; printf 1 > a; stat -c '%F %a' a",
        "mkdir d; touch d/a; chmod -R 700 d; stat -c '%a %n' d d/a; mkdir -m 711 e; stat -c %a e; touch none/x; cp none x",
        "printf a > x; printf b >> x; printf c | tee -a x; cat x; wc -c x; cat none; wc -l none",
        "touch -d 2001-09-09T01:46:40 a; touch -t 200109090146.40 b; stat -c %Y a b",
        // Text.
        "printf 'b 2\\na 10\\nb 2\\n' | sort -u; seq 10 | sort -rn | head -n 2; printf 'a\\na\\nb\\n' | uniq",
        "printf 'a:b:c\\n' | cut -d : -f 1,3; printf 'abcdef\\n' | cut -c 2-3; printf 'a b c\\n' | cut -d ' ' -f 2-",
        // The shell.
        "printf 'a b c\\nd\\n' | while read -r x y; do echo \"$x|$y\"; done",
        "printf ' a\\\\b \\n' | while IFS= read -r x; do echo \"[$x]\"; done; printf one | { read -r x; echo \"$? $x\"; }",
        "printf 'a:b::c\\n' | { IFS=: read -r x y z; echo \"$x-$y-$z\"; }; x=a:b; IFS=:; echo $x",
        "echo $((1+2*3)) $(( (1+2)*3 )) $((7/2)) $((7%2)) $((-7/2)) $((2147483647+1)) $((65536*65536)) $((1<<20)) $((010))",
        "i=5; i=$((i+1)); echo $i $((i<7)) $((i==6&&1)) $((!i)) $((i+=2)) $((i++)) $i $((5>3?1:2)) $((~0)) $((6&3)) $((6^2))",
        "[ 3000000000 -gt 1 ]; echo $?; [ 5 -gt 1 ]; echo $?; echo $((1+)); echo never",
        "cat <<EOF\na $((1+1)) \"q\"\n$HOME\nEOF\ncat <<'EOF'\n$HOME\nEOF\ncat <<-EOF\n\tin\n\tEOF\necho after",
        "cat <<A; cat <<B\none\nA\ntwo\nB\necho z; cat <<< word",
        "for i in 1 2 3 4; do [ $i = 2 ] && continue; [ $i = 4 ] && break; echo $i; done",
        "case abc in x) echo x;; a*|b) echo a;; *) echo other;; esac; case '*' in '?') echo no;; '*') echo star;;\nesac",
        "f() { echo \"$1-$#\"; return 3; }; f x y; echo $?; g() { for i in 1 2; do return 4; done; }; g; echo $?",
        "set -- a 'b c'; for x in \"$@\"; do echo \"$x\"; done; shift; echo $1; p=/a/b.txt; echo ${p##*/} ${p%/*} ${p%.txt} ${#p}",
        "X=1 true; echo \"[$X]\"; sh -c 'echo $1 $#' name arg; printf 'echo in\\nexit 5\\n' | sh; echo $?",
        // Archives.
        "mkdir -p d/e; printf hello > d/a; ln -s a d/l; touch -h -d @1600000000 d/a d/l d/e d; tar -cf x.tar d; tar -tf x.tar | sort",
        "mkdir d; printf 1 > d/a; tar -cf x.tar d; mkdir o; cat x.tar | tar -x -C o; echo $?; cat o/d/a; tar -xvf x.tar -C o",
        "printf '%600s' x | tar -x; echo $?; tar -x </dev/null; echo $?; tar -x -C /none; tar -xf none.tar; tar -cf - none | wc -c",
        "ln -s /tmp l; tar -cf x.tar l; rm l; mkdir l; touch l/x; tar -cf y.tar l/x; mkdir o; tar -x -C o < x.tar; cd o; tar -x < ../y.tar 2>/dev/null; echo $?; ls",
    ]

    @Test("a line says the same", arguments: lines)
    func line(_ line: String) async throws {
        let real = try await RealToybox.run(line)
        try await withFarm(SimulationOptions(phones: 1)) { farm in
            try await withLink(to: try #require(farm.phones[0].address?.port)) { phone in
                let answer = try await phone.run("mkdir -p /data/local/tmp/w; cd /data/local/tmp/w; \(line)")
                #expect(String(decoding: answer.output, as: UTF8.self) == real.output)
                #expect(answer.exit == Int(real.exitCode))
                #expect(
                    Self.withoutShell(String(decoding: answer.error, as: UTF8.self)) == Self.withoutShell(real.error))
            }
        }
    }

    /// Where the shell lies, and what colour its messages have, differs from build to build.
    private static func withoutShell(_ text: String) -> String {
        text.split(separator: "\n").map { line in
            guard let end = line.firstRange(of: "sh: ") else { return String(line) }
            return "sh: " + line[end.upperBound...]
        }
        .joined(separator: "\n").replacing(" (see \"tar --help\")", with: "")
    }

    @Test func `archives of GNU tar unpack on our phones, and theirs with GNU tar`() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let long = String(repeating: "a-long-name/", count: 12) + "ünï cödé"
        try folder.file("tree/\(long)", "deep")
        try folder.file("tree/empty", "")
        try folder.file("tree/odd name;$x", SeededNumbersOnDisk.bytes)
        let list = "cd tree && find . -type f -print0 | sort -z | xargs -0 sha256sum"
        let expected = try await RealToybox.run(list, in: folder.path).output
        for format in ["gnu", "pax", "ustar"] {
            let made = try await run(
                "/usr/bin/tar",
                ["--format=\(format)", "-cf", "\(folder.path)/\(format).tar", "-C", folder.path, "tree"],
                environment: [:])
            #expect(made.exitCode == 0, "\(made.text)")
            let archive = try SharedBytes(mapping: "\(folder.path)/\(format).tar")
            try await withFarm(SimulationOptions(phones: 1)) { farm in
                try await withLink(to: try #require(farm.phones[0].address?.port)) { phone in
                    let unpacked = try await phone.feed("cd /data/local/tmp; tar -x", input: [SharedSlice(archive)])
                    #expect(unpacked.exit == 0)
                    let listed = try await phone.run("cd /data/local/tmp; \(list)")
                    #expect(String(decoding: listed.output, as: UTF8.self) == expected)
                    let back = try await phone.run("cd /data/local/tmp; tar -c tree")
                    let path = try folder.file("back-\(format).tar", back.output)
                    let gnu = try await run(
                        "/bin/sh", ["-c", "mkdir '\(path).d' && tar -xf '\(path)' -C '\(path).d'"],
                        environment: ["PATH": "/usr/bin:/bin"])
                    #expect(gnu.exitCode == 0, "\(gnu.text)")
                    #expect(try await RealToybox.run(list, in: "\(path).d").output == expected)
                }
            }
        }
    }
}

/// Bytes that are no text.
private enum SeededNumbersOnDisk {
    static let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 7 ^ $0 >> 8) }
}

/// Debian's toybox and mksh, called as a phone calls its own.
enum RealToybox {
    static let isThere = ["/usr/bin/toybox", "/usr/bin/mksh"].allSatisfy(FileManager.default.isExecutableFile)

    /// Runs a line in a folder of its own, or in the one given, with nothing but toybox' programs.
    static func run(_ line: String, in place: String? = nil) async throws -> ProgramResult {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        // Debian leaves dd out of toybox; GNU's knows the same words.
        let prepare =
            "mkdir \(folder.path)/bin \(folder.path)/w; for t in $(/usr/bin/toybox); do "
            + "/bin/ln -s /usr/bin/toybox \(folder.path)/bin/$t; done; /bin/ln -s /usr/bin/mksh \(folder.path)/bin/sh; "
            + "/bin/ln -s /bin/dd \(folder.path)/bin/dd; "
        return try await InteropTests.run(
            "/usr/bin/mksh",
            [
                "-c",
                prepare + "cd \(place ?? folder.path + "/w") && PATH=\(folder.path)/bin && umask 022 && "
                    + "exec /usr/bin/mksh -c \"$1\"", "mksh", line,
            ], environment: ["HOME": "/", "TZ": "UTC", "PATH": "/usr/bin:/bin"])
    }
}
