import Farm
import Testing

@Suite struct PathTests {
    @Test(arguments: [
        ("/sdcard/a.txt", "/sdcard/a.txt", false), ("/", "/", true), ("//sdcard//./x/", "/sdcard/x", true),
        ("/sdcard/ä b", "/sdcard/ä b", false), ("/a/..b/c..", "/a/..b/c..", false),
    ])
    func `a remote path is kept clean`(text: String, path: String, namesFolder: Bool) throws {
        let remote = try RemotePath(validating: text)
        #expect(remote.path == path)
        #expect(remote.namesFolder == namesFolder)
    }

    @Test(arguments: [("", 0), ("sdcard/x", 0), ("/sdcard/../x", 8), ("/..", 1), ("/a\0b", 2)])
    func `a remote path that is relative or climbs is refused`(text: String, offset: Int) {
        let error = #expect(throws: FarmError.self) { try RemotePath(validating: text) }
        #expect(error?.code == .badPath)
        #expect(error?.offset == offset)
    }

    @Test func `a remote path is at most as long as ADB can say`() throws {
        let longest = "/" + String(repeating: "a", count: 1023)
        #expect(try RemotePath(validating: longest).path == longest)
        #expect(throws: FarmError.self) { try RemotePath(validating: longest + "a") }
        #expect(throws: FarmError.self) { try RemotePath(validating: longest).appending("b") }
    }

    @Test func `a remote path is walked down and up`() throws {
        let folder = try RemotePath(validating: "/sdcard/")
        let file = try folder.appending("Android/obb/main.obb")
        #expect(file.path == "/sdcard/Android/obb/main.obb")
        #expect(file.lastComponent == "main.obb")
        #expect(file.parent.path == "/sdcard/Android/obb")
        #expect(folder.parent.path == "/")
        #expect(folder.parent.parent.path == "/")
        #expect(try folder.parent.appending("x").path == "/x")
        #expect(file.isInside(folder))
        #expect(try !RemotePath(validating: "/sdcard2/x").isInside(folder))
        #expect(folder.description == "/sdcard/")
    }

    @Test(arguments: ["", "/etc/passwd", "../x", "a/../../x", "a/..", ".", "a\0"])
    func `nothing below a path leads out of it`(relative: String) throws {
        let remote = try RemotePath(validating: "/data/local/tmp")
        #expect(throws: FarmError.self) { try remote.appending(relative) }
        let local = ContainedPath(root: "/srv/runs/1")
        #expect(throws: FarmError.self) { try local.appending(relative) }
    }

    @Test func `a contained path stays below its root`() throws {
        let path = try ContainedPath(root: "/srv/runs/1/").appending("px8-01/./a//b.txt")
        #expect(path.path == "/srv/runs/1/px8-01/a/b.txt")
        #expect(path.relative == "px8-01/a/b.txt")
        #expect(path.parent.path == "/srv/runs/1/px8-01/a")
        #expect(path.parent.parent.parent.parent.path == "/srv/runs/1")
        #expect(throws: FarmError.self) { try path.appending(String(repeating: "x", count: 256)) }
    }

    @Test(arguments: ["com.studio.game", "a.b", "com.Studio_2.game3", "android"])
    func `a package name is what Android accepts`(text: String) throws {
        #expect(try PackageName(validating: text).description == text)
    }

    @Test(arguments: [
        ("", 0), ("game", 0), ("com..game", 4), ("com.game.", 8), (".com", 0), ("com.2game", 4), ("com.my-game", 6),
        ("com.game;rm", 8), ("com._x", 4), ("com.gäme", 5),
    ])
    func `a wrong package name says where`(text: String, offset: Int) {
        let error = #expect(throws: FarmError.self) { try PackageName(validating: text) }
        #expect(error?.code == .badPackageName)
        #expect(error?.offset == offset)
    }
}
