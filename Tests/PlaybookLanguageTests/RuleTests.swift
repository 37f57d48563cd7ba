import DroverTesting
import PlaybookLanguage
import Testing

/// The table of rules and the page printed from it.
@Suite struct RuleTests {
    /// Every word that stands where a diagnostic's rule is given.
    private static func rules(in source: String) -> [(id: String, isWarning: Bool)] {
        let given = /\.(error|warning)\(\s*(?:[^,"()]*\?\s*)?"([a-z0-9-]+)"(?:\s*:\s*"([a-z0-9-]+)")?\s*,/
        let named = /(\.warning,\s*)?rule: "([a-z0-9-]+)"/
        let reported = /report\(\s*"([a-z0-9-]+)",/
        let ofFarm = /\.init\(description: "([a-z ]+)"\)/
        let ofCode = /case \.[a-zA-Z]+: "([a-z]+-[a-z-]+|arithmetic)"\n/
        var rules: [(id: String, isWarning: Bool)] = []
        for match in source.matches(of: given) {
            let isWarning = match.1 == "warning"
            rules.append((String(match.2), isWarning))
            if let second = match.3 { rules.append((String(second), isWarning)) }
        }
        for match in source.matches(of: named) { rules.append((String(match.2), match.1 != nil)) }
        for match in source.matches(of: reported) { rules.append((String(match.1), false)) }
        for match in source.matches(of: ofFarm) { rules.append((String(match.1).replacing(" ", with: "-"), false)) }
        for match in source.matches(of: ofCode) { rules.append((String(match.1), false)) }
        return rules
    }

    private static func sources(_ folder: String) -> [String] {
        let path = RepositoryFile.path(folder)
        return RepositoryFile.names(in: path).flatMap { name in
            name.hasSuffix(".swift") ? ["\(folder)/\(name)"] : sources("\(folder)/\(name)")
        }
    }

    /// Where mistakes in texts that people write are found.
    private static let folders = ["PlaybookLanguage", "Planning", "Commands"]
    private static let files = ["Sources/Farm/FarmError.swift"]

    @Test func `every rule in use is in the table, and the other way round`() throws {
        var used: [String: Bool] = [:]
        for file in Self.folders.flatMap({ Self.sources("Sources/\($0)") }) + Self.files where file.hasSuffix(".swift")
        {
            let isTable = file.hasSuffix("RuleTable.swift")
            guard !isTable, let text = RepositoryFile.text(at: RepositoryFile.path(file)) else { continue }
            for rule in Self.rules(in: text) { used[rule.id] = rule.isWarning }
        }
        #expect(used.count > 50)
        let table = Dictionary(Rule.all.map { ($0.id, $0.isWarning) }) { first, _ in first }
        #expect(table.count == Rule.all.count, "an id stands twice")
        #expect(Set(used.keys).subtracting(table.keys).sorted() == [], "not in the table")
        #expect(Set(table.keys).subtracting(used.keys).sorted() == [], "not in use")
        for (id, isWarning) in used where table[id] != nil { #expect(table[id] == isWarning, "\(id)") }
    }

    @Test func `the page of rules is printed from the table`() {
        expectGolden(Rule.markdown, "../docs/rules.md")
    }
}
