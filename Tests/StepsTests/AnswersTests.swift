import Journal
import Testing

@testable import Steps

struct AnswersTests {
    @Test(arguments: [
        "", "\n\n\n", "garbage", "Packages:", "Packages:\n", "Package [com.x] (1):",
        "Packages:\n  Package [com.y] (1):\n",
        "Packages:\n  Package [com.x] (1):\n    versionCode=\n",
        "Packages:\n  Package [com.x] (1):\n    versionCode=abc\n",
        "Packages:\n  Package [com.x] (1):\n    versionCode=99999999999999999999999\n    User x: installed=true\n",
        "Packages:\n  Package [com.x", "User 0: installed=true",
        "Hidden system packages:\n  Package [com.x] (1):\n    versionCode=1\n",
    ])
    func `a dump that makes no sense is unclear, never a version and never absence`(text: String) {
        guard case .unclear = PackageAnswer(dump: text, package: "com.x") else {
            Issue.record("\(PackageAnswer(dump: text, package: "com.x"))")
            return
        }
    }

    @Test func `a megabyte in one line is read, and never repeated to a person`() {
        let line = String(repeating: "x", count: 1 << 20)
        guard case .unclear(let why) = PackageAnswer(dump: line, package: "com.x") else {
            Issue.record("a line of x is no package")
            return
        }
        #expect(why.count < 300)
        let dump = "Packages:\n  Package [com.x] (1):\n    versionCode=7 \(line)\n    User 0: installed=true\n"
        guard case .installed(let found) = PackageAnswer(dump: dump, package: "com.x") else {
            Issue.record("the version is there")
            return
        }
        #expect(found.versionCode == 7)
    }

    @Test func `a package whose name begins like another's is not that other`() {
        let dump = "Packages:\n  Package [com.x.pro] (1):\n    versionCode=7\n    User 0: installed=true\n"
        guard case .unclear = PackageAnswer(dump: dump, package: "com.x") else {
            Issue.record("com.x.pro is not com.x")
            return
        }
    }

    @Test func `words of a phone cannot move the cursor or turn the text around`() {
        let words = PhoneWords("\u{1B}[2J\u{202E}evil\u{7}\u{0}\r\nsecond")
        #expect(words.firstLine == "\u{FFFD}[2J\u{FFFD}evil\u{FFFD}\u{FFFD}")
        #expect(words.lastLine == "second")
        #expect(PhoneWords(" \n\t\n").firstLine.isEmpty)
    }

    @Test(
        arguments: [
            ("Filesystem     1K-blocks    Used Available Use% Mounted on\n/dev/dm-5 1000 900 100 90% /data", 102_400),
            (
                "Filesystem 1K-blocks Used Available Use% Mounted on\n/dev/block/very/long\n  1000 900 50 90% /data",
                51_200
            ),
            (
                "Filesystem               Size     Used     Free   Blksize\n/data                  12.5G     3.2G     9.5G   4096",
                10_200_547_328
            ),
        ] as [(String, UInt64)])
    func `free space is read from old and new tables`(text: String, bytes: UInt64) {
        #expect(FreeSpace(reading: text)?.bytes == bytes)
    }

    @Test(arguments: [
        "", "df: not found", "Filesystem", "Filesystem 1K-blocks Used Available", "Filesystem Available\n/data -5",
        "Filesystem Available\n/data lots", "Filesystem Free\nx infG",
    ])
    func `free space that cannot be read is unknown, not zero`(text: String) {
        #expect(FreeSpace(reading: text) == nil)
    }

    @Test func `sums count only when every file has one`() {
        let sum = String(repeating: "A", count: 64)
        let sums = FileSums(reading: "\(sum)  /a\nsha256sum: /b: No such file\n\(sum) */c\nshort  /d\n")
        #expect(sums.sums(of: ["/a", "/c"]) == [sum.lowercased(), sum.lowercased()])
        #expect(sums.sums(of: ["/a", "/b"]) == nil)
        #expect(sums.sums(of: []) == nil)
    }

    @Test(
        arguments: [
            ("1700000000123456789", 1_700_000_000_123), ("1700000000", 1_700_000_000_000),
            ("1700000000N", 1_700_000_000_000),
        ] as [(String, Int64)])
    func `the phone's time is read with and without fractions`(text: String, milliseconds: Int64) {
        #expect(LogWatch.milliseconds(text) == milliseconds)
    }

    @Test(arguments: ["", "date: bad", "17", "99999999999999999999999999", "-1700000000"])
    func `a time that makes no sense is none`(text: String) {
        #expect(LogWatch.milliseconds(text) == nil)
    }

    @Test func `a line is found however it is cut`() {
        let bytes = Array("one\nthe MainMenu ready line\nrest".utf8)
        for cut in 0...bytes.count {
            let finder = LineFinder("MainMenu ready")
            _ = bytes[..<cut].withUnsafeBytes { finder.take($0) }
            _ = bytes[cut...].withUnsafeBytes { finder.take($0) }
            #expect(finder.found == "the MainMenu ready line", "cut at \(cut)")
        }
    }

    @Test func `a line without an end is not kept in memory for ever`() {
        let finder = LineFinder("never")
        let piece = [UInt8](repeating: 0x78, count: 1 << 20)
        for _ in 0..<4 { #expect(!piece.withUnsafeBytes { finder.take($0) }) }
    }

    @Test(arguments: [
        "INSTALL_FAILED_ALREADY_EXISTS", "INSTALL_FAILED_INSUFFICIENT_STORAGE", "INSTALL_FAILED_INVALID_APK",
        "INSTALL_FAILED_MISSING_SPLIT", "INSTALL_FAILED_NO_MATCHING_ABIS", "INSTALL_FAILED_OLDER_SDK",
        "INSTALL_FAILED_TEST_ONLY", "INSTALL_FAILED_UPDATE_INCOMPATIBLE", "INSTALL_FAILED_USER_RESTRICTED",
        "INSTALL_FAILED_VERSION_DOWNGRADE",
    ])
    func `the ten commonest refusals come with one line of advice`(code: String) throws {
        let advice = try #require(InstallAdvice.line(for: code))
        #expect(!advice.contains("\n") && advice.count < 120)
    }

    @Test(arguments: [
        ("INSTALL_FAILED_VERSION_DOWNGRADE", true), ("INSTALL_FAILED_UPDATE_INCOMPATIBLE", true),
        ("INSTALL_FAILED_OLDER_SDK", true), ("INSTALL_FAILED_INSUFFICIENT_STORAGE", false),
        ("INSTALL_FAILED_INTERNAL_ERROR", false), ("INSTALL_FAILED_INVALID_APK", false),
        ("INSTALL_FAILED_VENDOR_SPECIAL", false), ("exit 1", false),
    ])
    func `what Android decides by comparing stays so`(code: String, staysSo: Bool) {
        let failure = StepFailure(code: code, operation: "install", reason: code)
        #expect(StepOutcome(.failed(failure)).staysSo == staysSo)
    }

    @Test func `a code that nobody knows gets no advice`() {
        #expect(InstallAdvice.line(for: "INSTALL_FAILED_VENDOR_SPECIAL") == nil)
        #expect(InstallAdvice.line(for: "VERSION_DOWNGRADE") == nil)
    }
}
