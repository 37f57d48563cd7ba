import Testing

@testable import Simulator

/// Trees, rules and contents.
struct FilesTests {
    private func tree(capacity: UInt64 = 1 << 20) -> VirtualFiles {
        VirtualFiles(image: SystemImage.make(for: .android14), capacity: capacity)
    }

    @Test(
        "the shell user may write here and not there",
        arguments: [
            ("/data/local/tmp/a", FileError?.none), ("/sdcard/a", nil), ("/mnt/sdcard/a", nil),
            ("/sdcard/Android/obb/a", nil), ("/system/a", .readOnly), ("/a", .readOnly), ("/data/a", .accessDenied),
            ("/data/data/a", .accessDenied), ("/data/local/a", .accessDenied), ("/data/local/tmp/none/a", .noSuchFile),
            ("/system/build.prop/a", .notDirectory),
        ])
    func rules(path: String, refusal: FileError?) {
        var files = tree()
        var met: FileError?
        do throws(FileError) { try files.write(.bytes([1]), to: path, at: 0) } catch { met = error }
        #expect(met == refusal)
    }

    @Test func `links lead on, and circles end`() throws {
        var files = tree()
        try files.link("b", at: "/sdcard/a", time: 0)
        try files.link("a", at: "/sdcard/b", time: 0)
        #expect(throws: FileError.tooManyLinks) { try files.entry("/sdcard/a") }
        #expect(try files.entry("/sdcard/a", followLast: false).destination == "b")
        #expect(try files.locate("/sdcard/./Download/..").path == "/storage/emulated/0")
        #expect(try files.locate("/../../sdcard").path == "/storage/emulated/0")
    }

    @Test func `room is counted, given back, and runs out`() throws {
        var files = tree(capacity: 100)
        try files.write(.zeros(60), to: "/sdcard/a", at: 0)
        #expect(files.freeBytes == 40)
        #expect(throws: FileError.noSpace) { try files.write(.zeros(41), to: "/sdcard/b", at: 0) }
        try files.write(.zeros(100), to: "/sdcard/a", at: 0)
        try files.remove("/sdcard/a", at: 0)
        #expect(files.freeBytes == 100)
        try files.makeFolder("/sdcard/d", at: 0)
        try files.write(.zeros(10), to: "/sdcard/d/x", at: 0)
        try files.rename("/sdcard/d", to: "/sdcard/e", at: 0)
        #expect(files.usedBytes == 10)
        try files.remove("/sdcard/e", recursive: true, at: 0)
        #expect(files.usedBytes == 0)
    }

    @Test func `sizes beyond 4 GiB are kept`() throws {
        var files = tree(capacity: 1 << 40)
        try files.write(.zeros(5 << 30), to: "/sdcard/huge", at: 0)
        #expect(try files.entry("/sdcard/huge").size == 5 << 30)
    }

    @Test func `a folder cannot be moved into itself or over a full one`() throws {
        var files = tree()
        try files.makeFolder("/sdcard/a/b", parents: true, at: 0)
        #expect(throws: FileError.invalid) { try files.rename("/sdcard/a", to: "/sdcard/a/b/c", at: 0) }
        try files.makeFolder("/sdcard/c/d", parents: true, at: 0)
        #expect(throws: FileError.notEmpty) { try files.rename("/sdcard/a", to: "/sdcard/c", at: 0) }
    }

    @Test func `one phone's changes are no other phone's`() throws {
        let image = SystemImage.make(for: .android14)
        var first = VirtualFiles(image: image, capacity: 100)
        let second = VirtualFiles(image: image, capacity: 100)
        try first.write(.bytes([1]), to: "/sdcard/a", at: 0)
        #expect(first.exists("/sdcard/a") && !second.exists("/sdcard/a"))
    }

    @Test("the same bytes lie in memory once, however large", arguments: [10, 3_000_000])
    func once(size: Int) throws {
        let store = ContentStore()
        var held: [FileContent] = []
        for _ in 0..<5 {
            let writer = ContentWriter(store: store)
            let bytes = [UInt8](repeating: 7, count: size)
            try bytes.withUnsafeBytes { try writer.append($0) }
            held.append(try writer.finish())
        }
        #expect(Set(held.map(ObjectIdentifier.init)).count == 1)
        #expect(store.count == 1)
        #expect(held[0].withBytes { $0.count == size && $0.allSatisfy { $0 == 7 } })
        held = []
        #expect(store.count == 0)
    }

    @Test func `what is discarded keeps its size, and its hash where wanted`() throws {
        for (retention, hasDigest) in [(ContentStore.Retention.hash, true), (.size, false)] {
            let writer = ContentWriter(store: ContentStore(retention: retention))
            try [UInt8]("abc".utf8).withUnsafeBytes { try writer.append($0) }
            let content = try writer.finish()
            #expect(content.size == 3 && !content.isReadable)
            #expect((content.digest == FileContent.bytes(Array("abc".utf8)).digest) == hasDigest)
        }
    }
}
