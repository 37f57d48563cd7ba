import Crypto
import DroverTesting
import Farm
import Glibc
import Lanes
import Packing
import Payloads
import Testing

/// Payloads of a playbook that lie on this machine and are delivered file by file.
struct DefinedFilesTests {
    private static func lines(_ definition: PayloadDefinition) throws -> [String] {
        try PayloadStore().files(of: definition).entries.map(\.line)
    }

    private static func refusal(_ definition: PayloadDefinition) -> PayloadError? {
        #expect(throws: PayloadError.self) { try PayloadStore().files(of: definition) }
    }

    // MARK: What is meant

    @Test(arguments: [
        ("*.pak", ["a.pak = a", "b.pak = b"]), ("levels/*", ["deep/e.pak = e", "d.txt = d"]),
        ("**/*.pak", ["a.pak = a", "b.pak = b", "levels/deep/e.pak = e"]), ("?.txt", ["c.txt = c"]),
        ("[ab].pak", ["a.pak = a", "b.pak = b"]), ("[!a].pak", ["b.pak = b"]), ("*/deep/*", ["levels/deep/e.pak = e"]),
        (
            "**", ["a.pak = a", "b.pak = b", "c.txt = c", "levels/d.txt = d", "levels/deep/e.pak = e", "link -> a.pak"]
        ),
        ("*", ["a.pak = a", "b.pak = b", "c.txt = c", "levels/d.txt = d", "levels/deep/e.pak = e", "link -> a.pak"]),
        ("**/deep", ["levels/deep/e.pak = e"]), (".h*", [".hidden.pak = h"]),
    ]) func `a glob means what a shell would mean by it`(_ glob: String, _ due: [String]) throws {
        let scratch = try Self.sample()
        let found = try Self.lines(PayloadDefinition(name: "x", from: "\(scratch.path)/\(glob)"))
        #expect(found.sorted() == due.sorted())
    }

    private static func sample() throws -> ScratchFolder {
        let scratch = try ScratchFolder()
        for (path, text) in [
            ("a.pak", "a"), ("b.pak", "b"), ("c.txt", "c"), ("levels/d.txt", "d"), ("levels/deep/e.pak", "e"),
            (".hidden.pak", "h"),
        ] { try scratch.write(text, to: path) }
        try scratch.link("link", to: "a.pak")
        return scratch
    }

    @Test func `paths of a glob begin where its first wildcard stands`() throws {
        let scratch = try Self.sample()
        let found = try Self.lines(PayloadDefinition(name: "x", from: "\(scratch.path)/levels/*/e.pak"))
        #expect(found == ["deep/e.pak = e"])
    }

    @Test func `a file whose name looks like a glob is that file`() throws {
        let scratch = try ScratchFolder()
        try scratch.write("one", to: "a[1].pak")
        try scratch.write("two", to: "a1.pak")
        let files = try PayloadStore().files(of: PayloadDefinition(name: "x", from: "\(scratch.path)/a[1].pak"))
        #expect(files.entries.map(\.line) == ["a[1].pak = one"])
        #expect(!files.isFolder)
    }

    @Test(arguments: [
        ("*.obb", "matches nothing"), ("gone/*.pak", "matches nothing: there is no folder"), ("gone", "does not exist"),
    ]) func `a place where nothing is meant is refused, also before a run`(_ place: String, _ reason: String) throws {
        let scratch = try Self.sample()
        let path = "\(scratch.path)/\(place)"
        let error = Self.refusal(PayloadDefinition(name: "x", from: path))
        #expect(error?.path == path)
        #expect(error?.reason.hasPrefix(reason) == true, "\(error?.reason ?? "")")
        #expect(PayloadStore.lack(of: path)?.hasPrefix(reason) == true)
        #expect(PayloadStore.lack(of: "\(scratch.path)/*.pak") == nil)
        #expect(PayloadStore.lack(of: scratch.path) == nil)
    }

