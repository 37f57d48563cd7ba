import Crypto
import DroverTesting
import Testing

@testable import Simulator

/// Archives on the phone: unpacked while they arrive, listed, made, and refused.
struct TarTests {
    /// A tar header, and the content with its padding.
    private static func entry(
        _ name: String, _ content: [UInt8] = [], type: Character = "0", mode: Int = 0o644,
        modified: Int = 1_600_000_000,
        link: String = ""
    ) -> [UInt8] {
        var block = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, _ start: Int) {
            for (index, byte) in text.utf8.enumerated() { block[start + index] = byte }
        }
        func octal(_ number: Int, _ digits: Int) -> String {
            String(number, radix: 8).leftPadded(to: digits, with: "0")
        }
        put(name, 0)
        put(octal(mode, 7), 100)
        put(octal(content.count, 11), 124)
        put(octal(modified, 11), 136)
        put("        ", 148)
        put(String(type), 156)
        put(link, 157)
        put("ustar\0" + "00", 257)
        put(octal(block.reduce(0) { $0 + Int($1) }, 6) + "\0", 148)
        return block + content + [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
    }

    private static func pax(_ records: [String: String]) -> [UInt8] {
        var body = ""
        for (key, value) in records.sorted(by: { $0.key < $1.key }) {
            let rest = " \(key)=\(value)\n"
            var length = rest.utf8.count + 1
            while "\(length)".utf8.count + rest.utf8.count != length { length += 1 }
            body += "\(length)\(rest)"
        }
        return entry("pax", Array(body.utf8), type: "x")
    }

    private static let end = [UInt8](repeating: 0, count: 1024)

    /// Runs a line with this input in pieces.
    private func run(_ phone: DeviceOnDesk, _ line: String, _ bytes: [UInt8], piece: Int = .max) -> DeviceOnDesk.Answer
    {
        let input = ShellInput()
        let answer = DeviceOnDesk.Box(DeviceOnDesk.Answer())
        let process = ShellProcess(phone.device) { answer.value.status = $0 }
        let streams = ShellStreams(
            input: input, output: ShellOutput { answer.value.output += String(decoding: $0, as: UTF8.self) },
            errors: ShellOutput { answer.value.errors += String(decoding: $0, as: UTF8.self) })
        process.start(line: Array(line.utf8), streams)
        var rest = bytes[...]
        while !rest.isEmpty {
            rest.prefix(piece).withUnsafeBytes { input.feed($0) }
            rest = rest.dropFirst(piece)
        }
        input.end()
        phone.letTimePass()
        return answer.value
    }

    private static let big = SeededNumbers.bytes(70_000)
    private static let archive: [UInt8] =
        entry("d/", type: "5", mode: 0o755, modified: 1_500_000_000) + entry("d/a.txt", Array("hello".utf8))
        + entry("d/run", Array("#!".utf8), mode: 0o755) + entry("d/big", big)
        + pax(["path": "d/ünï/" + String(repeating: "long", count: 60), "mtime": "1600000001.5"])
        + entry("short", Array("x".utf8)) + entry("d/ln", type: "2", link: "a.txt")
        + entry("d/hard", type: "1", link: "d/a.txt") + entry("d/empty") + end

