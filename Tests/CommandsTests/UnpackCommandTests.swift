import Archive
import Testing

@testable import Commands

struct UnpackCommandTests {
    @Test(
        "a folder gets the archive's name without its endings",
        arguments: [
            ("assets.tar.zst", "assets"), ("/a/b/c.zip", "c"), ("a.tgz", "a"), ("A.TAR.GZ", "A"), ("v1.2.tar", "v1.2"),
        ])
    func folder(file: String, name: String) throws {
        #expect(try UnpackCommand.folder(for: file) == name)
    }

    @Test("where no folder's name can be told, one is asked for", arguments: ["-", "assets", ".zip", "a/..zip", "/"])
    func noFolder(file: String) {
        #expect(throws: CommandFailure.self) { try UnpackCommand.folder(for: file) }
    }

    @Test(
        "counts are a sentence",
        arguments: [
            (ArchiveCounts(), "nothing; 0 B"),
            (
                ArchiveCounts(files: 1, folders: 1, links: 1, others: 1, bytes: 5),
                "1 file, 1 folder, 1 link, 1 other entry; 5 B"
            ),
            (ArchiveCounts(files: 20, bytes: .max), "20 files; 9223372 TB"),
        ])
    func counts(counts: ArchiveCounts, text: String) { #expect("\(counts)" == text) }
}