    @Test(
        arguments: [
            (["*.pak"], [], ["a.pak", "b.pak", "levels/deep/e.pak", ".hidden.pak"]),
            ([], ["*.pak", "link"], ["c.txt", "levels/d.txt"]),
            (["levels/"], ["*.txt"], ["levels/deep/e.pak"]), (["/*.txt"], [], ["c.txt"]),
            (["levels/**", "!levels/deep/**"], [], ["levels/d.txt"]),
            (["*"], ["levels", ".*"], ["a.pak", "b.pak", "c.txt", "link"]),
        ] as [([String], [String], [String])])
    func `of a folder and of a glob the same files are meant by the rules`(
        _ include: [String], _ exclude: [String], _ due: [String]
    ) throws {
        let scratch = try Self.sample()
        var definition = PayloadDefinition(name: "x", from: scratch.path, include: include, exclude: exclude)
        let ofFolder = try PayloadStore().files(of: definition)
        #expect(Self.files(ofFolder) == due.sorted())
        definition.from += "/*"
        let ofGlob = try PayloadStore().files(of: definition)
        #expect(Self.files(ofGlob) == due.filter { !$0.hasPrefix(".") }.sorted())
    }

    private static func files(_ payload: FilesPayload) -> [String] {
        payload.entries.compactMap { entry in
            if case .folder = entry.content { nil } else { entry.path }
        }.sorted()
    }

    @Test func `rules that leave nothing are refused`() throws {
        let scratch = try Self.sample()
        let error = Self.refusal(PayloadDefinition(name: "x", from: scratch.path, include: ["*.obb"]))
        #expect(error?.reason == "holds nothing that `include` and `exclude` leave")
        let excluding = Self.refusal(PayloadDefinition(name: "x", from: scratch.path, exclude: ["*"]))
        #expect(excluding?.reason == error?.reason)
    }

    // MARK: How it arrives

    @Test func `prefix, modes and times are those of the payload`() throws {
        let scratch = try ScratchFolder()
        try scratch.write("1", to: "bin/tool")
        try scratch.folder("empty")
        var definition = PayloadDefinition(name: "x", from: scratch.path)
        definition.prefix = "data/local/"
        definition.fileMode = 0o700
        definition.folderMode = 0o711
        definition.modified = .at(1_700_000_000)
        definition.layout = .phoneRoot
        let entries = try PayloadStore().files(of: definition).entries
        #expect(entries.map(\.line) == ["data/local/bin/tool = 1", "data/local/empty/"])
        #expect(entries.map(\.mode) == [0o700, 0o711])
        #expect(entries.allSatisfy { $0.modified == 1_700_000_000 })
        definition.modified = .fixed
        #expect(try PayloadStore().files(of: definition).entries.allSatisfy { $0.modified == 315_532_800 })
    }

    @Test(arguments: [("etc/x", "etc/x"), ("sdcard2/x", "sdcard2/x"), ("vendor.txt", "vendor.txt")])
    func `a path outside of a phone's folders is refused where the layout is a phone's`(
        _ path: String, _ shown: String
    ) throws {
        let scratch = try ScratchFolder()
        try scratch.write("1", to: "sdcard/fine")
        try scratch.write("1", to: path)
        let error = Self.refusal(PayloadDefinition(name: "x", from: scratch.path, layout: .phoneRoot))
        #expect(error?.reason.contains("holds \(shown), ") == true, "\(error?.reason ?? "")")
    }

    // MARK: Its checksum

    @Test func `the checksum of a file is that of its content`() throws {
        let scratch = try ScratchFolder()
        let path = try scratch.write("hello\n", to: "hello.txt")
        let sum = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"
        #expect(try PayloadStore().files(of: PayloadDefinition(name: "x", from: path)).sha256 == sum)
        #expect(try PayloadStore().files(of: PayloadDefinition(name: "x", from: path, sha256: sum)).sha256 == sum)
        let other = String(repeating: "0", count: 64)
        let error = Self.refusal(PayloadDefinition(name: "x", from: path, sha256: other))
        #expect(error?.reason == "has the checksum \(sum), and \(other) is due")
    }

    @Test func `the checksum of a folder is made of its paths, kinds, modes and contents`() throws {
        let scratch = try ScratchFolder()
        try scratch.write("hello\n", to: "b/hello.txt")
        try scratch.link("a", to: "b/hello.txt")
        try scratch.folder("c")
        let sum = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"
        let fields = [
            "a", "l", "0000", "0", "b/hello.txt", "b", "d", "0755", "0", "", "b/hello.txt", "f", "0644", "6", sum, "c",
            "d", "0755", "0", "",
        ]
        let due = SHA256.hash(of: fields.map { $0 + "\0" }.joined()).hex
        #expect(try PayloadStore().files(of: PayloadDefinition(name: "x", from: scratch.path)).sha256 == due)
    }

