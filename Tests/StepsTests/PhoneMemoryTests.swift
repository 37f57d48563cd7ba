import DroverTesting
import Farm
import Testing

@testable import Steps

struct PhoneMemoryTests {
    @Test func `what one memory keeps another reads`() throws {
        let scratch = try ScratchFolder()
        let folder = scratch.path
        FilePhoneMemory(folder: folder + "/a/b").remember("value | with, signs", as: "app com.x", of: .phone("px-1"))
        let other = FilePhoneMemory(folder: folder + "/a/b")
        #expect(other.recall("app com.x", of: .phone("px-1")) == "value | with, signs")
        #expect(other.recall("app com.x", of: .phone("px-2")) == nil)
        other.remember(nil, as: "app com.x", of: .phone("px-1"))
        #expect(FilePhoneMemory(folder: folder + "/a/b").recall("app com.x", of: .phone("px-1")) == nil)
    }

    @Test(arguments: ["../../etc/passwd", "rack/serial", "a b", ".", "..", "%2e"])
    func `no phone's name leads out of the folder`(name: String) {
        let memory = FilePhoneMemory(folder: "/state")
        let path = memory.path(of: .phone(name))
        #expect(path.dropFirst("/state/".count).allSatisfy { $0 != "/" && $0 != "." })
        #expect(path != memory.path(of: .phone(name + "x")))
    }

    @Test func `a folder that cannot be written is no failure`() {
        let memory = FilePhoneMemory(folder: "/proc/nowhere")
        memory.remember("value", as: "key", of: .phone("px-1"))
        #expect(memory.recall("key", of: .phone("px-1")) == nil)
    }

    @Test(arguments: ["", "nonsense", "drover phone memory 2\na\tb\n", "drover phone memory 1\na\tb", "\u{0}\u{0}"])
    func `a damaged page is an empty one`(text: String) {
        #expect(MemoryPage(reading: text).entries.isEmpty)
    }

    @Test func `a page comes back as it went, and lines are not to be smuggled in`() {
        var page = MemoryPage()
        page.entries = ["a": "1", "b": "", "c": "ü"]
        #expect(MemoryPage(reading: page.text) == page)
        let memory = ShortMemory()
        memory.remember("x\nb\ty", as: "a", of: .phone("px-1"))
        #expect(memory.recall("a", of: .phone("px-1")) == nil)
    }

    @Test(arguments: [
        "", "||||||", "way|time|path|", "way||path|sums|signer|", "way|time|path||signer|", "a|b|c|d|e|f|g",
    ])
    func `a damaged record is none`(text: String) {
        #expect(InstalledRecord(reading: text) == nil)
    }

    @Test func `a record counts only for the very same installation`() throws {
        var dump = PackageDump()
        dump.lastUpdateTime = "2026-11-20 10:00:00"
        dump.codePath = "/data/app/x-1"
        let record = try #require(InstalledRecord(of: dump, by: "tcp:a:1", sums: ["bb", "aa"], signer: "key"))
        let text = try #require(record.text)
        let again = try #require(InstalledRecord(reading: text))
        #expect(again == record)
        #expect(again.sums == ["aa", "bb"])
        #expect(again.holds(for: dump, by: "tcp:a:1"))
        #expect(!again.holds(for: dump, by: "tcp:b:1"))
        dump.codePath = "/data/app/x-2"
        #expect(!again.holds(for: dump, by: "tcp:a:1"))
        dump.codePath = "/data/app/x-1"
        dump.lastUpdateTime = nil
        #expect(!again.holds(for: dump, by: "tcp:a:1"))
        #expect(InstalledRecord(of: dump, by: "tcp:a:1", sums: ["aa"], signer: "key") == nil)
        dump.lastUpdateTime = "a|b"
        #expect(InstalledRecord(of: dump, by: "tcp:a:1", sums: ["aa"], signer: "key")?.text == nil)
    }
}
