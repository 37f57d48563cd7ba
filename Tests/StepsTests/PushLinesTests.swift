import Testing

@testable import Steps

struct PushLinesTests {
    @Test func `no shell line is longer than the phone takes, and nothing is lost`() {
        let paths = (0..<2000).map { "/sdcard/folder/file-\($0).bin" }
        let parts = ShellBatches.packed(paths, limit: 1750)
        #expect(parts.flatMap { $0 } == paths)
        #expect(parts.allSatisfy { ShellLine($0).description.utf8.count <= 1750 })
        let commands = parts.map { ShellLine(["mv", "-f"] + $0 + ["/sdcard/folder/"]).description }
        let lines = ShellBatches.joined(commands, limit: 3500)
        #expect(lines.allSatisfy { $0.utf8.count <= 3500 })
        #expect(lines.joined(separator: " && ") == commands.joined(separator: " && "))
    }

    @Test func `one word that is too long has a line of its own`() {
        let long = String(repeating: "x", count: 5000)
        #expect(ShellBatches.packed(["a", long, "b"], limit: 100) == [["a"], [long], ["b"]])
    }

    @Test(arguments: [
        ("plain", "plain"), ("", "''"), ("it's", "'it'\\''s'"), ("$(reboot)", "'$(reboot)'"), ("a b", "'a b'"),
        ("-rf", "-rf"), ("a\nb", "'a\nb'"), ("~", "'~'"),
    ])
    func `a word reaches the command as it is`(word: String, quoted: String) {
        #expect(ShellLine.quoted(word) == quoted)
    }

    @Test func `a NUL cannot be carried and is left out`() {
        #expect(ShellLine.quoted("a\0b") == "ab")
    }
}
