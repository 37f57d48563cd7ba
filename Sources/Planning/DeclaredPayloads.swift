import Farm
import PlaybookLanguage
import SourceText

/// Opens the payloads that expressions speak of, so that what they ask is known before anything else is decided.
struct DeclaredPayloads {
    let provider: any PayloadProviding
    private(set) var diagnostics = Diagnostics()

    init(_ provider: any PayloadProviding) { self.provider = provider }

    /// The table of a playbook's payloads, with the facts of those that its expressions speak of.
    mutating func table(of playbook: Playbook, in shared: SharedScope) -> PayloadTable {
        let table = PayloadTable(playbook.payloads, in: shared)
        var facts: [String: PayloadFacts] = [:]
        for declaration in playbook.payloads where playbook.payloadsInUse.contains(declaration.name) {
            guard let definition = definition(of: declaration.name, in: table) else { continue }
            do throws(PayloadError) {
                facts[declaration.name] = PayloadFacts(try provider.files(of: definition), of: definition)
            } catch {
                diagnostics.error("payload", error.description, at: declaration.from.span, help: error.advice)
            }
        }
        return table.knowing(facts)
    }

    /// What a payload stands for; nil when it comes from nowhere, and is null in expressions.
    private mutating func definition(of name: String, in table: PayloadTable) -> PayloadDefinition? {
        do throws(PlaybookError) {
            return try table.definition(of: name)
        } catch {
            diagnostics.add(error.diagnostic)
            return nil
        }
    }
}

extension PayloadFacts {
    /// What an opened payload shows of itself.
    init(_ files: FilesPayload, of definition: PayloadDefinition) {
        let isOne = !files.isFolder && files.entries.count == 1
        let own = isOne ? files.entries.first?.path.split(separator: "/").last.map(String.init) : nil
        let last = definition.from.split(separator: "/").last.map(String.init)
        let isGlob = last?.contains { "*?[".contains($0) } ?? true
        self.init(
            name: own ?? (isGlob ? definition.name : last ?? definition.name), files: files.fileCount,
            bytes: files.size,
            sha256: files.sha256 ?? "")
    }
}
