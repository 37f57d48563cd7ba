import DroverTesting
import Foundation
import Glibc
import Journal
import Testing

/// `delete: true` over a real adbd, with real files and names of any bytes.
@Suite(
    "Removing over a real adbd", .enabled(if: Counterpart.adbd.isThere, Counterpart.adbd.absence), .serialized,
    .timeLimit(.minutes(5))
)
struct RealDeleteTests {
    private let source: ScratchFolder

    init() throws {
        source = try ScratchFolder()
        for number in 0..<40 { try source.write("content \(number)", to: "level \(number % 3)/ä'\(number).bin") }
        try source.write("old", to: "old/deep/file.bin")
        try source.link("link", to: "old/deep/file.bin")
    }

    private func push(to folder: String, at port: UInt16, _ more: String = "", common: String = "") async throws
        -> StepEnd
    {
        let record = try await RealRun().run(
            "steps:\n  - push: { from: '\(source.path)/', to: '\(folder)/', delete: true\(more) }\n\(common)", at: port)
        return try #require(record.steps.first?.end)
    }

    /// A file of any name; adbd runs as another user, who must be able to remove it.
    private func make(_ name: [UInt8], in folder: String) throws {
        let path = (Array(folder.utf8) + [UInt8(ascii: "/")] + name + [0]).map(CChar.init(bitPattern:))
        let descriptor = open(path, O_CREAT | O_WRONLY, 0o644)
        try #require(descriptor >= 0, "\(name): \(errno)")
        close(descriptor)
    }

    private func names(_ folder: String) throws -> Set<String> {
        Set(try FileManager.default.subpathsOfDirectory(atPath: folder)).subtracting([".drover-owned"])
    }

