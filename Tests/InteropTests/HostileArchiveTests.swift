import Archive
import DroverTesting
import Foundation
import Glibc
import Testing

@Suite("Hostile archives", .timeLimit(.minutes(10)))
struct HostileArchiveTests {
    private static let limits = ArchiveLimits(entries: 10_000, bytes: 32 << 20)

    /// One archive of `scripts/hostile-archives.py`.
    private struct Case {
        let name: String
        let fate: String
        let password: String?
    }

    @Test func `no archive writes outside its folder, and all end within the limits`() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let (box, archives) = ("\(folder.path)/box", "\(folder.path)/archives")
        try folder.file("box/victim/canary.txt", "canary")
        try folder.file("box/canary.txt", "canary")
        symlink("canary.txt", "\(box)/victim/link")
        mkdir(archives, 0o755)
        let made = try await run(
            "/usr/bin/python3", ["\(Counterpart.project)/scripts/hostile-archives.py", archives, "\(box)/victim"],
            environment: cleanEnvironment(home: folder.path), limit: 240)
        try #require(made.exitCode == 0, "\(made.text)")
        let cases = made.output.split(separator: "\n").map { line in
            let words = line.split(separator: "\t").map(String.init)
            return Case(name: words[0], fate: words[1], password: words[2] == "-" ? nil : words[2])
        }
        #expect(cases.count >= 40)
        #expect(Set(cases.map(\.name)).count == cases.count)
        let before = try picture(of: box)
        for hostile in cases {
            let into = "\(box)/into"
            let found = fate(of: "\(archives)/\(hostile.name)", into: into, password: hostile.password)
            #expect(hostile.fate == "some" || found.word == hostile.fate, "\(hostile.name): \(found)")
            let (bytes, count) = try size(of: into)
            #expect(bytes <= Self.limits.bytes && count <= Self.limits.entries, "\(hostile.name): \(bytes) bytes")
            try? FileManager.default.removeItem(atPath: into)
            #expect(try picture(of: box) == before, "\(hostile.name) changed what is not its own")
        }
    }

    private func fate(of archive: String, into: String, password: String?) -> (word: String, detail: String) {
        do throws(ArchiveError) {
            let report = try ArchiveTree.unpack(archive, into: into, password: password, limits: Self.limits)
            return (report.passedOverCount == 0 ? "whole" : "passed", "\(report.passedOver.map { "\($0.reason)" })")
        } catch {
            return ("error", "\(error)")
        }
    }

    /// Every name, content, mode, time and inode that must not change; the folder that is unpacked into is left out.
    private func picture(of box: String) throws -> [String] {
        try ArchiveTree.entries(of: box).map { entry in
            let status = entry.status
            let content = entry.kind == S_IFREG ? try bytes(of: entry.whole) : []
            return "\(entry.path) \(status.st_mode) \(status.st_ino) \(status.st_nlink) \(status.st_mtim) \(content)"
        }
    }

    private func size(of folder: String) throws -> (bytes: UInt64, count: Int) {
        guard access(folder, F_OK) == 0 else { return (0, 0) }
        let entries = try ArchiveTree.entries(of: folder)
        let bytes = entries.filter { $0.kind == S_IFREG }.reduce(0) { $0 + UInt64($1.status.st_size) }
        return (bytes, entries.count)
    }
}
