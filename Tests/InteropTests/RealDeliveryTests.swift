import Crypto
import DroverTesting
import Foundation
import Journal
import Testing

/// Deliveries to a real adbd and its machine's own tar, dd and sha256sum.
@Suite(
    "Deliveries to a real adbd", .enabled(if: Counterpart.adbd.isThere, Counterpart.adbd.absence), .serialized,
    .timeLimit(.minutes(5))
)
struct RealDeliveryTests {
    private let source: ScratchFolder

    /// 300 small files, one of 1.5 MB, odd names, links, and a long file of 80 MB.
    init() throws {
        source = try ScratchFolder()
        var numbers = SeededNumbers(seed: 7)
        for number in 0..<300 {
            let size = Int.random(in: 0...9_000, using: &numbers)
            try source.write(Self.bytes(size, &numbers), to: "level \(number % 7)/ä'\(number).bin")
        }
        try source.write(Self.bytes(1_500_000, &numbers), to: "middle.pak")
        try source.write(Self.bytes(80_000_000, &numbers), to: "long.pak")
        try source.link("link", to: "middle.pak")
        try source.folder("empty")
    }

    private static func bytes(_ count: Int, _ numbers: inout SeededNumbers) -> [UInt8] {
        // Words, since single bytes would take seconds.
        let words = (0..<(count / 8 + 1)).map { _ in numbers.next() }
        return words.withUnsafeBytes { Array($0.prefix(count)) }
    }

    private func push(to folder: String, at port: UInt16, _ more: String = "") async throws -> StepEnd {
        let record = try await RealRun().run(
            "steps:\n  - push: { from: '\(source.path)/', to: '\(folder)/' }\n\(more)", at: port)
        return try #require(record.steps.first?.end)
    }

    /// The hash of every file below a folder, by path; links by their text.
    private func contents(_ folder: String) throws -> [String: String] {
        var found: [String: String] = [:]
        for path in try FileManager.default.subpathsOfDirectory(atPath: folder) {
            let whole = "\(folder)/\(path)"
            let kind = try FileManager.default.attributesOfItem(atPath: whole)[.type] as? FileAttributeType
            found[path] =
                switch kind {
                case .typeDirectory: "folder"
                case .typeSymbolicLink: try FileManager.default.destinationOfSymbolicLink(atPath: whole)
                default: SHA256.hash(of: Array(try Data(contentsOf: URL(fileURLWithPath: whole)))).hex
                }
        }
        return found
    }

    @Test func `what was delivered is delivered once, and then only what is new in it`() async throws {
        let adbd = try await RealADBD()
        defer { adbd.stop() }
        let folder = "\(adbd.storage)/game/files"
        let first = try await push(to: folder, at: adbd.port)
        #expect(first.verdict == .changed, "\(String(describing: first.failure))")
        #expect(try contents(folder) == contents(source.path))

        let second = try await push(to: folder, at: adbd.port)
        #expect(second.verdict == .ok)

        // Three small files, and a few bytes in the middle of the long one.
        for number in [3, 4, 5] { try source.write("new \(number)", to: "level \(number % 7)/ä'\(number).bin") }
        let long = try FileHandle(forUpdating: URL(fileURLWithPath: "\(source.path)/long.pak"))
        try long.seek(toOffset: 40_000_000)
        try long.write(contentsOf: Data("other bytes".utf8))
        try long.close()
        let third = try await push(to: folder, at: adbd.port)
        #expect(third.verdict == .changed, "\(String(describing: third.failure))")
        #expect(third.outputs.values["files"] == .integer(4))
        guard case .integer(let bytes)? = third.outputs.values["bytes"] else {
            Issue.record("no bytes are told")
            return
        }
        #expect(bytes < 600_000, "one block of 80 MB is new")
        #expect(try contents(folder) == contents(source.path))

        // Another time and the same content is the same file.
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1_500_000_000)], ofItemAtPath: "\(source.path)/middle.pak")
        let fourth = try await push(to: folder, at: adbd.port)
        #expect(fourth.verdict == .ok)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).allSatisfy { !$0.hasPrefix(".drover") })
    }

    @Test(arguments: [1, 2, 3])
    func `a delivery that is cut anywhere goes on, and what arrived is not sent again`(seed: UInt64) async throws {
        let adbd = try await RealADBD()
        defer { adbd.stop() }
        var numbers = SeededNumbers(seed: seed)
        let whole = 83_000_000
        let cuts = (0..<2).map { _ in Int.random(in: 2_000...whole, using: &numbers) }
        let proxy = try CuttingProxy(to: adbd.port, cuts: cuts)
        defer { proxy.stop() }
        let folder = "\(adbd.storage)/game"
        let end = try await push(to: folder, at: proxy.port, "    retries: 4\n    retry-on: [lost]\n    delay: 10ms\n")
        #expect(end.verdict == .changed, "\(cuts) \(String(describing: end.failure))")
        #expect(try contents(folder) == contents(source.path))
    }
}
