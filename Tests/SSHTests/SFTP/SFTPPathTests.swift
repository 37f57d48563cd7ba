import Testing

@testable import SSH

@Suite struct `Paths of an SFTP server` {
    @Test(arguments: [
        ("/opt/encoder", "/opt", "encoder"), ("/opt//encoder//", "/opt", "encoder"), ("/encoder", "/", "encoder"),
        ("encoder", ".", "encoder"), ("/", "/", ""), ("a/b", "a", "b"),
    ])
    func `a path knows its folder and its name`(path: String, parent: String, name: String) {
        #expect(SFTPPath(path).parent == SFTPPath(parent))
        #expect(SFTPPath(path).name == Array(name.utf8))
    }

    @Test func `a part lies beside its file, hidden`() {
        #expect(SFTPPath("/opt/encoder").part(tag: "0123") == "/opt/.encoder.drover-0123.part")
        #expect(SFTPPath("encoder").part(tag: "0123") == ".encoder.drover-0123.part")
    }

    @Test func `long names that begin alike have parts of their own`() {
        let names = ["a", "b"].map { SFTPPath("/x/" + String(repeating: "n", count: 254) + $0).part(tag: "0123") }
        #expect(names[0] != names[1])
        #expect(names.allSatisfy { $0.name.count <= 255 })
    }

    @Test func `what could act on a terminal is made visible`() {
        #expect(SFTPPath("/a\u{1B}[2Jb").description == "/a\\u{1B}[2Jb")
    }

    @Test(arguments: [
        ("file", "a", true), ("..", "a/b", true), ("..", "a", false), ("/etc", "a", false), ("", "a", false),
        ("b/../..", "a/c", false), ("./b", "a", true), ("../../x", "a/b/c", true), ("../../../x", "a/b/c", false),
    ])
    func `a link stays inside or not`(target: String, path: String, stays: Bool) {
        let path = SFTPPath(path)
        #expect(LinkTarget.staysInside(Array(target.utf8), from: path) == stays)
    }
}
