import DroverTesting
import Farm
import Glibc
import Lanes
import Payloads
import Testing

struct FilesPayloadTests {
    @Test func `a folder is delivered sorted, with links as links and empty folders`() throws {
        let scratch = try ScratchFolder()
        try scratch.write("2", to: "b/two")
        try scratch.write("1", to: "b-one")
        try scratch.write("", to: "b/empty")
        try scratch.write("hidden", to: ".hidden")
        try scratch.write("ü", to: "größe")
        try scratch.folder("hollow/inner")
        try scratch.link("outside", to: "/etc")
        try scratch.link("b/dangling", to: "../nowhere")
        let files = try PayloadStore().files(at: scratch.path)
        #expect(files.isFolder)
        #expect(
            files.entries.map(\.line) == [
                ".hidden = hidden", "b-one = 1", "b/dangling -> ../nowhere", "b/empty = ", "b/two = 2", "größe = ü",
                "hollow/inner/", "outside -> /etc",
            ])
        #expect(files.size == 10)
    }

    @Test func `one file is delivered under its own name, with mode and time`() throws {
        let scratch = try ScratchFolder()
        let path = try scratch.write("content", to: "tool.sh")
        #expect(chmod(path, 0o750) == 0)
        var times = [timeval(tv_sec: 1_000_000_000, tv_usec: 0), timeval(tv_sec: 1_000_000_000, tv_usec: 5)]
        #expect(utimes(path, &times) == 0)
        let files = try PayloadStore().files(at: path)
        let entry = try #require(files.entries.first)
        #expect(!files.isFolder)
        #expect(files.entries.count == 1)
        #expect(entry.line == "tool.sh = content")
        #expect(entry.mode == 0o750)
        #expect(entry.modified == 1_000_000_000)
    }

    @Test func `a link that was named by the person is followed`() throws {
        let scratch = try ScratchFolder()
        try scratch.write("1", to: "assets/one")
        try scratch.link("current", to: "assets")
        #expect(try PayloadStore().files(at: "\(scratch.path)/current").entries.map(\.line) == ["one = 1"])
    }

    @Test(arguments: [1, 4096, 4097, 65_536, 65_537, 300_000])
    func `files of any size arrive whole`(size: Int) throws {
        let scratch = try ScratchFolder()
        let text = String(repeating: "0123456789abcdef!", count: size / 17 + 1).prefix(size)
        try scratch.write(String(text), to: "folder/file")
        let entry = try #require(try PayloadStore().files(at: "\(scratch.path)/folder").entries.first)
        guard case .bytes(let bytes) = entry.content else {
            Issue.record("no file")
            return
        }
        #expect(bytes.text == text)
    }

    @Test func `an empty folder delivers nothing`() throws {
        let scratch = try ScratchFolder()
        let files = try PayloadStore().files(at: scratch.path)
        #expect(files.isFolder)
        #expect(files.entries.isEmpty)
    }

    @Test func `everything that cannot be delivered is named at once`() throws {
        let scratch = try ScratchFolder()
        try scratch.write("1", to: "fine")
        for name in ["a", "b", "c", "d"] { #expect(mkfifo("\(scratch.path)/pipe-\(name)", 0o600) == 0) }
        let error = #expect(throws: PayloadError.self) { try PayloadStore().files(at: scratch.path) }
        #expect(
            error?.reason == """
                holds 4 entries that cannot be delivered: pipe-a: is no file, folder or link; \
                pipe-b: is no file, folder or link; pipe-c: is no file, folder or link; and 1 more
                """)
    }

    @Test(.enabled(if: geteuid() != 0, "root reads everything"))
    func `a file that cannot be read is named`() throws {
        let scratch = try ScratchFolder()
        let path = try scratch.write("1", to: "a/secret")
        #expect(chmod(path, 0) == 0)
        let error = #expect(throws: PayloadError.self) { try PayloadStore().files(at: scratch.path) }
        #expect(error?.reason == "holds an entry that cannot be delivered: a/secret: Permission denied")
    }

    @Test func `a name that is no UTF-8 is refused`() throws {
        let scratch = try ScratchFolder()
        let name = Array(scratch.path.utf8CString.dropLast()) + [0x2f, -1, 0]
        let descriptor = open(name, O_CREAT | O_WRONLY, 0o600)
        try #require(descriptor >= 0)
        close(descriptor)
        let error = #expect(throws: PayloadError.self) { try PayloadStore().files(at: scratch.path) }
        #expect(error?.reason.hasSuffix("its name is not UTF-8") == true)
    }

    @Test func `a pipe is refused without waiting for a writer`() throws {
        let scratch = try ScratchFolder()
        let path = "\(scratch.path)/pipe"
        #expect(mkfifo(path, 0o600) == 0)
        let error = #expect(throws: PayloadError.self) { try PayloadStore().files(at: path) }
        #expect(error?.reason == "is neither a file nor a folder")
    }

    @Test(arguments: ["rewritten", "added", "removed", "swapped for a link"])
    func `a folder that is changed in mid-run is an error`(how: String) async throws {
        let scratch = try ScratchFolder()
        try scratch.write("1", to: "deep/one")
        try scratch.write("2", to: "deep/two")
        let clock = ManualClock()
        let store = PayloadStore(clock: clock)
        _ = try store.files(at: scratch.path)
        await clock.advance(by: .seconds(5))
        #expect(try store.files(at: scratch.path).entries.count == 2)
        switch how {
        case "rewritten": try scratch.write("one", to: "deep/one")
        case "added": try scratch.write("3", to: "deep/three")
        case "removed": try scratch.remove("deep/one")
        default:
            try scratch.remove("deep/one")
            try scratch.link("deep/one", to: "two")
        }
        await clock.advance(by: .seconds(5))
        let error = #expect(throws: PayloadError.self) { try store.files(at: scratch.path) }
        #expect(error?.reason.hasPrefix("has changed since the run began: deep") == true)
    }

    @Test func `all phones share the same bytes`() throws {
        let scratch = try ScratchFolder()
        try scratch.write("1", to: "one")
        let store = PayloadStore()
        let first = try store.files(at: scratch.path)
        let second = try store.files(at: scratch.path)
        guard case .bytes(let one) = first.entries[0].content, case .bytes(let two) = second.entries[0].content else {
            Issue.record("no files")
            return
        }
        #expect(one === two)
    }

    @Test func `what is not there is refused`() {
        let error = #expect(throws: PayloadError.self) { try PayloadStore().files(at: "/nonexistent/assets") }
        #expect(error?.description == "/nonexistent/assets does not exist")
    }
}