    @Test(arguments: ["", "data/local/"], [nil, 0o700] as [UInt32?])
    func `a folder has the checksum that it has when it is packed`(_ prefix: String, _ mode: UInt32?) throws {
        let scratch = try Self.sample()
        try scratch.folder("empty/inner")
        var definition = PayloadDefinition(name: "x", from: scratch.path, exclude: [".*"], prefix: prefix)
        definition.fileMode = mode
        definition.folderMode = mode
        var options = PackOptions()
        options.prefix = String(prefix.dropLast())
        if let mode { options.modes = .fixed(mode) }
        var scan = TreeScan(exclude: IgnoreRules([".*"]))
        scan.add(folder: scratch.path)
        let packed = try TreeHasher(scan.finish(), options).hash().root.hex
        #expect(try PayloadStore().files(of: definition).sha256 == packed)
    }

    @Test func `the checksum of a folder changes with its content and nothing else`() throws {
        func sum(_ change: (ScratchFolder) throws -> Void = { _ in }) throws -> String? {
            let scratch = try ScratchFolder()
            try scratch.write("1", to: "one")
            try scratch.write("2", to: "more/two")
            try change(scratch)
            return try PayloadStore().files(of: PayloadDefinition(name: "x", from: scratch.path)).sha256
        }
        let usual = try sum()
        #expect(usual != nil)
        #expect(try sum { _ = chmod("\($0.path)/one", 0o600) } == usual)
        #expect(try sum { _ = chmod("\($0.path)/one", 0o755) } != usual)
        #expect(try sum { try $0.write("3", to: "one") } != usual)
        #expect(try sum { try $0.write("", to: "three") } != usual)
        #expect(try sum { try $0.folder("empty") } != usual)
        #expect(try sum { _ = rename("\($0.path)/one", "\($0.path)/eins") } != usual)
    }

    // MARK: Once per run

    @Test func `a payload that changes during a run is refused from then on`() async throws {
        let scratch = try ScratchFolder()
        try scratch.write("1", to: "levels/a.pak")
        let clock = ManualClock()
        let store = PayloadStore(clock: clock)
        let definition = PayloadDefinition(name: "x", from: "\(scratch.path)/levels/*.pak")
        #expect(try store.files(of: definition).entries.map(\.line) == ["a.pak = 1"])
        try scratch.write("22", to: "levels/a.pak")
        await clock.advance(by: .seconds(2))
        let error = #expect(throws: PayloadError.self) { try store.files(of: definition) }
        #expect(error?.reason.hasPrefix("has changed since the run began") == true)
    }

    @Test func `size and time tell nothing where all files get one time`() throws {
        let scratch = try ScratchFolder()
        try scratch.write("1", to: "tree/one")
        let store = PayloadStore(store: ContentStore(at: "\(scratch.path)/store"))
        var definition = PayloadDefinition(name: "x", from: "\(scratch.path)/tree")
        #expect(try store.files(of: definition).timesTell)
        for modified in [PayloadDefinition.Modified.fixed, .at(1_700_000_000)] {
            definition.modified = modified
            #expect(try !store.files(of: definition).timesTell)
        }
        definition.pack = .tar
        #expect(try !store.files(of: definition).timesTell)
    }

    @Test func `an app is known by its payload's checksum, and a glob names one of them`() throws {
        let scratch = try ScratchFolder()
        let build = try scratch.copy("apps/game-1.apk", to: "out/game-1.apk")
        var definition = PayloadDefinition(name: "game", from: "\(scratch.path)/out/*.apk")
        #expect(try PayloadStore().app(of: definition).source == build)
        _ = try scratch.copy("apps/game-2.apk", to: "out/game-2.apk")
        let several = #expect(throws: PayloadError.self) { try PayloadStore().app(of: definition) }
        #expect(several?.reason == "matches 2 builds, and one is due")
        definition.from = build
        definition.sha256 = String(repeating: "0", count: 64)
        let other = #expect(throws: PayloadError.self) { try PayloadStore().app(of: definition) }
        #expect(other?.reason.hasPrefix("has the checksum ") == true)
    }
}
