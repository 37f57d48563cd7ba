import DroverTesting
import PlaybookLanguage
import SourceText
import Testing

/// Every file of `fixtures/playbooks/broken` is refused with exactly the message beside it.
@Suite struct BrokenPlaybookTests {
    static let files = Fixture.names(in: "playbooks/broken", endingIn: ".yml")

    @Test func `there are enough broken playbooks`() {
        #expect(Self.files.count >= 80)
    }

    @Test(arguments: files) func `a broken playbook is refused with its message`(name: String) throws {
        let bytes = try Fixture.bytes("playbooks/broken/" + name)
        var diagnostics = Diagnostics()
        let reader = PlaybookReader(vocabulary: SmallVocabulary(), externalVariables: ["from_farm"]) { path, _ in
            guard let bytes = RepositoryFile.bytes(at: Fixture.path("playbooks/broken/" + path)) else {
                throw IncludeError("there is no such file")
            }
            return SourceFile(name: path, bytes: bytes)
        }
        let playbook = reader.read(SourceFile(name: name, bytes: bytes), &diagnostics)
        #expect(playbook == nil)
        #expect(diagnostics.hasErrors)
        let text = DiagnosticPrinter().text(of: diagnostics)
        expectGolden(text, "playbooks/broken/" + name.replacing(".yml", with: ".expected"))
    }
}

/// Every file of `fixtures/playbooks/doubtful` is sound, and draws exactly the advice beside it.
@Suite struct DoubtfulPlaybookTests {
    @Test(arguments: Fixture.names(in: "playbooks/doubtful", endingIn: ".yml"))
    func `a doubtful playbook draws its advice`(name: String) throws {
        let file = SourceFile(name: name, bytes: try Fixture.bytes("playbooks/doubtful/" + name))
        var diagnostics = Diagnostics()
        let reader = PlaybookReader(vocabulary: SmallVocabulary())
        #expect(reader.read(file, &diagnostics) != nil)
        var checked = Diagnostics()
        #expect(reader.check(file, &checked) != nil)
        let text = DiagnosticPrinter().text(of: checked)
        expectGolden(text, "playbooks/doubtful/" + name.replacing(".yml", with: ".expected"))
    }
}

/// Every file of `fixtures/farms/broken` is refused with exactly the message beside it.
@Suite struct BrokenFarmFileTests {
    static let files = Fixture.names(in: "farms/broken", endingIn: ".yml")

    @Test func `there are enough broken farm files`() {
        #expect(Self.files.count >= 15)
    }

    @Test(arguments: files) func `a broken farm file is refused with its message`(name: String) throws {
        let bytes = try Fixture.bytes("farms/broken/" + name)
        var diagnostics = Diagnostics()
        #expect(FarmFile.read(SourceFile(name: name, bytes: bytes), &diagnostics) == nil)
        #expect(diagnostics.hasErrors)
        let text = DiagnosticPrinter().text(of: diagnostics)
        expectGolden(text, "farms/broken/" + name.replacing(".yml", with: ".expected"))
    }
}
