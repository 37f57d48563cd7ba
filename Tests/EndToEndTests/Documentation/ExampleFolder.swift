import DroverTesting
import Foundation
import Lanes
import Simulator
import Testing

/// The folder in which the commands of a page are typed, as its last section describes it.
struct ExampleFolder {
    private let page: DocumentationPage

    init(of page: DocumentationPage) { self.page = page }

    /// The rows of the table: a path, and the file of the project that is copied there, or nil for bytes of no meaning.
    var files: [(path: String, source: String?, megabytes: Int?)] {
        page.text.matches(of: /\n\| `([^`]+)` \| (?:`([^`]+\.\w+)`|([0-9]+) MB|a few bytes) \|(?=\n)/).map { match in
            (String(match.1), match.2.map(String.init), match.3.flatMap { Int($0) })
        }
    }

    /// Makes the files of the table and those that examples include.
    func fill(_ drover: DroverProcess) throws {
        for (path, source, megabytes) in files {
            let data =
                try source.map { try Data(contentsOf: URL(fileURLWithPath: PracticeFarm.project($0))) }
                ?? megabytes.map { Data(count: $0 * 1_000_000) } ?? Data("bytes of \(path)\n".utf8)
            try drover.write(data, to: path)
            chmod(drover.folder.appendingPathComponent(path).path, 0o600)
        }
        for block in page.blocks where block.isIncluded { try drover.write(block.text, to: block.includePath) }
    }

    /// Adds to the farm file what the page adds to it.
    func addGroups(_ drover: DroverProcess) throws {
        let farm = drover.folder.appendingPathComponent("farm.yml")
        let more = page.blocks.filter(\.isFarm).map(\.text).joined()
        try Data((try String(contentsOf: farm, encoding: .utf8) + more).utf8).write(to: farm)
    }
}

extension PracticeFarm {
    /// Calls the phones `px8-01` and so on, as pages do.
    func renamePhones() throws {
        let lines = farm.phones.enumerated().compactMap { index, phone in
            phone.address.map { address in
                let digits = String(100 + index + 1).dropFirst()
                return "  px8-\(digits): { adb: \"tcp:\(address.host):\(address.port)\", labels: [pixel] }\n"
            }
        }
        try write("phones:\n" + lines.joined(), to: "farm.yml")
    }

    /// Types a command, and judges what it prints and how it ends.
    ///
    /// - Parameter fails: Whether the page says that it does not end well.
    func type(_ command: TypedCommand, fails: Bool, at block: CodeBlock) async throws {
        try await drover.type(command, fails: fails, at: block)
    }
}

extension DroverProcess {
    /// Types a command, and judges what it prints and how it ends.
    ///
    /// - Parameters:
    ///   - fails: Whether the page says that it does not end well.
    ///   - environment: What is set besides what stands in front of the command.
    func type(
        _ command: TypedCommand, fails: Bool, at block: CodeBlock, environment: [String: String] = [:]
    ) async throws {
        let place = "\(block.page):\(block.line)"
        #expect(command.words.first == "drover", "\(place): \(command.line)")
        let result = try await run(
            Array(command.words.dropFirst()), environment: environment.merging(command.environment) { $1 })
        let printed = (result.output.isEmpty ? result.error : result.output)
            .replacingOccurrences(of: DroverProcess.program.path, with: "drover")
            .replacingOccurrences(of: folder.path, with: "")
        #expect((result.exitCode != 0) == fails, "\(place): \(command.line)\n\(result.error)\(result.output)")
        #expect(command.isAnswered(by: printed), "\(place): \(command.line)\n\(printed)")
    }
}
