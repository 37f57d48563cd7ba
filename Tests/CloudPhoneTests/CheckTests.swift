import CloudPhone
import Testing

@Suite("Checks before anything is sent")
struct CheckTests {
    @Test(
        "the first wrong character of a content is named with its place",
        arguments: [
            (
                CloudCommand.shell, "echo a; echo b",
                "`;` at place 7 is not allowed in a shell command; push a script and run it"
            ),
            (.shell, "echo 手", "`手` at place 6 is not allowed in a shell command; push a script and run it"),
            (.shell, "a\nb", "a line feed at place 2 is not allowed in a shell command; push a script and run it"),
            (.shell, "a\u{301}", "`a\u{301}` at place 1 is not allowed in a shell command; push a script and run it"),
            (.shell, "", "the content of shell is empty"),
            (.shell, "  ", "the shell command is blank"),
            (
                .install, "-r obs://farm-payload/a=b.apk",
                "`=` at place 24 is not allowed in the content of install; upload it under a name of plain ASCII letters"
            ),
            (.install, "obs://farm-payload/a.tar", "obs://farm-payload/a.tar does not end in .apk"),
            (.install, "-r", "install takes exactly one .apk behind its options"),
            (.install, "-r  obs://farm-payload/a.apk", "the content of install has a blank too many"),
            (.install, "obs://farm-payload//a.apk", "obs://farm-payload//a.apk names no object behind its bucket"),
            (.push, "obs://farm-payload/a.apk", "obs://farm-payload/a.apk does not end in .tar"),
            (.push, "/a.tar", "/a.tar is not obs://BUCKET/PATH"),
            (.uninstall, "com.example.app -k", "uninstall takes one package and nothing else"),
            (.uninstall, "example", "`example` is no package name such as com.example.app"),
        ])
    func content(command: CloudCommand, content: String, words: String) {
        let fault = #expect(throws: CheckFault.self) { try ContentCheck.check(content, for: command) }
        #expect(fault?.description == words)
    }

    @Test(
        "a content may have so many bytes and not one more",
        arguments: [(CloudCommand.shell, 2048), (.install, 1024), (.installMultiple, 8100), (.push, 1024)])
    func length(command: CloudCommand, limit: Int) throws {
        func content(_ count: Int) -> String {
            if command == .shell { return String(repeating: "a", count: count) }
            let ending = command == .push ? ".tar" : ".apk"
            let start = "obs://farm-payload/"
            return start + String(repeating: "a", count: count - start.count - ending.count) + ending
        }
        try ContentCheck.check(content(limit), for: command)
        #expect(throws: CheckFault.self) { try ContentCheck.check(content(limit + 1), for: command) }
    }

    @Test func `what the service's examples have is allowed`() throws {
        try ContentCheck.check("-t -r obs://push-bucket/my_apps/test.apk", for: .install)
        try ContentCheck.check("-t -r obs://bucket/base.apk obs://bucket/split_config.apk", for: .installMultiple)
        try ContentCheck.check("am start -n com.a/.B ?x=1&y=2 | cat", for: .shell)
        let splits = Array(repeating: "obs://bucket/a.apk", count: 51).joined(separator: " ")
        #expect(throws: CheckFault.self) { try ContentCheck.check(splits, for: .installMultiple) }
    }

    @Test("packages", arguments: ["com.example.app", "com.cph.config.level1", "a.b_1", "A.b"])
    func package(name: String) throws { try NameCheck.package(name) }

    @Test(
        "what is no package",
        arguments: [
            "", "app", "1a.b", "_a.b", "a.b.", "a..b", "a.1b", "a.b-c", "a.ü",
            String(repeating: "a", count: 127) + ".b",
        ])
    func wrongPackage(name: String) { #expect(throws: CheckFault.self) { try NameCheck.package(name) } }

    @Test("buckets and objects that are none")
    func storage() throws {
        try NameCheck.bucket("farm-payload.1")
        try NameCheck.object("dir/a_1+#=.tar")
        for name in ["ab", "Farm", "a_b", String(repeating: "a", count: 64)] {
            #expect(throws: CheckFault.self) { try NameCheck.bucket(name) }
        }
        for path in ["", "/a.tar", "a.zip", "a b.tar", "手.tar", String(repeating: "a", count: 1021) + ".tar"] {
            #expect(throws: CheckFault.self) { try NameCheck.object(path) }
        }
    }

    @Test("names of phones and servers")
    func names() throws {
        try NameCheck.name("rack_1-手机", of: "phone")
        for name in ["", "a b", "a.b", String(repeating: "a", count: 61)] {
            #expect(throws: CheckFault.self) { try NameCheck.name(name, of: "phone") }
        }
    }

    @Test("ids have 32 hexadecimal digits, and come once")
    func ids() throws {
        let id = SampleID.numbered(1)
        try NameCheck.ids([id], of: "phone")
        for ids in [[], [id, id], ["x"], [id + "0"], [String(repeating: "/", count: 32)]] {
            #expect(throws: CheckFault.self) { try NameCheck.ids(ids, of: "phone") }
        }
        let many = (0..<16).map { SampleID.numbered($0) }
        let fault = #expect(throws: CheckFault.self) {
            try RunSyncCommandOperation(line: "id", targets: .phones(many)).check()
        }
        #expect(fault?.description == "16 ids of phones in one call, 15 are allowed")
    }

    @Test("paths of shared files and exports")
    func paths() throws {
        try PathCheck.sharedFile("/data/a b=1")
        try PathCheck.sharedFolder("/data/a+b")
        try PathCheck.exported(["/data/app/com.a-1*", "/cache/x~#"])
        try PathCheck.exported(["/data/misc", "/data/system", "/data/system_de"])
        for path in ["data", "/sdcard/x", "/data/../x", "/database", "/data/a*"] {
            #expect(throws: CheckFault.self) { try PathCheck.sharedFile(path) }
        }
        for path in ["/", "/data//x", "/data/../x", "/data/a b"] {
            #expect(throws: CheckFault.self) { try PathCheck.sharedFolder(path) }
        }
        for paths in [[], ["/data/a*b"], ["/data/misc"], ["/system"]] {
            #expect(throws: CheckFault.self) { try PathCheck.exported(paths) }
        }
    }

    @Test("properties are an object of at most 7,800 bytes, those of the user's own included")
    func properties() throws {
        let text = "{\"a\":\"" + String(repeating: "b", count: 7792) + "\"}"
        try PropertyCheck.check(text)
        #expect(throws: CheckFault.self) { try PropertyCheck.check(text + " ") }
        #expect(throws: CheckFault.self) { try PropertyCheck.check(text, custom: ["a": "b"]) }
        #expect(throws: CheckFault.self) { try PropertyCheck.check("[]") }
    }

    @Test(
        "bandwidths are on offer in steps",
        arguments: [(1, true), (299, true), (350, true), (310, false), (1500, true), (1050, false), (0, false)])
    func bandwidth(size: Int, isOffered: Bool) {
        let isAllowed = (try? UpdateBandwidthOperation(bandwidthID: "b", size: size).check()) != nil
        #expect(isAllowed == isOffered)
    }
}
