import DroverTesting
import Glibc
import Lanes
import Packing
import Testing

struct TreeScanTests {
    private func scan(
        _ scratch: ScratchFolder, include: [String] = [], exclude: [String] = []
    ) -> (lines: [String], problems: [String]) {
        var scan = TreeScan(include: IgnoreRules(include), exclude: IgnoreRules(exclude))
        scan.add(folder: scratch.path)
        let lines = scan.finish().entries.map(line)
        return (lines, scan.problems.map { "\($0.path): \($0.reason)" })
    }

    private func line(_ entry: TreeEntry) -> String {
        switch entry.kind {
        case .file: "\(entry.path) \(entry.stamp.size)"
        case .folder: "\(entry.path)/"
        case .link(let text): "\(entry.path) -> \(text)"
        case .hardLink(let path): "\(entry.path) = \(path)"
        }
    }

    @Test func `a tree comes in the order of its bytes`() throws {
        let scratch = try ScratchFolder()
        for name in ["b/two", "b-one", "b/a/deep", "B", "größe", ".hidden", "b!"] { try scratch.write("12", to: name) }
        try scratch.folder("hollow")
        try scratch.link("dangling", to: "nowhere/at/all")
        try scratch.link("outside", to: "/etc")
        #expect(
            scan(scratch).lines == [
                ".hidden 2", "B 2", "b/", "b! 2", "b-one 2", "b/a/", "b/a/deep 2", "b/two 2",
                "dangling -> nowhere/at/all", "größe 2", "hollow/", "outside -> /etc",
            ])
    }

    @Test func `hard links are stored once, under the first name`() throws {
        let scratch = try ScratchFolder()
        let path = try scratch.write("123", to: "z/one")
        #expect(link(path, "\(scratch.path)/a") == 0)
        #expect(link(path, "\(scratch.path)/z/two") == 0)
        #expect(scan(scratch).lines == ["a 3", "z/", "z/one = a", "z/two = a"])
    }

    @Test(arguments: [
        ([], ["*.tmp"], ["a.txt", "b/", "b/c.txt", "b/d/", "b/d/e.txt", "empty/"]),
        (["*.txt"], [], ["a.txt", "b/", "b/c.txt", "b/d/", "b/d/e.txt"]),
        (["/b/"], [], ["b/", "b/c.tmp", "b/c.txt", "b/d/", "b/d/e.txt"]),
        (["/b/"], ["d/"], ["b/", "b/c.tmp", "b/c.txt"]),
        (["/b", "!*.tmp"], [], ["b/", "b/c.txt", "b/d/", "b/d/e.txt"]),
        ([], ["*", "!a.txt"], ["a.txt"]),
        ([], ["e.txt"], ["a.txt", "b/", "b/c.tmp", "b/c.txt", "empty/", "x.tmp"]),
        ([], ["/b/*"], ["a.txt", "empty/", "x.tmp"]), ([], ["*.t*"], ["empty/"]),
        (["nothing"], [], []),
    ])
    func `what is wanted is taken and what is not is left out`(
        include: [String], exclude: [String], paths: [String]
    ) throws {
        let scratch = try ScratchFolder()
        for name in ["a.txt", "b/c.txt", "b/c.tmp", "b/d/e.txt", "x.tmp"] { try scratch.write("", to: name) }
        try scratch.folder("empty")
        let lines = scan(scratch, include: include, exclude: exclude).lines
        #expect(lines.map { $0.split(separator: " ")[0] } == paths.map { $0[...] })
    }

    @Test func `all that cannot be packed is named at once`() throws {
        let scratch = try ScratchFolder()
        try scratch.write("", to: "fine")
        #expect(mkfifo("\(scratch.path)/pipe", 0o600) == 0)
        let name = Array(scratch.path.utf8CString.dropLast()) + [0x2f, -1, 0]
        close(open(name, O_CREAT | O_WRONLY, 0o600))
        let found = scan(scratch)
        #expect(found.problems.sorted() == ["pipe: is no file, folder or link", "\u{FFFD}: its name is not UTF-8"])
        #expect(found.lines == ["fine 0"])
        #expect(scan(scratch, exclude: ["*"]).problems.isEmpty)
    }

    @Test(.enabled(if: geteuid() == 0, "only root makes devices"))
    func `a device is no file`() throws {
        let scratch = try ScratchFolder()
        guard mknod("\(scratch.path)/null", S_IFCHR | 0o600, 1 << 8 | 3) == 0 else { return }
        #expect(scan(scratch).problems == ["null: is no file, folder or link"])
    }

    @Test(.enabled(if: geteuid() != 0, "root reads everything"))
    func `a file or folder that cannot be read is named`() throws {
        let scratch = try ScratchFolder()
        #expect(chmod(try scratch.write("1", to: "a/secret"), 0) == 0)
        try scratch.folder("closed")
        #expect(chmod("\(scratch.path)/closed", 0) == 0)
        defer { chmod("\(scratch.path)/closed", 0o700) }
        #expect(scan(scratch).problems == ["a/secret: Permission denied", "closed: Permission denied"])
    }

    @Test func `a tree that is too deep is refused before descriptors are used up`() throws {
        let scratch = try ScratchFolder()
        let deep = (0..<300).map { _ in "d" }.joined(separator: "/")
        try scratch.write("", to: "\(deep)/end")
        let found = scan(scratch)
        #expect(found.problems.count == 1)
        #expect(found.problems.first?.hasSuffix("lies more than 256 folders deep") == true)
    }

    @Test func `two folders become one tree, but for what both have`() throws {
        let (one, other) = (try ScratchFolder(), try ScratchFolder())
        try one.write("1", to: "shared/a")
        try one.write("1", to: "clash")
        try other.write("2", to: "shared/b")
        try other.write("2", to: "clash")
        let file = try other.write("22", to: "named")
        try other.remove("shared/b")
        var scan = TreeScan()
        scan.add(folder: one.path)
        scan.add(folder: other.path)
        #expect(scan.finish().entries.map(line) == ["clash 1", "named 2", "shared/", "shared/a 1"])
        #expect(
            scan.problems.map(\.reason) == [
                "is in \(one.path) and \(other.path), and only one of them can be packed"
            ])
        var single = TreeScan()
        single.add(file: file)
        #expect(single.finish().entries.map(line) == ["named 2"])
    }

    @Test func `a folder that is not there is a problem`() throws {
        let path = "\(try ScratchFolder().path)/none"
        var scan = TreeScan()
        scan.add(folder: path)
        scan.add(file: "\(path)/file")
        #expect(
            scan.problems == [
                TreeScan.Problem(path: path, reason: "No such file or directory"),
                TreeScan.Problem(path: "\(path)/file", reason: "No such file or directory"),
            ])
    }

    @Test func `a cursor opens neighbours and strangers, and never through a link`() throws {
        let scratch = try ScratchFolder()
        for name in ["a/b/one", "a/b/two", "a/three", "four"] { try scratch.write(name, to: name) }
        try scratch.link("a/out", to: "/etc")
        try scratch.link("a/self", to: "three")
        var cursor = FolderCursor(root: scratch.path)
        for name in ["a/b/one", "a/b/two", "a/three", "four", "a/b/one"] {
            #expect(try cursor.open(name).copied().withUnsafeBytes { String(decoding: $0, as: UTF8.self) } == name)
        }
        for name in ["a/out/passwd", "a/self", "a/none/x"] {
            #expect(throws: (any Error).self) { _ = try cursor.open(name) }
        }
        #expect(try cursor.open("a/b/two").status.st_size == 7)
    }
}
