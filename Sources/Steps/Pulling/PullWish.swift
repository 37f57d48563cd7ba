import Archive
import Farm
import Journal
import Packing
import PlaybookLanguage
import Secrets

/// What is to be brought from a target into the run's folder, and how: what `pull` and `download` have in common.
struct PullWish: Sendable {
    /// The words for `pack`.
    static let packings = ["none"] + [ArchiveFormat.tar, .tarZstd, .tarGzip, .tarLz4, .zip].map(\.name)

    /// What comes of it.
    static let outputs = [
        StepManual.Output("files", "how many files came", .integer),
        .init("bytes", "how many bytes they have", .integer),
        .init("path", "where they are on this machine"),
        .init("passed_over", "links, devices and names that were left behind", .integer),
        .init("renamed", "how many have another name here", .integer),
        .init("cut", "with `pack`: how many files changed while they came", .integer),
        .init("kept_once", "without `pack`: how many equal a file that the run has already", .integer),
        .init("saved_bytes", "without `pack`: the room that was saved thereby", .integer),
        .init("archive_bytes", "with `pack`: the size of the archive", .integer),
        .init("archive_hash", "with `pack`: the SHA-256 of the archive"),
    ]

    private let keyword: String
    private let from: Argument<[RemotePath]>
    private let to: Argument<String>?
    private let pack: Argument<String>?
    private let include: Argument<[String]>?
    private let exclude: Argument<[String]>?

    /// The arguments that say what of a folder is meant.
    static let choosing = [
        StepManual.Argument(
            "include", "a pattern or a list of them", standard: "everything",
            "What comes of a folder, by patterns as `.gitignore` has them."),
        .init(
            "exclude", "a pattern or a list of them", standard: "nothing",
            "What stays there, whatever is included; such folders are not even looked into."),
    ]

    init(reading arguments: inout StepArguments, as keyword: String) {
        self.keyword = keyword
        let place = arguments.targetKind == .encoders ? "encoder" : "phone"
        from = arguments.value("from", .remotePaths(on: place), bare: true)
        to = arguments.optionalText("to")
        pack = arguments.optionalChoice("pack", of: Self.packings)
        include = arguments.optionalList("include")
        exclude = arguments.optionalList("exclude")
    }

    init(
        from sources: [RemotePath], to name: String?, pack packing: String?, include: [String], exclude: [String],
        as keyword: String
    ) {
        self.keyword = keyword
        from = Argument(sources)
        to = name.map { Argument($0) }
        pack = packing.map { Argument($0) }
        self.include = include.isEmpty ? nil : Argument(include)
        self.exclude = exclude.isEmpty ? nil : Argument(exclude)
    }

    func summary(in scope: Scope?) -> String {
        let packing = pack.map { $0.shown(in: scope) } ?? "none"
        return "\(keyword) \(shownSources(in: scope))\(packing == "none" ? "" : " as \(packing)")"
    }

    private func shownSources(in scope: Scope?) -> String {
        guard let paths = from.literal ?? (try? scope.flatMap { try from.optionalValue(in: $0.forPeople) }) else {
            return from.sourceText
        }
        return paths.map(\.description).joined(separator: ", ")
    }

    /// Brings it.
    func fulfil(on target: any ConnectedTarget, context: StepContext) async throws -> StepOutcome {
        let paths = try from.value(in: context.scope)
        let operation = "\(keyword) \(paths.map(\.description).joined(separator: ", "))"
        var target = target
        if let batched = target as? any BatchedPhone {
            // Nobody looks at its files one by one: all of them come in one go, and are looked at here.
            guard let copy = try await batched.copy(of: paths, progress: context.progress) else {
                let shown = paths.map(\.description).joined(separator: ", ")
                return .failed("no-such-file", operation, "there is no \(shown) on the phone")
            }
            target = copy
        }
        let sources = PullSources(sources: paths, operation: operation, phone: target)
        let format = try pack?.optionalValue(in: context.scope).flatMap { $0 == "none" ? nil : ArchiveFormat(name: $0) }
        let notes = PullNotes(redactor: context.redactor)
        let rule = PulledNames(redactor: context.redactor, areForAnySystem: format != nil)
        let isPlace = format == nil && sources.isOne
        let found: [PullItem]
        switch try await sources.find(rule: rule, isPlace: isPlace, notes: notes) {
        case .failed(let failure): return StepOutcome(.failed(failure))
        case .found(let items): found = items
        }
        let named = try to?.optionalValue(in: context.scope)
        let chosen = ChosenFiles(
            include: IgnoreRules(try include?.optionalValue(in: context.scope) ?? []),
            exclude: IgnoreRules(try exclude?.optionalValue(in: context.scope) ?? []))
        let collection = PullCollection(
            operation: operation, phone: target, progress: context.progress, notes: notes, chosen: chosen)
        if let format {
            let place = try context.pullFolder.place(
                for: context.redactor.redacting(named ?? sources.name), ending: ".\(format.name)")
            return try await collection.archive(found, rule: rule, at: place, format: format)
        }
        // Several things without a name of their own lie beside each other in the phone's folder.
        let name = named ?? (sources.isOne ? sources.name : nil)
        let place = try name.map { try context.pullFolder.appending(context.redactor.redacting($0)) }
        return try await collection.tree(
            found, rule: rule, at: place ?? context.pullFolder, contents: context.pulled)
    }
}

extension ArgumentKind where Result == [RemotePath] {
    /// Absolute paths on a target; a single one stands for a list of one.
    static func remotePaths(on place: String) -> Self {
        Self("a path on the \(place), or a list of them", types: [.text, .list], isText: true) {
            value throws(TextMistake) in
            let members: [Value] = if case .list(let list) = value { list } else { [value] }
            guard !members.isEmpty else { throw TextMistake("at least one path on the \(place) is needed") }
            var paths: [RemotePath] = []
            for member in members {
                guard let text = member.textForm else {
                    throw TextMistake(
                        "a path on the \(place), or a list of them, is needed, this is \(value.type.phrase)")
                }
                do throws(FarmError) {
                    paths.append(try RemotePath(validating: text))
                } catch {
                    throw TextMistake(error.reason, help: error.suggestion)
                }
            }
            return paths
        }
    }
}