    @Test("an archive is unpacked however it is cut", arguments: [1, 7, 511, 512, 513, 4096, Int.max])
    func unpack(piece: Int) throws {
        let phone = DeviceOnDesk()
        let answer = run(phone, "mkdir /sdcard/t; tar -x -C /sdcard/t", Self.archive, piece: piece)
        #expect(answer == .init(status: 0))
        let long = "d/ünï/" + String(repeating: "long", count: 60)
        #expect(
            phone.run("cd /sdcard/t; find . -type f | sort").output
                == ["./d/a.txt", "./d/big", "./d/empty", "./d/hard", "./d/run", "./\(long)"].map { "\($0)\n" }.joined())
        #expect(try phone.device.files.read("/sdcard/t/d/big").array == Self.big)
        #expect(phone.run("cd /sdcard/t/d; cat a.txt ln hard").output == "hellohellohello")
        #expect(
            phone.run("cd /sdcard/t; stat -c '%a %Y' d d/run \(long)").output
                == "755 1500000000\n755 1600000000\n644 1600000001\n")
        let deeds = phone.record.phone("sim-001").deeds
        #expect(deeds.receivedFiles == 5)
        #expect(deeds.files.map(\.path).first == "/storage/emulated/0/t/d/a.txt")
    }

    @Test func `what follows the archive's end is left to the next command`() {
        let line = "cd /sdcard; { tar -x; cat; }"
        #expect(run(DeviceOnDesk(), line, Self.archive + Array("rest".utf8)).output == "rest")
    }

    @Test func `an archive is listed`() {
        let answer = run(DeviceOnDesk(), "tar -tvf - | head -n 3", Self.archive)
        #expect(
            answer.output == """
                drwxr-xr-x 0/0         0  2017-07-14 02:40 d/
                -rw-r--r-- 0/0         5  2020-09-13 12:26 d/a.txt
                -rwxr-xr-x 0/0         2  2020-09-13 12:26 d/run

                """)
    }

    @Test func `what is packed on the phone comes out as it went in`() {
        let phone = DeviceOnDesk()
        let name = String(repeating: "n", count: 120)
        let answer = phone.run(
            """
            cd /sdcard; mkdir -p s/e; printf 1 > s/a; ln -s a s/l; printf 2 > s/\(name); touch -d @7 s/a; chmod 600 s/a
            tar -cf x.tar s; mkdir o; tar -xf x.tar -C o; cd o; find . | sort; stat -c '%a %Y %s' s/a; cat s/l s/\(name)
            """)
        #expect(answer.errors == "")
        #expect(answer.output == ".\n./s\n./s/a\n./s/e\n./s/l\n./s/\(name)\n600 7 1\n12")
    }

    @Test(
        "an archive that would leave its folder does not",
        arguments: [
            ("../out", "0", ""), ("a/../../out", "0", ""), ("/../out", "0", ""), ("..", "5", ""),
        ])
    func escapes(name: String, type: String, link: String) {
        let phone = DeviceOnDesk()
        let entry = Self.entry(name, Array("x".utf8), type: Character(type), link: link)
        let answer = run(phone, "mkdir /sdcard/t; tar -x -C /sdcard/t", entry + Self.end)
        #expect(phone.run("ls /sdcard/out").status == 1)
        #expect(answer.status == 1 || phone.run("ls /sdcard/t").output == "out\n")
    }

    @Test func `a link that leads out is not followed`() {
        let phone = DeviceOnDesk()
        let bytes =
            Self.entry("l", type: "2", link: "/data/local/tmp") + Self.entry("l/x", Array("x".utf8)) + Self.end
        let answer = run(phone, "mkdir /sdcard/t; tar -x -C /sdcard/t", bytes)
        #expect(answer.status == 1)
        #expect(answer.errors == "tar: 'l/x' /data/local/tmp/x not under '/storage/emulated/0/t'\ntar: had errors\n")
        #expect(phone.run("ls /data/local/tmp").output == "")
    }

    @Test func `no archive, and half of one, are told`() {
        #expect(
            run(DeviceOnDesk(), "tar -x -C /sdcard", [UInt8](repeating: 65, count: 600)).errors == "tar: Not tar\n")
        let half = run(DeviceOnDesk(), "tar -x -C /sdcard", Array(Self.archive.prefix(30_000)))
        #expect(half == .init(errors: "tar: EOF: Illegal seek\n", status: 1))
        #expect(DeviceOnDesk().run("tar -x -C /none").errors == "tar: chdir '/none': No such file or directory\n")
    }

    @Test func `a disk that fills up ends the unpacking with what fitted`() {
        let phone = DeviceOnDesk(capacity: 40_000)
        let answer = run(phone, "cd /sdcard; tar -x", Self.archive, piece: 1000)
        #expect(answer == .init(errors: "tar: write: No space left on device\n", status: 1))
        #expect(
            phone.run("cd /sdcard/d; ls; cat a.txt; df -k /sdcard | tail -n 1 | grep -c 100%").output
                == "a.txt\nbig\nrun\nhello1\n")
    }

    @Test func `phones that get the same share every content`() {
        let store = ContentStore()
        for _ in 0..<3 {
            let phone = DeviceOnDesk(contents: store)
            #expect(run(phone, "cd /sdcard; tar -x", Self.archive, piece: 999).status == 0)
            #expect(phone.run("sha256sum -b /sdcard/d/big").output == SHA256.hash(of: Self.big).hex + "\n")
            // The first phone's files are gone by now, and so are their contents.
            #expect(store.count == 5)
        }
    }

    @Test func `a phone that gets something else than the last one gets just that`() {
        let store = ContentStore()
        let first = DeviceOnDesk(contents: store)
        _ = run(first, "cd /sdcard; tar -x", Self.archive)
        var other = Self.big
        other[69_999] ^= 1
        for bytes in [other, Array(Self.big.dropLast()), Self.big + [1], [], other] {
            let phone = DeviceOnDesk(contents: store)
            _ = run(phone, "cd /sdcard; mkdir d; tar -x", Self.entry("d/big", bytes) + Self.end, piece: 1000)
            #expect(phone.run("sha256sum -b /sdcard/d/big").output == SHA256.hash(of: bytes).hex + "\n")
        }
    }
}
