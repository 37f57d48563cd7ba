import Archive
import Farm
import Journal
import PlaybookLanguage
import Secrets

/// Brings files and folders from the phone into the run's folder.
struct Pull: StepKind {
    static let manual = StepManual(
        "pull", "Pull files and folders into the run's folder.",
        details: """
            What comes is kept under `pulled/PHONE/` in the run's folder. `from` takes several paths, and `*` and `?` in their \
            names; each then comes under its last name. Links inside a folder are followed when they lead \
            to a file, and passed over otherwise. Whatever a phone calls its files, none leaves that folder. Files of equal \
            content, also those of other phones, are names of one read-only file. When the phone refuses a file, all others \
            come, and the step fails.

            With `pack` everything goes straight into one archive for each phone, `pulled/PHONE/NAME.tar.zst`. It has \
            the phone's times and permissions and no owners. Names that are not safe on every system are changed. Of \
            a file over 256 KiB that grows meanwhile the size counts that it had when it was listed; when it shrinks, zeros \
            stand for what is missing. `NAME.tar.zst.notes.json` tells of everything that was renamed, passed over, cut or refused.
            """,
        scalar: "from",
        arguments: [
            .init("from", "path on the phone, or a list of them", "What is pulled; names may hold `*` and `?`."),
            .init("to", "relative path", standard: "the last name of `from`", "Its name below the phone's folder."),
            .init(
                "pack", "none, tar, tar.zst, tar.gz, tar.lz4 or zip", standard: "none",
                "The kind of archive into which it goes."),
        ],
        outputs: [
            .init("files", "how many files came", .integer),
            .init("bytes", "how many bytes they have", .integer),
            .init("path", "where they are on this machine"),
            .init("passed_over", "links, devices and names that were left on the phone", .integer),
            .init("renamed", "how many have another name here", .integer),
            .init("cut", "with `pack`: how many files changed while they came", .integer),
            .init("kept_once", "without `pack`: how many equal a file that the run has already", .integer),
            .init("saved_bytes", "without `pack`: the room that was saved thereby", .integer),
            .init("archive_bytes", "with `pack`: the size of the archive", .integer),
            .init("archive_hash", "with `pack`: the SHA-256 of the archive"),
        ],
        class: .read, load: .bulk, timeout: .seconds(1800), stall: .seconds(60),
        examples: [
            "pull: /sdcard/Android/data/com.studio.game/files/log.txt",
            "pull: { from: /sdcard/DCIM/, to: pictures }",
            "pull: { from: /sdcard/Android/data/com.studio.game/files/logs/, pack: tar.zst }",
            "pull: { from: [/data/anr/*, /data/tombstones/*], to: crashes, pack: zip }",
        ])

    /// The words for `pack`.
    static let packings = ["none"] + [ArchiveFormat.tar, .tarZstd, .tarGzip, .tarLz4, .zip].map(\.name)

    private let from: Argument<[RemotePath]>
    private let to: Argument<String>?
    private let pack: Argument<String>?

    init(reading arguments: inout StepArguments) {
        from = arguments.value("from", .remotePaths, bare: true)
        to = arguments.optionalText("to")
        pack = arguments.optionalChoice("pack", of: Self.packings)
    }

    init(from sources: [RemotePath], to name: String?, pack packing: String?) {
        from = Argument(sources)
        to = name.map { Argument($0) }
        pack = packing.map { Argument($0) }
    }

    func summary(in scope: Scope?) -> String {
        let packing = pack.map { $0.shown(in: scope) } ?? "none"
        return "pull \(shownSources(in: scope))\(packing == "none" ? "" : " as \(packing)")"
    }

    private func shownSources(in scope: Scope?) -> String {
        guard let paths = from.literal ?? (try? scope.flatMap { try from.optionalValue(in: $0.forPeople) }) else {
            return from.sourceText
        }
        return paths.map(\.description).joined(separator: ", ")
    }

    func need(on phone: any ConnectedPhone, context: StepContext) async throws -> Need {
        .work(because: "files are always pulled")
    }

    func perform(on phone: any ConnectedPhone, context: StepContext) async throws -> StepOutcome {
        let paths = try from.value(in: context.scope)
        let operation = "pull \(paths.map(\.description).joined(separator: ", "))"
        let sources = PullSources(sources: paths, operation: operation, phone: phone)
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
        let collection = PullCollection(
            operation: operation, phone: phone, progress: context.progress, notes: notes)
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
    /// Absolute paths on a phone; a single one stands for a list of one.
    fileprivate static var remotePaths: Self {
        Self("a path on the phone, or a list of them", types: [.text, .list], isText: true) {
            value throws(TextMistake) in
            let members: [Value] = if case .list(let list) = value { list } else { [value] }
            guard !members.isEmpty else { throw TextMistake("at least one path on the phone is needed") }
            var paths: [RemotePath] = []
            for member in members {
                guard let text = member.textForm else {
                    throw TextMistake("a path on the phone, or a list of them, is needed, this is \(value.type.phrase)")
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
