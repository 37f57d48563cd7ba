import DroverTesting
import Glibc
import SourceText
import Testing

@testable import Commands

/// Files that people name.
@Suite struct SourceReadingTests {
    @Test func `a hundred megabytes are refused unread`() throws {
        let folder = try ScratchFolder()
        let path = try folder.write("", to: "large.yml")
        #expect(truncate(path, 100 << 20) == 0)
        let failure = #expect(throws: CommandFailure.self) { try readSource(path, as: "playbook") }
        #expect(failure?.text == "error: the playbook \(path) is larger than 16 MiB")
    }

    @Test func `a file that is not there and a folder are told apart`() throws {
        let folder = try ScratchFolder()
        let gone = #expect(throws: CommandFailure.self) { try readSource("\(folder.path)/gone", as: "playbook") }
        #expect(gone?.text.contains("gone: ") == true, "\(gone?.text ?? "")")
        let failure = #expect(throws: CommandFailure.self) { try readSource(folder.path, as: "farm file") }
        #expect(failure?.text.hasSuffix(" is a folder") == true)
    }
}
