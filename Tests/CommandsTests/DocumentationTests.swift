import ArgumentParser
import DroverTesting
import Glibc
import PlaybookLanguage
import SourceText
import Steps
import Testing

@testable import Commands

@Suite struct DocumentationTests {
    // MARK: Examples

    private static func examples(_ page: String, where isWanted: (CodeBlock) -> Bool) throws -> [CodeBlock] {
        try DocumentationPage(page).yamlBlocks.filter(isWanted)
    }

    private static func mistakes(in block: CodeBlock) -> Diagnostics {
        var diagnostics = Diagnostics()
        let parts = (try? DocumentationPage(block.page).yamlBlocks.filter(\.isIncluded)) ?? []
        let reader = PlaybookReader(vocabulary: StepCatalog.standard) { path, _ in
            let part = parts.first { path == "docs/\($0.includePath)" }?.text ?? "steps:\n  - shell: id\n"
            return SourceFile(name: path, text: part)
        }
        _ = reader.check(SourceFile(name: block.page, text: block.text), &diagnostics)
        return diagnostics
    }

    @Test(
        "an example of a playbook has no mistake",
        arguments: try examples("docs/playbook.md", where: \.isPlaybook)
            + examples("docs/data-plane.md", where: \.isPlaybook))
    func playbook(_ block: CodeBlock) {
        let found = Self.mistakes(in: block)
        // An example may show what can be declared and leave it at that.
        let told = found.sorted.filter { !$0.rule.hasPrefix("unused-") }
        #expect(told.isEmpty, "\(DiagnosticPrinter().text(of: found))")
    }

    @Test("an example of what is refused is refused", arguments: try examples("docs/playbook.md", where: \.isRefused))
    func refusal(_ block: CodeBlock) {
        #expect(Self.mistakes(in: block).hasErrors)
    }

    @Test func `every example of the page on programs in phones is a playbook`() throws {
        let blocks = try DocumentationPage("docs/data-plane.md").yamlBlocks
        #expect(blocks.count > 2)
        #expect(blocks.filter { !$0.isPlaybook }.map(\.firstLine) == [])
    }

    @Test func `every example of the playbook page says which kind it is`() throws {
        let blocks = try DocumentationPage("docs/playbook.md").yamlBlocks
        #expect(blocks.count > 10)
        #expect(
            blocks.filter { !$0.isPlaybook && !$0.isRefused && !$0.isIncluded && !$0.isFarm }.map(\.firstLine) == [])
    }

    @Test(
        "an example of a farm file has no mistake",
        arguments: try examples("docs/farm-file.md") { _ in true } + examples("README.md") { _ in true })
    func farm(_ block: CodeBlock) {
        var diagnostics = Diagnostics()
        let farm = FarmFile.read(SourceFile(name: block.page, text: block.text), &diagnostics)
        #expect(farm != nil, "\(DiagnosticPrinter().text(of: diagnostics))")
    }

    @Test func `the pages with farm files have examples`() throws {
        #expect(try !DocumentationPage("README.md").yamlBlocks.isEmpty)
        #expect(try DocumentationPage("docs/farm-file.md").yamlBlocks.count > 1)
    }

    // MARK: Links

    @Test("links lead somewhere", arguments: try DocumentationPage.all)
    func links(_ page: DocumentationPage) throws {
        for link in page.links {
            let path = link.path.isEmpty ? page.name : page.folder.isEmpty ? link.path : "\(page.folder)/\(link.path)"
            #expect(access(Fixture.path("../\(path)"), F_OK) == 0, "\(page.name) links to \(link.path)")
            guard let heading = link.heading else { continue }
            let anchors = try DocumentationPage(path).anchors
            #expect(anchors.contains(heading), "\(page.name) links to \(path)#\(heading)")
        }
    }

    // MARK: Options

    private static let commands = DroverCommand.configuration.subcommands

    private static func options(of command: any ParsableCommand.Type) -> Set<String> {
        let own = DocumentationPage.options(in: DroverCommand.helpMessage(for: command, columns: 100))
        return command.configuration.subcommands.reduce(own) { $0.union(options(of: $1)) }
    }

    @Test func `every option that a page names is an option of drover`() throws {
        let known = Self.commands.reduce(into: Set<String>()) { $0.formUnion(Self.options(of: $1)) }
        #expect(known.contains("--farm"))
        let android: Set<String> = ["--locale"]
        // Benchmarks and decisions name the options of other programs too.
        for page in try DocumentationPage.all where page.folder == "docs" && page.name != "docs/benchmarks.md" {
            #expect(page.options.subtracting(known).subtracting(android).sorted() == [], "\(page.name)")
        }
        #expect(try DocumentationPage("README.md").options.subtracting(known).sorted() == [])
    }

    @Test func `every option of run and simulate is described`() throws {
        let page = try DocumentationPage("docs/simulator.md")
        let ofParser: Set<String> = ["--help", "--version"]
        let ofSimulate = Self.options(of: SimulateCommand.self).subtracting(ofParser)
        #expect(ofSimulate.subtracting(page.options).sorted() == [])
        let described = try DocumentationPage.all.reduce(into: Set<String>()) { $0.formUnion($1.options) }
        let ofRun = Self.options(of: RunCommand.self).subtracting(ofParser)
        #expect(ofRun.subtracting(described).sorted() == [])
    }
}