    /// Toybox' programs, as phones have them, in a folder of their own; `dd` is GNU's, since Debian leaves it out.
    private static func toybox() async throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        let line = """
            chmod 755 \(folder.path); for t in $(/usr/bin/toybox); do ln -s /usr/bin/toybox \(folder.path)/$t; done; \
            ln -s /bin/dd \(folder.path)/dd; ln -s /usr/bin/mksh \(folder.path)/sh
            """
        let made = try await InteropTests.run("/bin/sh", ["-c", line], environment: ["PATH": "/usr/bin:/bin"])
        try #require(made.exitCode == 0, "\(made.text)")
        return folder
    }

    @Test(arguments: RealToybox.isThere ? [false, true] : [false])
    func `extras of any name go, and what a link leads to stays`(withToybox: Bool) async throws {
        let tools = withToybox ? try await Self.toybox() : nil
        defer { tools?.remove() }
        let adbd = try await RealADBD(tools: tools?.path)
        defer { adbd.stop() }
        let folder = "\(adbd.storage)/game/files"
        let first = try await push(to: folder, at: adbd.port)
        #expect(first.verdict == .changed, "\(String(describing: first.failure))")
        #expect(try names(folder) == names(source.path))

        let outside = "\(adbd.storage)/outside"
        try FileManager.default.createDirectory(atPath: outside, withIntermediateDirectories: true)
        try Data("keep".utf8).write(to: URL(fileURLWithPath: "\(outside)/keep"))
        try FileManager.default.createSymbolicLink(atPath: "\(folder)/to outside", withDestinationPath: outside)
        try FileManager.default.createSymbolicLink(
            atPath: "\(folder)/level 0/to keep", withDestinationPath: "\(outside)/keep")
        let hostile: [[UInt8]] = [
            Array("-rf".utf8), Array("-print0".utf8), Array("a\nb".utf8), Array(" ".utf8), Array("'\"`$(id)".utf8),
            Array("\u{1B}[2J".utf8), Array("*".utf8), [0xFF, 0xFE, 0x2D], Array("\\".utf8), Array("..x".utf8),
            Array(repeating: UInt8(ascii: "n"), count: 255),
        ]
        for name in hostile { try make(name, in: folder) }
        for name in hostile { try make(name, in: "\(folder)/level 1") }
        try FileManager.default.removeItem(atPath: "\(source.path)/old")
        try FileManager.default.removeItem(atPath: "\(source.path)/link")

        let second = try await push(to: folder, at: adbd.port)
        #expect(second.verdict == .changed, "\(String(describing: second.failure))")
        // The names, two links to the outside, and `link`, `old`, `old/deep` and a file in it.
        #expect(second.outputs.values["removed"] == .integer(hostile.count * 2 + 6))
        #expect(try names(folder) == names(source.path))
        #expect(try names(outside) == ["keep"])

        let third = try await push(to: folder, at: adbd.port)
        #expect(third.verdict == .ok)
    }

    /// The folder of levels becomes a file, a file becomes a folder, and a link in a folder's place goes.
    private func swap(in folder: String, at outside: String) throws {
        let files = FileManager.default
        for name in try files.contentsOfDirectory(atPath: source.path) where name.hasPrefix("level 0") {
            try files.removeItem(atPath: "\(source.path)/\(name)")
        }
        try source.write("packed", to: "level 0")
        try files.removeItem(atPath: "\(source.path)/level 1/ä'1.bin")
        try source.write("inside", to: "level 1/ä'1.bin/a b/c.bin")
        try files.createDirectory(atPath: outside, withIntermediateDirectories: true)
        try Data("old".utf8).write(to: URL(fileURLWithPath: "\(outside)/file.bin"))
        try files.removeItem(atPath: "\(folder)/old/deep")
        try files.createSymbolicLink(atPath: "\(folder)/old/deep", withDestinationPath: outside)
        for name in ["-rf", "a\nb", "$(id)"] { try make(Array(name.utf8), in: "\(folder)/level 0") }
    }

    /// Nothing but what is delivered is there, as what it is.
    private func expectSwapped(_ folder: String, _ outside: String) throws {
        #expect(try names(folder) == names(source.path))
        for path in ["level 0", "level 1/ä'1.bin/a b/c.bin", "old/deep/file.bin"] {
            let read = FileManager.default.contents(atPath:)
            #expect(read("\(folder)/\(path)") == read("\(source.path)/\(path)"), "\(path)")
        }
        #expect(try names(outside) == ["file.bin"])
    }

    @Test(arguments: RealToybox.isThere ? [false, true] : [false])
    func `what has another type is replaced, and behind a link nothing changes`(withToybox: Bool) async throws {
        let tools = withToybox ? try await Self.toybox() : nil
        defer { tools?.remove() }
        let adbd = try await RealADBD(tools: tools?.path)
        defer { adbd.stop() }
        let folder = "\(adbd.storage)/game/files"
        let outside = "\(adbd.storage)/outside"
        #expect(try await push(to: folder, at: adbd.port).verdict == .changed)
        try swap(in: folder, at: outside)
        let second = try await push(to: folder, at: adbd.port)
        #expect(second.verdict == .changed, "\(String(describing: second.failure))")
        // 14 files and three strange ones in a folder, the folder, a file, and a link.
        #expect(second.outputs.values["removed"] == .integer(20))
        try expectSwapped(folder, outside)
        #expect(try await push(to: folder, at: adbd.port).verdict == .ok)
    }

    @Test(arguments: [21, 22, 23, 24])
    func `a replacing that is cut goes on`(seed: UInt64) async throws {
        let adbd = try await RealADBD()
        defer { adbd.stop() }
        let folder = "\(adbd.storage)/game/files"
        let outside = "\(adbd.storage)/outside"
        #expect(try await push(to: folder, at: adbd.port).verdict == .changed)
        try swap(in: folder, at: outside)
        var numbers = SeededNumbers(seed: seed)
        let proxy = try CuttingProxy(
            to: adbd.port, cuts: (0..<3).map { _ in Int.random(in: 1_500...6_000, using: &numbers) })
        defer { proxy.stop() }
        let end = try await push(
            to: folder, at: proxy.port, "", common: "    retries: 6\n    retry-on: [lost]\n    delay: 10ms\n")
        #expect(end.verdict == .changed || end.verdict == .ok, "\(String(describing: end.failure))")
        try expectSwapped(folder, outside)
    }

    @Test(arguments: [11, 12, 13, 14])
    func `a removal that is cut goes on, and nothing but the extras is gone`(seed: UInt64) async throws {
        let adbd = try await RealADBD()
        defer { adbd.stop() }
        let folder = "\(adbd.storage)/game/files"
        let first = try await push(to: folder, at: adbd.port)
        #expect(first.verdict == .changed, "\(String(describing: first.failure))")
        for number in 0..<200 { try make(Array("extra \(number)".utf8), in: folder) }
        try FileManager.default.removeItem(atPath: "\(source.path)/old")
        try source.write("newer", to: "level 1/ä'1.bin")
        var numbers = SeededNumbers(seed: seed)
        let proxy = try CuttingProxy(
            to: adbd.port, cuts: (0..<3).map { _ in Int.random(in: 1_000...12_000, using: &numbers) })
        defer { proxy.stop() }
        let end = try await push(
            to: folder, at: proxy.port, "", common: "    retries: 6\n    retry-on: [lost]\n    delay: 10ms\n")
        #expect(end.verdict == .changed || end.verdict == .ok, "\(String(describing: end.failure))")
        #expect(try names(folder) == names(source.path))
    }

    @Test func `a folder of somebody else, and a link, are refused`() async throws {
        let adbd = try await RealADBD()
        defer { adbd.stop() }
        let folder = "\(adbd.storage)/theirs/files"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data("keep".utf8).write(to: URL(fileURLWithPath: "\(folder)/keep"))
        try FileManager.default.createSymbolicLink(atPath: "\(adbd.storage)/theirs/link", withDestinationPath: folder)
        for (place, more, code) in [("files", "", "not-owned"), ("link", ", owns: true", "link")] {
            let end = try await push(to: "\(adbd.storage)/theirs/\(place)", at: adbd.port, more)
            #expect(end.verdict == .failed)
            #expect(end.failure?.code == code)
            #expect(try names(folder) == ["keep"])
        }
    }
}
